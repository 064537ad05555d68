// What a submission of the benchmark consists of.
#include <doctest/doctest.h>

#include <candela/json/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/techempower/service_under_test.hpp"

using namespace techempower::testing;

namespace {

struct test_entry {
  std::string dockerfile, json_url, plaintext_url, db_url, query_url, fortune_url, update_url, cached_query_url;
  int port = 0;
  std::string approach, classification, database, framework, language, flavor, orm, platform, webserver, os,
      database_os, display_name, notes, versus;
};
CANDELA_DESCRIBE(test_entry, dockerfile, json_url, plaintext_url, db_url, query_url, fortune_url, update_url,
                 cached_query_url, port, approach, classification, database, framework, language, flavor, orm, platform,
                 webserver, os, database_os, display_name, notes, versus)

struct variants {
  test_entry main;
};
CANDELA_DESCRIBE_AS(variants, (main, "default"))

struct submission {
  std::string framework;
  std::vector<variants> tests;
};
CANDELA_DESCRIBE(submission, framework, tests)

std::string content_of(const std::string& file) {
  std::ifstream in(std::string(TECHEMPOWER_FOLDER) + "/" + file);
  REQUIRE(in);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

test_entry described_test() {
  candela::arena memory;
  const auto read = candela::json::parse<submission>(content_of("benchmark_config.json"), memory);
  REQUIRE(read.has_value());
  CHECK(read->framework == "candela");
  REQUIRE(read->tests.size() == 1);
  return read->tests[0].main;
}

bool is_one_of(const std::string& value, const std::vector<std::string>& allowed) {
  for (const std::string& each : allowed) {
    if (value == each) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("the benchmark's description has every field with a value that the benchmark knows") {
  const test_entry test = described_test();
  CHECK(is_one_of(test.approach, {"Realistic", "Stripped"}));
  CHECK(is_one_of(test.classification, {"Fullstack", "Micro", "Platform"}));
  CHECK(is_one_of(test.orm, {"Full", "Micro", "Raw"}));
  CHECK(test.database == "Postgres");
  CHECK(test.language == "C++");
  CHECK(test.os == "Linux");
  CHECK(test.database_os == "Linux");
  CHECK_FALSE(test.display_name.empty());
}

TEST_CASE("every path of the benchmark's description is served, and is long enough") {
  const test_entry test = described_test();
  service_under_test& service = service_under_test::on_postgres();
  // With the value that the benchmark appends to those that take one.
  for (const std::string& path : {test.json_url, test.plaintext_url, test.db_url, test.fortune_url,
                                  test.query_url + "2", test.update_url + "2", test.cached_query_url + "2"}) {
    INFO(path);
    CHECK(service.get(path).status == 200);
  }
  CHECK(test.plaintext_url.size() >= 10);
  CHECK(test.json_url.size() >= 5);
}

TEST_CASE("the Dockerfile that the description names is there, and serves at its port") {
  const test_entry test = described_test();
  const std::string dockerfile = content_of(test.dockerfile);
  CHECK(dockerfile.find("EXPOSE " + std::to_string(test.port) + "\n") != std::string::npos);
  CHECK(dockerfile.find("\"--port\", \"" + std::to_string(test.port) + "\"") != std::string::npos);
}
