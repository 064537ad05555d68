#include <candela/handlers/info.hpp>

#include <doctest/doctest.h>

#include <candela/core/build_id.hpp>
#include <candela/json/escape.hpp>

#include "tests/handlers/handler_fixture.hpp"

using namespace candela;
using namespace candela::testing;
using handlers::info;

namespace {

void fill(handler_fixture& server) {
  server.facts().name = "orders";
  server.facts().version = "1.4.2";
  server.facts().started = server.time().wall();
}

std::string told(handler_fixture& server, const std::string& options) {
  server.get("/info", server.made<info>(options));
  server.serve();
  return body_of(server.ask(get_request("/info")));
}

}  // namespace

TEST_CASE("a service tells its name, its version and how long it has been up") {
  handler_fixture server;
  fill(server);
  server.facts().started = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + std::chrono::hours(4) +
                           std::chrono::minutes(2) + std::chrono::milliseconds(9'700);
  const auto up = server.facts().started - server.time().wall() + std::chrono::seconds(90);
  server.time().advance(std::chrono::duration_cast<std::chrono::nanoseconds>(up));
  CHECK(told(server, "") ==
        R"({"name":"orders","version":"1.4.2","started":"2026-11-22T04:02:09Z","uptime_seconds":90})");
}

TEST_CASE("what was built with what is told only when it is asked for") {
  handler_fixture secretive;
  fill(secretive);
  CHECK(told(secretive, "").find("build") == std::string::npos);
  handler_fixture open;
  fill(open);
  CHECK(told(open, "build: true").find("\"build\":\"") != std::string::npos);
}

TEST_CASE("fields of the configuration are told, secrets are refused") {
  handler_fixture server;
  fill(server);
  CHECK(told(server, "fields: {team: checkout, region: eu-1}").ends_with(R"("team":"checkout","region":"eu-1"})"));
  CHECK(refusal_of<info>("fields: {api_key: abc}").find("may be a secret") != std::string::npos);
  CHECK(refusal_of<info>("fields: {home: '${HOME:x}'}").find("may be a secret") != std::string::npos);
}
