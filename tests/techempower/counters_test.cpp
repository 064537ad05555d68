// PostgreSQL's own counters: as many queries and rows as the rules ask for reach it, none merged or left out.
#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/system/client.hpp"
#include "tests/techempower/service_under_test.hpp"

using namespace techempower;
using namespace techempower::testing;
namespace system_test = candela::system_test;

namespace {

constexpr candela::db::statement read_calls{
    "SELECT coalesce(sum(calls), 0)::bigint FROM pg_stat_statements "
    "WHERE query LIKE 'SELECT id, randomnumber FROM world WHERE id = %'"};
constexpr candela::db::statement read_rows{
    "SELECT coalesce(sum(rows), 0)::bigint FROM pg_stat_statements "
    "WHERE query LIKE 'SELECT id, randomnumber FROM world WHERE id = %'"};
constexpr candela::db::statement written_rows{
    "SELECT coalesce(sum(rows), 0)::bigint FROM pg_stat_statements WHERE query LIKE 'UPDATE world SET randomnumber%'"};
constexpr candela::db::statement fortune_rows{
    "SELECT coalesce(sum(rows), 0)::bigint FROM pg_stat_statements WHERE query = 'SELECT id, message FROM fortune'"};
constexpr candela::db::statement deadlocks{"SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"};

using numbers = std::vector<std::int64_t>;

void count_anew(service_under_test& service) {
  service.script("CREATE EXTENSION IF NOT EXISTS pg_stat_statements; SELECT pg_stat_statements_reset()");
}

// The answers to one request each of that many clients, all of whom have asked before the first one is answered.
std::vector<system_test::response> siege(service_under_test& service, std::size_t clients, std::string_view target) {
  std::vector<system_test::client> connected;
  for (std::size_t i = 0; i != clients; ++i) connected.push_back(service.connect());
  for (system_test::client& each : connected) REQUIRE(each.send(request_for(target)));
  std::vector<system_test::response> answers;
  for (system_test::client& each : connected) answers.push_back(system_test::read_response(each));
  return answers;
}

}  // namespace

TEST_CASE("a siege of 512 clients on /db is one query and one row a request") {
  service_under_test& service = service_under_test::on_postgres();
  count_anew(service);
  for (const auto& answer : siege(service, 512, "/db")) static_cast<void>(world_of(answer));
  CHECK(service.ask(read_calls) == numbers{512});
  CHECK(service.ask(read_rows) == numbers{512});
}

TEST_CASE("a siege of 512 clients on /queries is twenty queries a request, equal ids included") {
  service_under_test& service = service_under_test::on_postgres();
  count_anew(service);
  for (const auto& answer : siege(service, 512, "/queries?queries=20")) CHECK(worlds_of(answer).size() == 20);
  CHECK(service.ask(read_calls) == numbers{512 * 20});
  CHECK(service.ask(read_rows) == numbers{512 * 20});
}

TEST_CASE("a siege of 512 clients on /fortunes reads every row for each") {
  service_under_test& service = service_under_test::on_postgres();
  count_anew(service);
  for (const auto& answer : siege(service, 512, "/fortunes")) CHECK(answer.status == 200);
  CHECK(service.ask(fortune_rows) == numbers{512 * 12});
}

TEST_CASE("a siege of 512 clients on /updates reads twenty rows a request and writes each of them") {
  service_under_test& service = service_under_test::on_postgres();
  count_anew(service);
  std::int64_t distinct = 0;
  for (const auto& answer : siege(service, 512, "/updates?queries=20")) {
    std::set<int> ids;
    for (const world& each : worlds_of(answer)) ids.insert(each.id);
    distinct += static_cast<std::int64_t>(ids.size());
  }
  CHECK(service.ask(read_calls) == numbers{512 * 20});
  CHECK(service.ask(written_rows) == numbers{distinct});
  CHECK(service.ask(deadlocks) == numbers{0});
}

TEST_CASE("/cached-worlds does not ask the database") {
  service_under_test& service = service_under_test::on_postgres();
  count_anew(service);
  CHECK(worlds_of(service.get("/cached-worlds?count=100")).size() == 100);
  CHECK(service.ask(read_calls) == numbers{0});
}
