// Ten thousand connections that are kept open and say nothing cost little memory.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <algorithm>
#include <deque>

#include "tests/system/echo_service.hpp"

using namespace candela::system_test;

namespace {

constexpr std::size_t connections = 10'000;
// Beside the connections: the outputs, libraries, and what the service opens for itself.
constexpr std::size_t further_files = 200;

/// As many open files as the test needs, for it and for the services that it starts. False when the system refuses.
bool may_open_all() {
  rlimit bound{};
  getrlimit(RLIMIT_NOFILE, &bound);
  if (bound.rlim_cur >= connections + further_files) return true;
  bound.rlim_cur = connections + further_files;
  bound.rlim_max = std::max(bound.rlim_max, bound.rlim_cur);
  return setrlimit(RLIMIT_NOFILE, &bound) == 0;
}

}  // namespace

TEST_CASE("each of 10,000 idle connections uses less than 3 KiB of the service's memory") {
  if (!may_open_all()) {
    MESSAGE("skipped: the bound on open files is too low and cannot be raised");
    return;
  }
  process_options options = echo_options();
  options.max_open_files = connections + further_files;
  server_process service(options);
  // What the first requests of a worker take once is no part of a connection's cost.
  for (int i = 0; i != 100; ++i) REQUIRE(is_served(service.port()));
  const std::size_t before = service.memory_kib("VmRSS");

  std::deque<client> idle;
  for (std::size_t i = 0; i != connections; ++i) REQUIRE(is_served(idle.emplace_back(service.port())));
  const std::size_t grown = service.memory_kib("VmRSS") - before;
  MESSAGE("the service grew by " << static_cast<double>(grown) / connections << " KiB a connection");
  CHECK(grown < 3 * connections);
  CHECK(is_served(idle.front()));
  CHECK(is_served(idle.back()));
}
