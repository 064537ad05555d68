// One connection from its first request to its end: order, batches, versions, upgrades.
#include <doctest/doctest.h>

#include <array>
#include <tests/http/connected.hpp>

using namespace candela;
using namespace candela::testing;

TEST_CASE("a batch of pipelined requests costs one read and one write") {
  connected test;
  std::string batch;
  for (int i = 0; i != 16; ++i) batch += get_request("/fast/" + std::to_string(i % 3));
  const std::size_t reads = test.peer.reads();
  CHECK(count(test.send(batch), "fast") == 16);
  CHECK(test.peer.reads() == reads + 1);
  CHECK(test.peer.writes() == 1);
}

TEST_CASE("answers keep the order of fast and slow requests, split at every byte") {
  const std::string requests = get_request("/fast/1") + get_request("/late/2") + get_request("/fast/3") +
                               get_request("/late/4") + get_request("/fast/5");
  for (std::size_t split = 0; split != requests.size(); ++split) {
    connected test;
    std::string answers = test.send(std::string_view(requests).substr(0, split));
    answers += test.send(std::string_view(requests).substr(split));
    answers += test.after(late_enough);
    CHECK(bodies(answers) == "fast 1,late 2,fast 3,late 4,fast 5,");
  }
}

TEST_CASE("a request that changes something waits for those before it, and those behind wait for it") {
  connected test;
  test.send(get_request("/late/1") + "POST /save HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n" +
            get_request("/fast/2"));
  CHECK(test.saved == 0);
  CHECK(bodies(test.after(late_enough)) == "late 1,saved,fast 2,");
  CHECK(test.saved == 1);
}

TEST_CASE("when as many requests are under way as may be, reading pauses and goes on later") {
  connected test({.max_pipelined = 4});
  std::string batch;
  for (int i = 0; i != 10; ++i) batch += get_request("/late/" + std::to_string(i));
  test.send(batch);
  CHECK(test.server.dispatcher().running() == 4);
  const std::size_t reads = test.peer.reads();
  test.peer.send(get_request("/fast/x"));
  CHECK(test.peer.reads() == reads);
  std::string answers;
  for (int i = 0; i != 5; ++i) answers += test.after(late_enough);
  CHECK(bodies(answers) == "late 0,late 1,late 2,late 3,late 4,late 5,late 6,late 7,late 8,late 9,fast x,");
}

TEST_CASE("answers and heads larger than the slab arrive whole") {
  connected test;
  const std::string answers = test.send(get_request("/fast/1") + get_request("/big/200000") + get_request("/fast/2"));
  CHECK(bodies(answers) == "fast 1," + std::string(200'000, 'x') + ",fast 2,");
  test.server.get("/head", [](exchange& x) {
    x.response().header("x-large", std::string(100'000, 'h'));
    x.text("ok");
  });
  test.server.serve();
  const std::string large = test.send(get_request("/head"));
  CHECK(count(large, "h") > 100'000);
  CHECK(large.ends_with("ok"));
}

TEST_CASE("a slow reader gets every answer, and the sender waits while too much is unsent") {
  connected test({.write_high_mark = 50'000, .write_low_mark = 10'000});
  test.peer.set_window(1000);
  std::string batch;
  for (int i = 0; i != 20; ++i) batch += get_request("/big/10000");
  test.peer.send(batch);
  std::string answers;
  for (int i = 0; i != 250; ++i) {
    test.server.turns(2);
    answers += test.peer.take();
  }
  CHECK(count(answers, "HTTP/1.1 200 OK") == 20);
  CHECK(count(bodies(answers), ",") == 20);
}

TEST_CASE("a close that was asked for is announced on the last answer and on no other") {
  connected test;
  test.send(get_request("/late/1") + "GET /late/2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" +
            get_request("/fast/3"));
  const std::string answers = test.after(late_enough);
  CHECK(count(answers, "Connection: close\r\n") == 1);
  CHECK(answers.find("Connection: close") > answers.find("late 1"));
  CHECK(answers.ends_with("late 2"));
  CHECK(test.peer.ended());
}

TEST_CASE("HTTP/1.0 closes unless asked to stay, and gets streams that end with the connection") {
  connected test;
  const std::string kept = test.send("GET /fast/1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  CHECK(kept.find("Connection: keep-alive\r\n") != std::string::npos);
  CHECK(!test.peer.ended());
  CHECK(body_of(test.send("GET /fast/2 HTTP/1.0\r\n\r\n")) == "fast 2");
  CHECK(test.peer.ended());
  connected streaming;
  const std::string answer =
      streaming.send("GET /streamed HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + get_request("/fast/1"));
  CHECK(answer.find("chunked") == std::string::npos);
  CHECK(answer.ends_with("\r\n\r\npiece"));
  CHECK(streaming.peer.ended());
}

TEST_CASE("HEAD, 204 and 304 have no content and the next answer follows at once") {
  connected test;
  const std::string answers =
      test.send("HEAD /fast/1 HTTP/1.1\r\nHost: a\r\n\r\n" + get_request("/empty/204") + get_request("/empty/304") +
                "HEAD /streamed HTTP/1.1\r\nHost: a\r\n\r\n" + get_request("/fast/2"));
  CHECK(count(answers, "\r\n\r\nHTTP/1.1 ") == 4);
  CHECK(answers.find("Content-Length: 6\r\n") != std::string::npos);
  CHECK(answers.ends_with("fast 2"));
  CHECK(answers.find("piece") == std::string::npos);
}

TEST_CASE("connections are counted, and cutting all of them cancels their work") {
  connected test;
  net::memory_peer second;
  test.server.connect(second);
  CHECK(test.server.context().connections() == 2);
  test.send(get_request("/wait") + get_request("/wait"));
  CHECK(test.server.context().cut_all() == 1);
  CHECK(test.server.context().connections() == 0);
  CHECK(test.peer.closed());
  CHECK(second.closed());
  test.server.turns(2);
  CHECK(test.cancelled == 2);
  CHECK(test.server.dispatcher().running() == 0);
}

TEST_CASE("an upgrade hands over the connection and what was sent behind the request") {
  for (const bool at_once : {true, false}) {
    server_fixture server;
    std::string seen;
    int completed = 0;
    class counting {
     public:
      explicit counting(int& completed) : completed_(&completed) {}
      void on_complete(const exchange_outcome& outcome) { *completed_ += outcome.status == 101 ? 1 : 100; }

     private:
      int* completed_;
    };
    server.get(
        "/chat",
        [&](exchange& x) -> task<void> {
          if (!at_once)
            static_cast<void>(co_await net::sleep_for(x.worker(), std::chrono::milliseconds(1), x.cancellation()));
          auto session = x.upgrade();
          if (!session) co_return;
          seen = session->leftover;
          static_cast<void>(co_await net::sleep_for(x.worker(), std::chrono::milliseconds(10), x.cancellation()));
          const std::array<std::string_view, 1> pieces = {"bye"};
          CHECK(session->transport->write(pieces).bytes == 3);
        },
        {server.keep(counting(completed))});
    server.serve();
    net::memory_peer peer;
    server.connect(peer);
    peer.send("GET /chat HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: chat\r\n\r\n\x01\x02 not http\r\n\r\n");
    server.pass(std::chrono::milliseconds(2));
    server.turns(2);
    CHECK(status_of(peer.take()) == "HTTP/1.1 101 Switching Protocols");
    CHECK(seen == "\x01\x02 not http\r\n\r\n");
    CHECK(server.context().connections() == 0);
    CHECK(completed == 0);
    server.pass(std::chrono::milliseconds(11));
    server.turns(2);
    CHECK(peer.take() == "bye");
    CHECK(peer.closed());
    CHECK(completed == 1);
    CHECK(server.dispatcher().running() == 0);
  }
}

TEST_CASE("an upgrade that is refused because others come first leaves no trace of a 101") {
  connected test;
  bool refused = false;
  test.server.get("/late/{n}", answer_late);
  test.server.get("/chat", [&](exchange& x) -> task<void> {
    refused = !x.upgrade().has_value();
    co_return;
  });
  test.server.serve();
  test.send(get_request("/late/1") + "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: chat\r\n\r\n");
  const std::string answers = test.after(late_enough);
  CHECK(refused);
  CHECK(bodies(answers) == "late 1,,");
  CHECK(answers.find("101 Switching") == std::string::npos);
}

TEST_CASE("the memory of pipelined answers that have left is given back before the others are composed") {
  struct counted {
    explicit counted(int& living, int& most) : living(living) { most = std::max(most, ++living); }
    ~counted() { --living; }
    int& living;
  };
  int living = 0;
  int most = 0;
  server_fixture server;
  server.get("/big", [&](exchange& x) {
    x.arena().make<counted>(living, most);
    x.text(std::string(30'000, 'x'));
  });
  server.serve();
  net::memory_peer peer;
  server.connect(peer);
  std::string requests;
  for (int i = 0; i != 200; ++i) requests += get_request("/big");
  peer.send(requests);
  server.turns(2);
  CHECK(count(peer.take(), "HTTP/1.1 200 OK") == 200);
  CHECK(living == 0);
  CHECK(most <= 4);
}

TEST_CASE("routes that change under a running exchange stay until it ends, and no remembered head crosses over") {
  connected test;
  CHECK(bodies(test.send(get_request("/fast/1"))) == "fast 1,");
  test.send(get_request("/late/1"));
  test.server.get("/fast/{n}", [](exchange& x) { x.text("new ", x.path("n")); });
  test.server.serve();
  CHECK(bodies(test.after(late_enough)) == "late 1,");
  CHECK(bodies(test.send(get_request("/fast/1") + get_request("/fast/1"))) == "new 1,new 1,");
}
