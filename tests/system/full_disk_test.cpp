// Logs that cannot be written: requests are answered as before, and what was lost is counted.
#include <doctest/doctest.h>
#include <signal.h>

#include <chrono>

#include "tests/system/echo_service.hpp"

using namespace candela::system_test;

namespace {

/// A figure of /metrics; -1 when it is not there.
double figure(client& by, const std::string& name) {
  by.send(request("GET", "/metrics"));
  const std::string text = "\n" + read_response(by).body;
  const std::size_t at = text.find("\n" + name + " ");
  return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size() + 2));
}

}  // namespace

TEST_CASE("with a full disk for its logs a service answers every request, and counts what it could not write") {
  server_process service(echo_options({"--config", SYSTEM_SETTINGS "/full_disk.yml"}));
  client by(service.port());
  for (int i = 0; i != 2'000; ++i) REQUIRE(is_served(by));
  // The log thread writes when it comes to it; the bound only ends a test that fails.
  double lost = 0;
  for (int turn = 0; turn != 2'000 && lost < 2'000; ++turn) {
    lost = figure(by, "log_failed_writes_total") + figure(by, "log_dropped_total");
  }
  MESSAGE("records that could not be written: " << lost);
  CHECK(lost >= 2'000);
  CHECK(is_served(service.port()));
}

TEST_CASE("a service with a full disk for its logs ends in good order") {
  server_process service(echo_options({"--config", SYSTEM_SETTINGS "/full_disk.yml"}));
  REQUIRE(is_served(service.port()));
  service.signal(SIGTERM);
  CHECK(service.wait(std::chrono::seconds(10)) == 0);
}
