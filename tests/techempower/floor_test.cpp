// The floor of a service with a database: it knows no rules, but what it gives is what the service gives.
#include <doctest/doctest.h>

#include <csignal>
#include <string>
#include <vector>

#include "tests/system/client.hpp"
#include "tests/techempower/service_under_test.hpp"

using namespace techempower::testing;
namespace system_test = candela::system_test;

namespace {

// The floor over the tables that the service has made.
system_test::process_options floor_options(std::vector<std::string> more) {
  system_test::process_options options{.program = FLOOR_PROGRAM, .arguments = {"--port", "0"}};
  more.insert(more.end(), {"--db", service_under_test::on_postgres().database_url()});
  options.arguments.insert(options.arguments.end(), more.begin(), more.end());
  return options;
}

// The answers to that many requests, pipelined on one connection.
std::vector<system_test::response> ask(std::uint16_t port, int times) {
  system_test::client client(port);
  std::string batch;
  for (int i = 0; i != times; ++i) batch += request_for("/any");
  REQUIRE(client.send(batch));
  std::vector<system_test::response> answers;
  for (int i = 0; i != times; ++i) answers.push_back(system_test::read_response(client));
  return answers;
}

}  // namespace

TEST_CASE("the floor answers each request with a world") {
  system_test::server_process floor(floor_options({"--answer", "db"}));
  for (const auto& answer : ask(floor.port(), 40)) static_cast<void>(world_of(answer));
  floor.signal(SIGTERM);
  CHECK(floor.wait(std::chrono::seconds(10)) == 0);
}

TEST_CASE("the floor answers each request with an array of worlds") {
  system_test::server_process floor(floor_options({"--answer", "queries", "--queries", "20"}));
  for (const auto& answer : ask(floor.port(), 40)) CHECK(worlds_of(answer).size() == 20);
}

TEST_CASE("the floor's answers are as long as the service's") {
  service_under_test& service = service_under_test::on_postgres();
  system_test::server_process floor(floor_options({"--answer", "db"}));
  const auto bare = ask(floor.port(), 1).front();
  const auto real = service.get("/db");
  REQUIRE(bare.fields.size() == real.fields.size());
  for (std::size_t i = 0; i != bare.fields.size(); ++i) {
    CHECK(bare.fields[i].first == real.fields[i].first);
    const bool varies = bare.fields[i].first == "Date" || bare.fields[i].first == "Content-Length";
    if (!varies) CHECK(bare.fields[i].second == real.fields[i].second);
  }
}

TEST_CASE("the floor says what it needs") {
  system_test::server_process floor({.program = FLOOR_PROGRAM, .arguments = {"--port", "0"}});
  CHECK(floor.wait(std::chrono::seconds(10)) == 2);
  CHECK(floor.output().find("--db: needed") != std::string::npos);
}
