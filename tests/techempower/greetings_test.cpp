#include <doctest/doctest.h>

#include <string>

#include "tests/system/client.hpp"
#include "tests/techempower/service_under_test.hpp"

using namespace techempower::testing;
namespace system_test = candela::system_test;

TEST_CASE("/json answers with one object that has one member") {
  const auto answer = service_under_test::on_postgres().get("/json");
  CHECK(answer.status == 200);
  CHECK(answer.body == R"({"message":"Hello, World!"})");
  CHECK(answer.field("content-type") == "application/json");
}

TEST_CASE("/plaintext answers with the greeting") {
  const auto answer = service_under_test::on_postgres().get("/plaintext");
  CHECK(answer.status == 200);
  CHECK(answer.body == "Hello, World!");
  CHECK(answer.field("content-type") == "text/plain; charset=utf-8");
}

TEST_CASE("sixteen pipelined requests for /plaintext have sixteen whole answers") {
  constexpr int depth = 16;
  system_test::client client = service_under_test::on_postgres().connect();
  std::string batch;
  for (int i = 0; i != depth; ++i) batch += request_for("/plaintext");
  REQUIRE(client.send(batch));
  for (int i = 0; i != depth; ++i) {
    const auto answer = system_test::read_response(client);
    CHECK(answer.status == 200);
    CHECK(answer.body == "Hello, World!");
    CHECK(answer.has("server"));
    CHECK(answer.has("date"));
  }
  CHECK(client.input().empty());
}
