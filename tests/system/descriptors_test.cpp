// A service that runs out of descriptors: it stops accepting, and goes on when some are free again.
#include <doctest/doctest.h>

#include <deque>

#include "tests/system/echo_service.hpp"

using namespace candela::system_test;
using namespace std::chrono_literals;

TEST_CASE("more connections than descriptors wait in the queue, and each is served in the end") {
  process_options options = echo_options();
  options.max_open_files = 64;
  server_process service(options);
  std::vector<client> all;
  for (int i = 0; i != 120; ++i) all.emplace_back(service.port()).send(request("GET", "/plaintext"));
  for (client& each : all) {
    const response got = read_response(each);
    CHECK(got.body == "Hello, World!");
    // Makes room for one that waits.
    each.reset();
  }
  CHECK(is_served(service.port()));
}

TEST_CASE("a service without descriptors serves whom it has, and rests meanwhile") {
  process_options options = echo_options();
  options.max_open_files = 64;
  server_process service(options);
  client early(service.port());
  REQUIRE(is_served(early));
  std::deque<client> idle;
  for (int i = 0; i != 100; ++i) idle.emplace_back(service.port());
  REQUIRE(is_served(early));
  client& waiting = idle.back();
  waiting.send(request("GET", "/plaintext"));
  const auto before = service.processor_time();
  waiting.set_patience(500ms);
  CHECK(waiting.fill() == arrival::nothing);
  CHECK(service.processor_time() - before < 100ms);
  CHECK(is_served(early));
  for (int i = 0; i != 60; ++i) idle.pop_front();
  client& last = idle.back();
  last.set_patience(10s);
  CHECK(read_response(last).body == "Hello, World!");
}
