// Bodies that are late, large, slow, unwanted or broken, and how much of them is taken.
#include <doctest/doctest.h>

#include <candela/net/sleep.hpp>
#include <tests/server/recorder.hpp>

using namespace candela;
using namespace candela::testing;

namespace {

void echo(exchange& x) { x.text(x.request().body()); }

// Answers how many bytes the body had.
task<void> read_all(exchange& x) {
  std::size_t bytes = 0;
  for (;;) {
    auto piece = co_await x.read();
    if (!piece || piece->empty()) break;
    bytes += piece->size();
  }
  x.text(bytes);
}

std::string head(std::string_view fields) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n\r\n";
}

struct one_route {
  one_route(handler answer, route_options options = {}, http::h1_settings settings = {}) : server(std::move(settings)) {
    server.post("/", std::move(answer), {}, std::move(options));
    server.get("/next", [](exchange& x) { x.text("next"); });
    server.serve();
    server.connect(peer);
  }
  std::string send(std::string_view bytes) {
    peer.send(bytes);
    server.turns(3);
    return peer.take();
  }
  server_fixture server;
  net::memory_peer peer;
};

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("a buffered body is whole when the handler runs, in however many reads it came") {
  for (const std::string_view body :
       {"Content-Length: 5\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"}) {
    one_route test(echo);
    const std::string request = "POST / HTTP/1.1\r\nHost: a\r\n" + std::string(body) + get_request("/next");
    std::string answers;
    for (const char byte : request) answers += test.send({&byte, 1});
    CHECK(count(answers, "HTTP/1.1 200 OK") == 2);
    CHECK(answers.find("\r\n\r\nhelloHTTP/1.1") != std::string::npos);
    CHECK(answers.ends_with("next"));
    CHECK(test.server.dispatcher().running() == 0);
  }
}

TEST_CASE("a body over the limit is a 413, by its length or by its count") {
  int handled = 0;
  const handler counting = [&](exchange&) { ++handled; };
  one_route whole(counting, {.max_body_bytes = 4});
  CHECK(status_of(whole.send(head("Content-Length: 5") + "hello")) == "HTTP/1.1 413 Content Too Large");
  one_route announced(counting, {.max_body_bytes = 4});
  CHECK(status_of(announced.send(head("Content-Length: 5"))) == "HTTP/1.1 413 Content Too Large");
  one_route counted(counting, {.max_body_bytes = 4});
  CHECK(counted.send(head("Transfer-Encoding: chunked") + "3\r\nabc\r\n").empty());
  CHECK(status_of(counted.send("2\r\nde\r\n")) == "HTTP/1.1 413 Content Too Large");
  CHECK(handled == 0);
}

TEST_CASE("the rest of a small unwanted body is dropped and the connection stays") {
  one_route test(echo, {.max_body_bytes = 4});
  const std::string answer = test.send(head("Content-Length: 1000") + "abc");
  CHECK(status_of(answer) == "HTTP/1.1 413 Content Too Large");
  CHECK(answer.find("Connection: close") == std::string::npos);
  CHECK(body_of(test.send(std::string(997, 'x') + get_request("/next"))) == "next");
}

TEST_CASE("a large unwanted body ends the connection behind the answer, known or not in advance") {
  one_route known(echo, {.max_body_bytes = 4}, {.early_discard_bytes = 1000});
  const std::string answer = known.send(head("Content-Length: 100000") + "abc");
  CHECK(answer.find("Connection: close\r\n") != std::string::npos);
  CHECK(known.peer.ended());
  CHECK(known.send(std::string(99'997, 'x') + get_request("/next")).empty());

  one_route unknown(echo, {.max_body_bytes = 4}, {.early_discard_bytes = 1000});
  CHECK(status_of(unknown.send(head("Transfer-Encoding: chunked") + "5\r\nabcde\r\n")) ==
        "HTTP/1.1 413 Content Too Large");
  CHECK(!unknown.peer.ended());
  for (int i = 0; i != 3; ++i) unknown.send("190\r\n" + std::string(400, 'x') + "\r\n");
  CHECK(unknown.peer.ended());
  CHECK(unknown.send("0\r\n\r\n" + get_request("/next")).empty());
}

TEST_CASE("an expected 100 comes once, when the body is wanted, and never behind a final answer") {
  one_route test(echo);
  const std::string request = head("Content-Length: 5\r\nExpect: 100-continue");
  CHECK(test.send(request) == "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK(test.send("he").empty());
  const std::string answer = test.send("llo");
  CHECK(status_of(answer) == "HTTP/1.1 200 OK");
  CHECK(body_of(answer) == "hello");
  // Who sends the body at once does not wait.
  CHECK(count(test.send(request + "hello"), "100 Continue") == 0);

  one_route refusing(echo, {.max_body_bytes = 4});
  const std::string refused = refusing.send(request);
  CHECK(status_of(refused) == "HTTP/1.1 413 Content Too Large");
  CHECK(refused.find("Connection: close\r\n") != std::string::npos);
  CHECK(refusing.send("hello").empty());
}

TEST_CASE("a streamed route sends the expected 100 when it reads") {
  one_route test(
      [](exchange& x) -> task<void> {
        auto piece = co_await x.read();
        x.text(piece.value_or("broken"));
      },
      {.body = body_mode::streamed});
  CHECK(test.send(head("Content-Length: 5\r\nExpect: 100-continue")) == "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK(body_of(test.send("hello")) == "hello");
}

TEST_CASE("a body that breaks off or breaks the rules is a 400, and what follows is not read") {
  for (const auto mode : {body_mode::buffered, body_mode::streamed}) {
    bool broken = false;
    const auto answer = [&] {
      if (mode == body_mode::buffered) return handler([](exchange& x) { x.text("handled"); });
      return handler([&](exchange& x) -> task<void> {
        for (;;) {
          auto piece = co_await x.read();
          broken = !piece;
          if (!piece || piece->empty()) break;
        }
        x.text("handled");
      });
    };
    one_route chunked(answer(), {.body = mode});
    const std::string refused =
        chunked.send(head("Transfer-Encoding: chunked") + "2\r\nab\r\nzz\r\n" + get_request("/next"));
    CHECK(status_of(refused) == "HTTP/1.1 400 Bad Request");
    CHECK(refused.find("Connection: close\r\n") != std::string::npos);
    CHECK(count(refused, "HTTP/1.1") == 1);
    CHECK(broken == (mode == body_mode::streamed));
    CHECK(chunked.peer.ended());

    one_route cut_short(answer(), {.body = mode});
    CHECK(cut_short.send(head("Content-Length: 5") + "he").empty());
    cut_short.peer.end();
    cut_short.server.turns(3);
    CHECK(status_of(cut_short.peer.take()) == "HTTP/1.1 400 Bad Request");
    CHECK(cut_short.peer.closed());
    CHECK(cut_short.server.dispatcher().running() == 0);
  }
}

TEST_CASE("a body that stops coming is a 408") {
  one_route test(echo, {}, {.body_rate = 0});
  test.send(head("Content-Length: 5") + "h");
  test.server.pass(std::chrono::seconds(29));
  CHECK(test.send("e").empty());
  test.server.pass(std::chrono::seconds(29));
  CHECK(test.peer.take().empty());
  test.server.pass(std::chrono::seconds(2));
  CHECK(status_of(test.peer.take()) == "HTTP/1.1 408 Request Timeout");
  CHECK(test.server.dispatcher().running() == 0);
}

TEST_CASE("a body that comes more slowly than the least rate is a 408, buffered or streamed, sized or chunked") {
  for (const bool streamed : {false, true}) {
    for (const bool chunked : {false, true}) {
      CAPTURE(streamed);
      CAPTURE(chunked);
      const route_options options{.body = streamed ? body_mode::streamed : body_mode::buffered};
      one_route test(streamed ? handler(read_all) : handler(echo), options);
      CHECK(test.send(head(chunked ? "Transfer-Encoding: chunked" : "Content-Length: 100000")).empty());
      test.server.pass(std::chrono::seconds(29));
      CHECK(test.send(chunked ? "1\r\nx\r\n" : "x").empty());
      test.server.pass(std::chrono::seconds(2));
      CHECK(status_of(test.peer.take()) == "HTTP/1.1 408 Request Timeout");
      test.server.turns(2);
      CHECK(test.server.dispatcher().running() == 0);
    }
  }
}

TEST_CASE("a body that keeps up with the least rate may take its time, but saves none up for later") {
  one_route test(read_all, {.body = body_mode::streamed}, {.body_rate = 100});
  CHECK(test.send(head("Content-Length: 10000000") + std::string(100'000, 'x')).empty());
  for (int i = 0; i != 20; ++i) {
    test.server.pass(std::chrono::seconds(29));
    CHECK(test.send(std::string(2900, 'x')).empty());
  }
  CHECK(test.send(std::string(100'000, 'x')).empty());
  test.server.pass(std::chrono::seconds(31));
  CHECK(status_of(test.peer.take()) == "HTTP/1.1 408 Request Timeout");
}

TEST_CASE("without a least rate a byte now and then is enough") {
  one_route test(read_all, {.body = body_mode::streamed}, {.body_rate = 0});
  CHECK(test.send(head("Content-Length: 20")).empty());
  for (int i = 0; i != 19; ++i) {
    test.server.pass(std::chrono::seconds(29));
    CHECK(test.send("x").empty());
  }
  CHECK(body_of(test.send("x")) == "20");
}

TEST_CASE("while the handler does not read, a body is not late") {
  const auto slow = [](exchange& x) -> task<void> {
    static_cast<void>(co_await net::sleep_for(x.worker(), std::chrono::minutes(10), x.cancellation()));
    co_await read_all(x);
  };
  one_route test(slow, {.body = body_mode::streamed, .deadline = {}}, {.body_window = 1000});
  CHECK(test.send(head("Content-Length: 2000") + std::string(1000, 'x')).empty());
  for (int i = 0; i != 60; ++i) test.server.pass(std::chrono::seconds(10));
  CHECK(test.peer.take().empty());
  test.server.pass(std::chrono::seconds(29));
  CHECK(body_of(test.send(std::string(1000, 'x'))) == "2000");
}

TEST_CASE("the deadline counts from the complete request: a slow upload does not use it up") {
  one_route test(echo, {.deadline = std::chrono::seconds(10)});
  test.send(head("Content-Length: 4"));
  for (const std::string_view byte : {"a", "b", "c"}) {
    test.server.pass(std::chrono::seconds(8));
    CHECK(test.send(byte).empty());
  }
  CHECK(body_of(test.send("d")) == "abcd");
}

TEST_CASE("a handler that does not read makes the sender wait, and what it sends stays bounded") {
  bool go_on = false;
  one_route test(
      [&](exchange& x) -> task<void> {
        std::size_t bytes = 0;
        for (;;) {
          auto piece = co_await x.read();
          if (!piece || piece->empty()) break;
          bytes += piece->size();
          while (!go_on)
            static_cast<void>(co_await net::sleep_for(x.worker(), std::chrono::milliseconds(1), x.cancellation()));
        }
        x.text(bytes);
      },
      {.body = body_mode::streamed}, {.body_window = 100'000});
  test.send(head("Content-Length: 1000000"));
  test.peer.send(std::string(1'000'000, 'x'));
  test.server.turns(5);
  const std::size_t reads = test.peer.reads();
  CHECK(reads <= 4);
  test.server.turns(5);
  CHECK(test.peer.reads() == reads);
  go_on = true;
  std::string answer;
  for (int i = 0; i != 100 && answer.empty(); ++i) {
    test.server.pass(std::chrono::milliseconds(2));
    answer = test.send("");
  }
  CHECK(body_of(answer) == "1000000");
}

TEST_CASE("what a response has left to send is bounded by the high mark") {
  server_fixture server({.write_high_mark = 50'000, .write_low_mark = 10'000});
  std::size_t written = 0;
  server.get("/", [&](exchange& x) -> task<void> {
    const std::string piece(1000, 'y');
    while (written != 1'000'000) {
      auto done = co_await x.write(piece);
      if (!done) co_return;
      written += piece.size();
    }
  });
  server.serve();
  net::memory_peer peer;
  peer.set_window(20'000);
  server.connect(peer);
  peer.send(get_request("/"));
  std::size_t taken = 0;
  for (int i = 0; i != 300 && written != 1'000'000; ++i) {
    server.turns(2);
    CHECK(written <= taken + 80'000);
    taken += peer.take().size();
  }
  CHECK(written == 1'000'000);
}

TEST_CASE("an answer of more or fewer bytes than announced breaks the connection") {
  for (const std::uint64_t announced : {4, 6}) {
    server_fixture server;
    server.get("/", [&](exchange& x) -> task<void> {
      x.announce_length(announced);
      auto written = co_await x.write("hello");
      static_cast<void>(written);
    });
    server.serve();
    net::memory_peer peer;
    server.connect(peer);
    peer.send(get_request("/"));
    server.turns(3);
    CHECK(peer.closed());
    CHECK(peer.take().size() < 400);
    CHECK(server.dispatcher().running() == 0);
  }
}
