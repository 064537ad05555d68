#include <doctest/doctest.h>

#include <candela/net/sleep.hpp>
#include <tests/server/fixture.hpp>
#include <tests/server/identified_transport.hpp>

using namespace candela;
using namespace candela::testing;

TEST_CASE("a plain handler answers with text, length, server and date") {
  server_fixture server;
  server.get("/hello/{name}", [](exchange& x) { x.text("Hello, ", x.path("name"), "!"); });
  server.serve();
  const std::string answer = server.ask(get_request("/hello/Ada"));
  CHECK(status_of(answer) == "HTTP/1.1 200 OK");
  CHECK(answer.find("Server: candela\r\n") != std::string::npos);
  CHECK(answer.find("Date: Tue, 14 Nov 2023 22:13:20 GMT\r\n") != std::string::npos);
  CHECK(answer.find("Content-Type: text/plain; charset=utf-8\r\n") != std::string::npos);
  CHECK(answer.find("Content-Length: 11\r\n") != std::string::npos);
  CHECK(body_of(answer) == "Hello, Ada!");
}

TEST_CASE("a coroutine handler that sleeps answers when its time has come") {
  server_fixture server;
  server.get("/sleep", [](exchange& x) -> task<void> {
    static_cast<void>(co_await net::sleep_for(x.worker(), std::chrono::milliseconds(50), x.cancellation()));
    x.text("awake");
  });
  server.serve();
  net::memory_peer peer;
  server.connect(peer);
  peer.send(get_request("/sleep"));
  server.turns(3);
  CHECK(peer.take().empty());
  CHECK(server.dispatcher().running() == 1);
  server.pass(std::chrono::milliseconds(51));
  CHECK(body_of(peer.take()) == "awake");
  server.turns(2);
  CHECK(server.dispatcher().running() == 0);
}

TEST_CASE("answers keep the order of pipelined requests") {
  server_fixture server;
  server.get("/slow", [](exchange& x) -> task<void> {
    static_cast<void>(co_await net::sleep_for(x.worker(), std::chrono::milliseconds(50), x.cancellation()));
    x.text("slow");
  });
  server.get("/fast", [](exchange& x) { x.text("fast"); });
  server.serve();
  net::memory_peer peer;
  server.connect(peer);
  peer.send(get_request("/slow") + get_request("/fast") + get_request("/fast"));
  server.turns(3);
  CHECK(peer.take().empty());
  server.pass(std::chrono::milliseconds(51));
  const std::string answers = peer.take();
  CHECK(answers.find("slow") < answers.find("fast"));
  CHECK(answers.rfind("fast") == answers.size() - 4);
}

TEST_CASE("a thrown exception becomes a 500 problem that tells nothing") {
  server_fixture server;
  server.get("/boom", [](exchange&) { throw std::runtime_error("the password is hunter2"); });
  server.serve();
  const std::string answer = server.ask(get_request("/boom"));
  CHECK(status_of(answer) == "HTTP/1.1 500 Internal Server Error");
  CHECK(answer.find("application/problem+json") != std::string::npos);
  CHECK(answer.find("hunter2") == std::string::npos);
}

TEST_CASE("a thrown problem tells its sentence, a literal as well as one made at run time") {
  server_fixture server;
  server.get("/literal", [](exchange&) { throw problem::conflict("This one is taken."); });
  server.get("/made/{name}", [](exchange& x) {
    const problem first = problem::conflict("The long name " + std::string(x.path("name")) + " is taken.").at("/name");
    const problem copy = first;
    CHECK(copy.what() == std::string(first.detail()));
    throw copy;
  });
  server.serve();
  CHECK(body_of(server.ask(get_request("/literal"))).find(R"("detail":"This one is taken.")") != std::string::npos);
  const std::string made = body_of(server.ask(get_request("/made/Wolfeschlegelsteinhausen")));
  CHECK(made.find(R"("detail":"The long name Wolfeschlegelsteinhausen is taken.","pointer":"/name")") !=
        std::string::npos);
}

TEST_CASE("who the client is stays known when it has gone, and its transport is not there any more") {
  server_fixture server;
  std::string subject;
  std::string port;
  bool had_transport = false;
  bool has_transport = true;
  bool secure = false;
  server.get("/late", [&](exchange& x) -> task<void> {
    had_transport = x.transport() != nullptr && x.transport()->secure();
    const net::peer_identity& client = *x.identity();
    static_cast<void>(co_await net::sleep_for(x.worker(), std::chrono::seconds(1), x.cancellation()));
    CHECK(x.cancelled());
    CHECK(x.identity() == &client);
    has_transport = x.transport() != nullptr;
    secure = x.secure();
    subject = client.subject;
    port = std::to_string(x.peer().port());
  });
  server.get("/at-once", [](exchange& x) { x.text(x.secure() ? x.identity()->spiffe_id : "plain"); });
  server.serve();
  net::memory_peer peer;
  server.context().open(net::transport_ptr(new identified_transport(
      peer.make(), {"CN=a client with a name that is not short", "spiffe://example.org/client", "digest"})));
  peer.send(get_request("/at-once"));
  server.turns(2);
  CHECK(body_of(peer.take()) == "spiffe://example.org/client");
  peer.send(get_request("/late"));
  server.turns(2);
  peer.reset();
  server.turns(3);
  CHECK(server.dispatcher().running() == 0);
  CHECK(had_transport);
  CHECK_FALSE(has_transport);
  CHECK(secure);
  CHECK(subject == "CN=a client with a name that is not short");
  CHECK(port == "1");
  CHECK(body_of(server.ask(get_request("/at-once"))) == "plain");
}

TEST_CASE("a streamed upload is read piece by piece and answered at its end") {
  server_fixture server;
  server.post("/count",
              [](exchange& x) -> task<void> {
                std::size_t bytes = 0;
                for (;;) {
                  auto piece = co_await x.read();
                  if (!piece || piece->empty()) break;
                  bytes += piece->size();
                }
                x.text(bytes);
              },
              {}, {.body = body_mode::streamed});
  server.serve();
  net::memory_peer peer;
  server.connect(peer);
  peer.send("POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
  for (int i = 0; i != 1000; ++i) {
    peer.send(std::string(1000, 'x'));
    server.turn();
  }
  server.turns(4);
  CHECK(body_of(peer.take()) == "1000000");
}

TEST_CASE("a streamed download waits for a slow reader and ends whole") {
  server_fixture server;
  server.get("/big", [](exchange& x) -> task<void> {
    const std::string piece(10'000, 'y');
    for (int i = 0; i != 200; ++i) {
      auto written = co_await x.write(piece);
      if (!written) co_return;
    }
  });
  server.serve();
  net::memory_peer peer;
  peer.set_window(50'000);
  server.connect(peer);
  peer.send(get_request("/big"));
  std::string all;
  for (int i = 0; i != 200; ++i) {
    server.turn();
    all += peer.take();
  }
  CHECK(all.find("Transfer-Encoding: chunked\r\n") != std::string::npos);
  CHECK(all.ends_with("0\r\n\r\n"));
  CHECK(std::count(all.begin(), all.end(), 'y') == 2'000'000);
}
