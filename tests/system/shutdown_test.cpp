// SIGTERM: what was begun is answered, nothing new is taken, and the process ends well.
#include <doctest/doctest.h>
#include <signal.h>

#include <system_error>

#include "tests/system/echo_service.hpp"

using namespace candela::system_test;
using namespace std::chrono_literals;

namespace {

// Asks the service to end, and returns when it has begun to: an idle connection shows it by its end.
void begin_shutdown(server_process& service) {
  client idle(service.port());
  REQUIRE(is_served(idle));
  service.signal(SIGTERM);
  REQUIRE(idle.fill() == arrival::ended);
}

}  // namespace

TEST_CASE("a service without requests ends at once with status 0") {
  server_process service(echo_options());
  REQUIRE(is_served(service.port()));
  service.signal(SIGTERM);
  CHECK(service.wait(10s) == 0);
}

TEST_CASE("SIGINT ends a service in the same way") {
  server_process service(echo_options());
  REQUIRE(is_served(service.port()));
  service.signal(SIGINT);
  CHECK(service.wait(10s) == 0);
}

TEST_CASE("a service with several workers ends with status 0") {
  server_process service({.program = ECHO_PROGRAM, .arguments = {"--port", "0", "--workers", "3"}});
  std::vector<client> idle;
  for (int i = 0; i != 12; ++i) REQUIRE(is_served(idle.emplace_back(service.port())));
  service.signal(SIGTERM);
  for (client& each : idle) CHECK(each.fill() == arrival::ended);
  CHECK(service.wait(10s) == 0);
}

TEST_CASE("a request under way is answered, its connection told that it ends, and no other one taken") {
  server_process service(echo_options());
  client busy(service.port());
  busy.send(request("GET", "/sleep/700"));
  begin_shutdown(service);
  CHECK_THROWS_AS(client(service.port()), std::system_error);
  const response got = read_response(busy);
  CHECK(got.status == 200);
  CHECK(got.announces_close());
  CHECK(busy.fill() == arrival::ended);
  CHECK(service.wait(10s) == 0);
}

TEST_CASE("a request whose head has begun is answered") {
  server_process service(echo_options());
  client begun(service.port());
  begun.send("GET /plaintext HTTP/1.1\r\n");
  begin_shutdown(service);
  begun.send("Host: a\r\n\r\n");
  const response got = read_response(begun);
  CHECK(got.body == "Hello, World!");
  CHECK(got.announces_close());
  CHECK(service.wait(10s) == 0);
}

TEST_CASE("a request whose body is on its way is answered") {
  server_process service(echo_options());
  client begun(service.port());
  begun.send(request("POST", "/echo", "Content-Length: 10\r\n") + "01234");
  begin_shutdown(service);
  begun.send("56789");
  const response got = read_response(begun);
  CHECK(got.body == "0123456789");
  CHECK(got.announces_close());
  CHECK(service.wait(10s) == 0);
}

TEST_CASE("a streamed response ends whole") {
  server_process service(echo_options());
  client begun(service.port());
  begun.send(request("GET", "/big/20000000"));
  REQUIRE(begun.fill() == arrival::bytes);
  begin_shutdown(service);
  CHECK(read_response(begun).body_bytes == 20'000'000);
  CHECK(begun.fill() == arrival::ended);
  CHECK(service.wait(10s) == 0);
}

TEST_CASE("pipelined requests that were sent before the signal are all answered") {
  server_process service(echo_options());
  client busy(service.port());
  busy.send(request("GET", "/sleep/500") + request("POST", "/echo") + request("GET", "/plaintext"));
  begin_shutdown(service);
  CHECK(read_response(busy).status == 200);
  CHECK(read_response(busy).status == 200);
  const response last = read_response(busy);
  CHECK(last.body == "Hello, World!");
  CHECK(last.announces_close());
  CHECK(service.wait(10s) == 0);
}

TEST_CASE("a second signal ends a service that still waits for a request") {
  server_process service(echo_options());
  client busy(service.port());
  busy.send(request("GET", "/sleep/60000"));
  begin_shutdown(service);
  service.signal(SIGTERM);
  CHECK(service.wait(10s).has_value());
}
