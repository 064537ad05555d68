#include <doctest/doctest.h>

#include <candela/candela.hpp>
#include <candela/service/test_client.hpp>
#include <string>

using namespace std::chrono_literals;
using candela::exchange;
using candela::task;

TEST_CASE("a handler is asked without a port") {
  candela::service service;
  service.get("/hello/{name}", [](exchange& x) { x.text("Hello, ", x.path("name"), "!"); });
  candela::test_client client(service);
  const candela::test_answer answer = client.get("/hello/two%20words");
  CHECK(answer.status == 200);
  CHECK(answer.header("Content-Type") == "text/plain; charset=utf-8");
  CHECK(answer.body == "Hello, two words!");
  CHECK(!answer.closed);
}

TEST_CASE("no time passes on a manual clock but what a test lets pass") {
  candela::service service;
  service.get("/sleep",
              [](exchange& x) -> task<void> {
                const auto slept = co_await candela::net::sleep_for(x.loop(), 1h, x.cancellation());
                if (slept) x.text("awake");
              },
              {.deadline = 2h});
  candela::manual_clock time;
  candela::test_client client(service, &time);
  client.send(candela::test_client::request(candela::http::method::get, "/sleep"));
  client.pass(59min);
  CHECK(!client.received());
  client.pass(2min);
  const auto answer = client.received();
  REQUIRE(answer);
  CHECK(answer->body == "awake");
}

TEST_CASE("a deadline that passes answers in the handler's place") {
  candela::service service;
  service.get("/slow",
              [](exchange& x) -> task<void> {
                const auto slept = co_await candela::net::sleep_for(x.loop(), 1h, x.cancellation());
                if (slept) x.text("awake");
              },
              {.deadline = 100ms});
  candela::manual_clock time;
  candela::test_client client(service, &time);
  client.send(candela::test_client::request(candela::http::method::get, "/slow"));
  client.pass(101ms);
  const auto answer = client.received();
  REQUIRE(answer);
  CHECK(answer->status == 503);
  CHECK(answer->body.find("deadline_exceeded") != std::string::npos);
}

TEST_CASE("chunks of a streamed answer are joined") {
  candela::service service;
  service.post("/stream",
               [](exchange& x) -> task<void> {
                 for (;;) {
                   const auto piece = co_await x.read();
                   if (!piece || piece->empty()) co_return;
                   const auto written = co_await x.write(*piece);
                   if (!written) co_return;
                 }
               },
               {.body = candela::body_mode::streamed});
  candela::test_client client(service);
  const std::string large(300'000, 'x');
  const candela::test_answer answer = client.post("/stream", large);
  CHECK(answer.header("transfer-encoding") == "chunked");
  CHECK(answer.body == large);
}

TEST_CASE("work on a lane comes back to the one who asks") {
  candela::service service;
  candela::net::lanes lanes;
  service.get("/work", [&lanes](exchange& x) -> task<void> {
    const auto done = co_await lanes.files.run(x.loop(), [] { return 42; }, x.cancellation());
    if (done) x.text(*done);
  });
  {
    candela::test_client client(service);
    CHECK(client.get("/work").body == "42");
    lanes.shut_down();
  }
}

TEST_CASE("the answer to HEAD has a length and no body") {
  candela::service service;
  service.get("/hello", [](exchange& x) { x.text("hello"); });
  candela::test_client client(service);
  const candela::test_answer answer = client.ask(candela::http::method::head, "/hello");
  CHECK(answer.header("content-length") == "5");
  CHECK(answer.body.empty());
}

TEST_CASE("bytes that are no request are refused and the connection ends") {
  candela::service service;
  candela::test_client client(service);
  client.send("GET / HTTP/1.1\r\nHost : a\r\n\r\n");
  const auto answer = client.received();
  REQUIRE(answer);
  CHECK(answer->status == 400);
  CHECK(answer->closed);
}
