#include <doctest/doctest.h>

#include <map>
#include <string>

#include "tests/system/client.hpp"
#include "tests/techempower/service_under_test.hpp"

using namespace techempower;
using namespace techempower::testing;
namespace system_test = candela::system_test;

namespace {

constexpr candela::db::statement number_of_world{"SELECT CAST(randomnumber AS bigint) FROM world WHERE id = $1"};
constexpr candela::db::statement numbers_by_id{"SELECT CAST(randomnumber AS bigint) FROM world ORDER BY id"};

}  // namespace

TEST_CASE("what /updates answers with is what the table has then") {
  over_each_database([](service_under_test& service) {
    for (const world& each : worlds_of(service.get("/updates?queries=20"))) {
      CHECK(service.ask(number_of_world, each.id) == std::vector<std::int64_t>{each.random_number});
    }
  });
}

TEST_CASE("/updates gives rows new numbers and leaves the others alone") {
  over_each_database([](service_under_test& service) {
    const auto before = service.ask(numbers_by_id);
    std::map<int, int> written;
    for (const world& each : worlds_of(service.get("/updates?queries=500"))) {
      const auto [place, first] = written.emplace(each.id, each.random_number);
      // A row that was drawn twice was written once.
      CHECK(place->second == each.random_number);
    }
    const auto after = service.ask(numbers_by_id);
    std::size_t changed = 0;
    REQUIRE(after.size() == before.size());
    for (std::size_t i = 0; i != after.size(); ++i) {
      const auto found = written.find(static_cast<int>(i) + 1);
      CHECK(after[i] == (found == written.end() ? before[i] : found->second));
      changed += static_cast<std::size_t>(after[i] != before[i]);
    }
    // A new number is the old one once in ten thousand times.
    CHECK(changed >= written.size() - 5);
  });
}

TEST_CASE("many clients that update the same rows at once all succeed, and every row stays sane") {
  over_each_database([](service_under_test& service) {
    std::vector<system_test::client> clients;
    for (int i = 0; i != 32; ++i) clients.push_back(service.connect());
    for (int round = 0; round != 3; ++round) {
      for (system_test::client& each : clients) REQUIRE(each.send(request_for("/updates?queries=500")));
      for (system_test::client& each : clients) CHECK(worlds_of(system_test::read_response(each)).size() == 500);
    }
    const auto numbers = service.ask(numbers_by_id);
    CHECK(numbers.size() == world_count);
    for (const std::int64_t number : numbers) CHECK((number >= 1 && number <= world_count));
  });
}
