// What a person sees who starts a service, and starts it wrongly.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "tests/system/echo_service.hpp"

using namespace candela::system_test;
using namespace std::chrono_literals;

namespace {

// The output of a service that could not start, once it has ended.
std::string complaint_of(const process_options& options) {
  server_process service(options);
  REQUIRE(service.wait(10s) == 1);
  CHECK_THROWS(static_cast<void>(service.port()));
  return service.output();
}

}  // namespace

TEST_CASE("a service without a database carries no database's library") {
  server_process service(echo_options());
  REQUIRE(is_served(service.port()));
  std::ifstream maps("/proc/" + std::to_string(service.pid()) + "/maps");
  const std::string loaded(std::istreambuf_iterator<char>(maps), {});
  CHECK(loaded.find("libssl") != std::string::npos);
  CHECK(loaded.find("libpq") == std::string::npos);
  CHECK(loaded.find("libsqlite3") == std::string::npos);
}

TEST_CASE("two services on free ports are on different ones") {
  server_process one(echo_options());
  server_process other(echo_options());
  CHECK(one.port() != other.port());
  CHECK(is_served(one.port()));
  CHECK(is_served(other.port()));
}

TEST_CASE("a port in use is one line that names it, and status 1") {
  server_process first(echo_options());
  const std::string port = std::to_string(first.port());
  const std::string complaint = complaint_of({.program = ECHO_PROGRAM, .arguments = {"--port", port}});
  CHECK(complaint.find(port) != std::string::npos);
  CHECK(std::ranges::count(complaint, '\n') == 1);
  CHECK(is_served(first.port()));
}

TEST_CASE("settings that are not there are one line that names them, and status 1") {
  const std::string complaint = complaint_of(echo_options({"--config", "/nowhere/service.yml"}));
  CHECK(complaint.find("/nowhere/service.yml") != std::string::npos);
  CHECK(std::ranges::count(complaint, '\n') == 1);
}
