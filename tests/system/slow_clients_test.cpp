// Clients that are slow on purpose: they are cut off, and nobody else notices.
#include <doctest/doctest.h>

#include "tests/system/echo_service.hpp"

using namespace candela::system_test;
using namespace std::chrono_literals;

TEST_CASE("a client that sends a byte at a time is cut off by the header timeout while others are served") {
  server_process service(echo_options({"--config", SYSTEM_SETTINGS "/short_timeouts.yml"}));
  client other(service.port());
  client slow(service.port());
  slow.set_patience(50ms);
  const std::string head = request("GET", "/plaintext", "X-Filler: " + std::string(1000, 'x') + "\r\n");
  std::size_t sent = 0;
  while (sent != head.size()) {
    slow.send(head.substr(sent++, 1));
    REQUIRE(is_served(other));
    if (slow.fill() != arrival::nothing) break;
  }
  // Time ran out long before the head could end.
  CHECK(sent < 100);
  const response got = read_response(slow);
  CHECK(got.status == 408);
  CHECK(got.announces_close());
  CHECK(is_served(other));
}

TEST_CASE("a hundred clients that send nothing more than a byte are all cut off and hold nothing") {
  server_process service(echo_options({"--config", SYSTEM_SETTINGS "/short_timeouts.yml"}));
  REQUIRE(is_served(service.port()));
  client other(service.port());
  REQUIRE(is_served(other));
  const std::size_t before = service.open_files();
  {
    std::vector<client> slow;
    for (int i = 0; i != 100; ++i) slow.emplace_back(service.port()).send("G");
    for (client& each : slow) CHECK(read_response(each).status == 408);
    for (client& each : slow) CHECK(each.fill() == arrival::ended);
  }
  client late(service.port());
  late.set_patience(20ms);
  // The service learns of our closing in turns of its own; the bound only ends a test that fails.
  for (int turn = 0; turn != 200 && service.open_files() > before + 1; ++turn) static_cast<void>(late.fill());
  CHECK(service.open_files() <= before + 1);
}
