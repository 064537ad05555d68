// How long a connection waits, and how it ends: time-outs, half-closes, draining.
#include <doctest/doctest.h>

#include <tests/http/connected.hpp>

using namespace candela;
using namespace candela::testing;

TEST_CASE("an idle connection closes silently, a slow head gets a 408") {
  connected idle;
  CHECK(bodies(idle.send(get_request("/fast/1"))) == "fast 1,");
  CHECK(idle.after(std::chrono::seconds(74)).empty());
  CHECK(!idle.peer.closed());
  CHECK(idle.after(std::chrono::seconds(2)).empty());
  CHECK(idle.peer.closed());
  connected slow;
  for (const char byte : std::string_view("GET / HTT")) {
    slow.send({&byte, 1});
    CHECK(slow.after(std::chrono::seconds(1)).empty());
  }
  CHECK(status_of(slow.after(std::chrono::seconds(2))) == "HTTP/1.1 408 Request Timeout");
  CHECK(slow.peer.ended());
}

TEST_CASE("while we do not read, because too much is unsent, a body may take its time") {
  server_fixture server({.write_high_mark = 5'000, .write_low_mark = 1'000});
  std::string got;
  const auto talk = [&](exchange& x) -> task<void> {
    for (int i = 0; i != 20; ++i) {
      auto written = co_await x.write(std::string(1000, 'x'));
      if (!written) co_return;
    }
    for (;;) {
      auto piece = co_await x.read();
      if (!piece || piece->empty()) co_return;
      got += *piece;
    }
  };
  server.post("/talk", talk, {}, {.body = body_mode::streamed});
  server.serve();
  net::memory_peer peer;
  peer.set_window(1000);
  server.connect(peer);
  peer.send("POST /talk HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01");
  server.turns(2);
  peer.send("234");
  server.turns(2);
  server.pass(std::chrono::seconds(25));
  std::string answer;
  for (int i = 0; i != 30; ++i) {
    answer += peer.take();
    server.turns(2);
  }
  server.pass(std::chrono::seconds(25));
  peer.send("56789");
  server.turns(3);
  answer += peer.take();
  CHECK(got == "0123456789");
  CHECK(answer.ends_with("0\r\n\r\n"));
}

TEST_CASE("a reader that takes nothing for too long is cut, and its work cancelled") {
  connected test({.write_timeout = std::chrono::seconds(5)});
  test.peer.set_window(10);
  test.send(get_request("/big/100000") + get_request("/wait"));
  test.server.pass(std::chrono::seconds(4));
  CHECK(!test.peer.closed());
  static_cast<void>(test.peer.take());
  test.peer.set_window(0);
  test.server.pass(std::chrono::seconds(6));
  CHECK(test.peer.closed());
  test.server.turns(2);
  CHECK(test.server.dispatcher().running() == 0);
}

TEST_CASE("a half-closing client gets its answers; when none begins in time its work is cancelled") {
  connected patient;
  patient.send(get_request("/late/1") + get_request("/late/2"));
  patient.peer.end();
  CHECK(bodies(patient.after(late_enough)) == "late 1,late 2,");
  CHECK(patient.peer.closed());
  connected gone;
  gone.send(get_request("/wait"));
  gone.peer.end();
  gone.server.turns(2);
  gone.server.pass(std::chrono::milliseconds(4'900));
  CHECK(gone.cancelled == 0);
  gone.server.pass(std::chrono::milliseconds(200));
  CHECK(gone.cancelled == 1);
  CHECK(gone.peer.closed());
  CHECK(gone.server.dispatcher().running() == 0);
}

TEST_CASE("requests that waited for their turn are answered behind a half-close") {
  connected test({.max_pipelined = 1});
  test.send(get_request("/late/1") + get_request("/late/2") + get_request("/fast/3"));
  test.peer.end();
  std::string answers;
  for (int i = 0; i != 4; ++i) answers += test.after(late_enough);
  CHECK(bodies(answers) == "late 1,late 2,fast 3,");
  CHECK(test.peer.closed());
}

TEST_CASE("a body that a half-close cut off while its request waited is a 400") {
  connected test;
  test.send(get_request("/late/1") + "POST /save HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  test.peer.end();
  std::string answers = test.after(late_enough);
  answers += test.after(late_enough);
  CHECK(count(answers, "HTTP/1.1 400") == 1);
  CHECK(test.saved == 0);
  CHECK(test.peer.closed());
  CHECK(test.server.dispatcher().running() == 0);
}

TEST_CASE("draining closes idle connections, answers what was read, and says that it closes") {
  connected idle;
  idle.send(get_request("/fast/1"));
  idle.server.context().drain();
  CHECK(idle.peer.ended());
  connected busy;
  busy.send(get_request("/late/1") + get_request("/late/2"));
  busy.server.context().drain();
  CHECK(!busy.peer.ended());
  const std::string answers = busy.after(late_enough);
  CHECK(bodies(answers) == "late 1,late 2,");
  CHECK(count(answers, "Connection: close\r\n") == 1);
  CHECK(busy.peer.ended());
  connected partly;
  partly.send("GET /fast/1 HT");
  partly.server.context().drain();
  CHECK(!partly.peer.ended());
  const std::string answer = partly.send("TP/1.1\r\nHost: a\r\n\r\n");
  CHECK(body_of(answer) == "fast 1");
  CHECK(answer.find("Connection: close\r\n") != std::string::npos);
  CHECK(partly.peer.ended());
}
