#include <doctest/doctest.h>

#include <chrono>
#include <ctime>
#include <string>

#include "tests/system/client.hpp"
#include "tests/techempower/service_under_test.hpp"

using namespace techempower::testing;
namespace system_test = candela::system_test;

namespace {

constexpr const char* all_paths[] = {
    "/json", "/plaintext", "/db", "/queries?queries=2", "/fortunes", "/updates?queries=2", "/cached-worlds?count=2"};

// Seconds since 1970 of an IMF-fixdate (RFC 9110, section 5.6.7), which must be written as it has to be.
std::time_t seconds_of(const std::string& date) {
  std::tm parts{};
  const char* const end = strptime(date.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  REQUIRE(end == date.c_str() + date.size());
  char again[64];
  const std::size_t size = std::strftime(again, sizeof again, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  CHECK(std::string(again, size) == date);
  return timegm(&parts);
}

// The clock that Date is read from: std::time() may lag behind it by a tick and so be a second late.
std::time_t now() { return std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()); }

}  // namespace

TEST_CASE("every answer has Server, Date, Content-Type and Content-Length once, and is not compressed") {
  over_each_database([](service_under_test& service) {
    for (const char* path : all_paths) {
      INFO(path);
      const auto answer = service.get(path);
      CHECK(answer.status == 200);
      for (const char* name : {"server", "date", "content-type"}) CHECK(answer.count(name) == 1);
      CHECK(answer.count("content-length") + answer.count("transfer-encoding") == 1);
      CHECK(answer.body_bytes == answer.body.size());
      CHECK_FALSE(answer.has("content-encoding"));
      CHECK_FALSE(answer.announces_close());
    }
  });
}

TEST_CASE("JSON and HTML are labelled as such") {
  over_each_database([](service_under_test& service) {
    for (const char* path : {"/json", "/db", "/queries", "/updates", "/cached-worlds"}) {
      INFO(path);
      CHECK(service.get(path).field("content-type") == "application/json");
    }
    CHECK(service.get("/fortunes").field("content-type") == "text/html; charset=utf-8");
  });
}

TEST_CASE("Date is the time of the answer and moves on with it") {
  service_under_test& service = service_under_test::on_postgres();
  system_test::client client = service.connect();
  const auto date_now = [&] {
    REQUIRE(client.send(request_for("/plaintext")));
    return std::string(system_test::read_response(client).field("date"));
  };
  const std::time_t before = now();
  const std::string first = date_now();
  const std::time_t began = seconds_of(first);
  CHECK(began >= before - 2);
  CHECK(began <= now());
  // Asked without a pause, so that the second's end itself is what is waited for.
  constexpr std::time_t longest = 5;
  std::string later = first;
  while (later == first && now() - began < longest) later = date_now();
  CHECK(seconds_of(later) > began);
}

TEST_CASE("a connection is kept for further requests") {
  over_each_database([](service_under_test& service) {
    system_test::client client = service.connect();
    for (const char* path : all_paths) {
      INFO(path);
      REQUIRE(client.send(request_for(path)));
      CHECK(system_test::read_response(client).status == 200);
    }
  });
}

TEST_CASE("other paths are not found") { CHECK(service_under_test::on_postgres().get("/nothing").status == 404); }
