// Clients that vanish: whatever they were in the middle of, the service goes on and keeps nothing of them.
#include <doctest/doctest.h>

#include <functional>

#include "tests/system/echo_service.hpp"

using namespace candela::system_test;
using namespace std::chrono_literals;

namespace {

// Lets many clients begin something and vanish, then looks for what is left of them.
void check_nothing_is_left(const std::function<void(client&)>& begin) {
  server_process service(echo_options());
  client other(service.port());
  REQUIRE(is_served(other));
  const std::size_t before = service.open_files();
  for (int i = 0; i != 50; ++i) {
    client vanishing(service.port());
    begin(vanishing);
    vanishing.reset();
  }
  // Connections are accepted in their order: once a later one is served, none of those waits to be accepted.
  REQUIRE(is_served(service.port()));
  other.set_patience(20ms);
  // The service learns of resets in turns of its own; the bound only ends a test that fails.
  for (int turn = 0; turn != 200 && service.open_files() != before; ++turn) static_cast<void>(other.fill());
  CHECK(service.open_files() == before);
  other.set_patience(10s);
  CHECK(is_served(other));
}

}  // namespace

TEST_CASE("connections that are reset before a byte was sent leave nothing behind") {
  check_nothing_is_left([](client&) {});
}

TEST_CASE("connections that are reset within a head leave nothing behind") {
  check_nothing_is_left([](client& by) { by.send("GET /plaintext HTTP/1.1\r\nHos"); });
}

TEST_CASE("connections that are reset within a body leave nothing behind") {
  check_nothing_is_left([](client& by) { by.send(request("POST", "/echo", "Content-Length: 1000\r\n") + "half"); });
}

TEST_CASE("connections that are reset within a chunk leave nothing behind") {
  check_nothing_is_left(
      [](client& by) { by.send(request("POST", "/stream", "Transfer-Encoding: chunked\r\n") + "ff\r\nhalf"); });
}

TEST_CASE("connections that are reset while their request sleeps leave nothing behind") {
  check_nothing_is_left([](client& by) { by.send(request("GET", "/sleep/60000")); });
}

TEST_CASE("connections that are reset within a response leave nothing behind") {
  check_nothing_is_left([](client& by) {
    by.send(request("GET", "/big/1073741824"));
    REQUIRE(by.fill() == arrival::bytes);
  });
}

TEST_CASE("connections that are reset with requests waiting in line leave nothing behind") {
  check_nothing_is_left([](client& by) {
    by.send(request("GET", "/sleep/60000") + request("GET", "/plaintext") + request("POST", "/echo"));
  });
}

TEST_CASE("a streamed response whose request turns out malformed is torn, so that nobody takes it for whole") {
  server_process service(echo_options());
  client by(service.port());
  by.send(request("POST", "/stream", "Transfer-Encoding: chunked\r\n") + "5\r\nhello\r\n");
  while (by.input().find("hello") == std::string_view::npos) REQUIRE(by.fill() == arrival::bytes);
  by.send("nonsense\r\n");
  arrival came = arrival::bytes;
  while (came == arrival::bytes) came = by.fill();
  CHECK(came == arrival::reset);
  CHECK(by.transcript().find("\r\n0\r\n") == std::string::npos);
  CHECK(is_served(service.port()));
}
