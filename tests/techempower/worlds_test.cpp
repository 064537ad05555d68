#include <doctest/doctest.h>

#include <set>
#include <string>

#include "tests/techempower/service_under_test.hpp"

using namespace techempower;
using namespace techempower::testing;

namespace {

constexpr candela::db::statement number_of_world{"SELECT CAST(randomnumber AS bigint) FROM world WHERE id = $1"};
constexpr candela::db::statement all_ids{"SELECT CAST(id AS bigint) FROM world ORDER BY id"};
constexpr candela::db::statement all_numbers{"SELECT CAST(randomnumber AS bigint) FROM world"};

struct asked {
  const char* value;
  std::size_t rows;
};
// What the benchmark's verifier tries, and the ends of the range.
constexpr asked counts[] = {{"2", 2},   {"0", 1},     {"foo", 1}, {"501", 500}, {"", 1},
                            {"1", 1},   {"500", 500}, {"-1", 1},  {"20", 20},   {"99999999999999999999", 500},
                            {"20x", 1}, {"1.5", 1}};

void check_counts(service_under_test& service, const std::string& path, const std::string& parameter) {
  for (const asked& each : counts) {
    const std::string target = path + "?" + parameter + "=" + each.value;
    INFO(target);
    CHECK(worlds_of(service.get(target)).size() == each.rows);
  }
  INFO(path);
  CHECK(worlds_of(service.get(path)).size() == 1);
}

}  // namespace

TEST_CASE("the table has 10,000 worlds with numbers in their range") {
  over_each_database([](service_under_test& service) {
    const auto ids = service.ask(all_ids);
    REQUIRE(ids.size() == world_count);
    for (std::size_t i = 0; i != ids.size(); ++i) CHECK(ids[i] == static_cast<std::int64_t>(i) + 1);
    const auto numbers = service.ask(all_numbers);
    CHECK(std::set(numbers.begin(), numbers.end()).size() > 1'000);
    for (const std::int64_t number : numbers) CHECK((number >= 1 && number <= world_count));
  });
}

TEST_CASE("/db answers with one world as the table has it") {
  over_each_database([](service_under_test& service) {
    const world one = world_of(service.get("/db"));
    CHECK(service.ask(number_of_world, one.id) == std::vector<std::int64_t>{one.random_number});
  });
}

TEST_CASE("/db asks for other worlds each time") {
  over_each_database([](service_under_test& service) {
    std::set<int> seen;
    for (int i = 0; i != 10; ++i) seen.insert(world_of(service.get("/db")).id);
    // Ten draws of ten thousand that give fewer than six ids: less likely than one in 10^13.
    CHECK(seen.size() >= 6);
  });
}

TEST_CASE("/queries answers with as many worlds as are asked for, from 1 to 500") {
  over_each_database([](service_under_test& service) { check_counts(service, "/queries", "queries"); });
}

TEST_CASE("/updates answers with as many worlds as are asked for, from 1 to 500") {
  over_each_database([](service_under_test& service) { check_counts(service, "/updates", "queries"); });
}

TEST_CASE("/cached-worlds answers with as many worlds as are asked for, from 1 to 500") {
  over_each_database([](service_under_test& service) { check_counts(service, "/cached-worlds", "count"); });
}

TEST_CASE("/queries answers with worlds as the table has them") {
  over_each_database([](service_under_test& service) {
    for (const world& each : worlds_of(service.get("/queries?queries=5"))) {
      CHECK(service.ask(number_of_world, each.id) == std::vector<std::int64_t>{each.random_number});
    }
  });
}
