// The whole process stays small while many connections are busy.
#include <doctest/doctest.h>

#include <deque>

#include "tests/system/echo_service.hpp"

using namespace candela::system_test;

namespace {

constexpr std::size_t connections = 256;
constexpr std::size_t pipelined = 16;
constexpr std::size_t rounds = 50;

// One batch for every connection, all under way at once, then all their answers.
void run_round(std::deque<client>& all, const std::string& batch) {
  for (client& each : all) REQUIRE(each.send(batch));
  for (client& each : all) {
    for (std::size_t i = 0; i != pipelined; ++i) REQUIRE(read_response(each).body == "Hello, World!");
  }
}

}  // namespace

TEST_CASE("the process stays under 10 MiB with 256 busy connections") {
  server_process service(echo_options());
  std::deque<client> all;
  for (std::size_t i = 0; i != connections; ++i) all.emplace_back(service.port());
  std::string batch;
  for (std::size_t i = 0; i != pipelined; ++i) batch += request("GET", "/plaintext");
  for (std::size_t round = 0; round != rounds; ++round) run_round(all, batch);
  const std::size_t most = service.memory_kib("VmHWM");
  MESSAGE("the process used " << most << " KiB at most");
  CHECK(most < 10 * 1024);
}
