// What every database does alike, over every driver.
#include <array>
#include <ranges>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/db/test_database.hpp"

using namespace candela;
using namespace candela::testing;

namespace {

struct pair_of_numbers {
  int id = 0;
  int randomNumber = 0;
};
CANDELA_DESCRIBE(pair_of_numbers, id, randomNumber)

constexpr db::statement one{"SELECT CAST($1 AS integer) AS id, CAST($2 AS integer) AS randomnumber", db::read_only};
constexpr db::statement text_of{"SELECT CAST($1 AS text)", db::read_only};
constexpr db::statement wrong_syntax{"SELEKT 1"};
constexpr db::statement no_table{"SELECT * FROM there_is_no_such_table", db::read_only};

// Parameters refer to the elements, which have to be there when the query leaves.
constexpr auto to_string_of = [](int number) { return std::to_string(number); };
static_assert(db::lasting_range<std::vector<std::string>>);
static_assert(db::lasting_range<std::ranges::iota_view<int, int>>);
static_assert(!db::lasting_range<decltype(std::views::transform(std::span<int>(), to_string_of))>);

}  // namespace

TEST_CASE("a row becomes a described struct whose members find their columns by name") {
  over_every_database([](test_database& base) {
    const auto found =
        base.run([](db::database data) -> task<std::expected<std::optional<pair_of_numbers>, db::error>> {
          co_return co_await data.query_one<pair_of_numbers>(one, 7, 42);
        });
    REQUIRE(found.has_value());
    REQUIRE(found->has_value());
    CHECK((*found)->id == 7);
    CHECK((*found)->randomNumber == 42);
  });
}

TEST_CASE("a statement that fails says so, and those around it do not notice") {
  over_every_database([](test_database& base) {
    base.run([](db::database data) -> task<void> {
      for (int round = 0; round != 3; ++round) {
        const auto before = co_await data.query_one<std::string>(text_of, "before");
        const auto failed = co_await data.query(wrong_syntax);
        const auto missing = co_await data.query(no_table);
        const auto after = co_await data.query_one<std::string>(text_of, "after");
        CHECK(before.value() == "before");
        CHECK(after.value() == "after");
        REQUIRE_FALSE(failed.has_value());
        REQUIRE_FALSE(missing.has_value());
        CHECK(failed.error() == db::errc::server);
        CHECK(missing.error() == db::errc::server);
      }
    });
  });
}

TEST_CASE("a statement in a handler's frame is refused before it leaves") {
  over_every_database([](test_database& base) {
    const auto ask = [](db::database data) -> task<void> {
      constexpr db::statement passing{"SELECT 1", db::read_only};
      static_cast<void>(co_await data.query(passing));
    };
    CHECK_THROWS_AS(base.run(ask), std::logic_error);
    const auto read = [](db::database data) -> task<void> {
      constexpr db::statement passing{"SELECT 1", db::read_only};
      static_cast<void>(co_await data.stream(passing));
    };
    CHECK_THROWS_AS(base.run(read), std::logic_error);
  });
}

TEST_CASE("one statement is asked many times at once, and the rows come in order") {
  over_every_database([](test_database& base) {
    base.run([](db::database data) -> task<void> {
      std::vector<std::tuple<int, int>> values;
      for (int i = 0; i != 500; ++i) values.emplace_back(i, 2 * i);
      const auto rows = co_await data.query_each<pair_of_numbers>(one, values);
      REQUIRE(rows.has_value());
      REQUIRE(rows->size() == 500);
      for (int i = 0; i != 500; ++i) {
        CHECK((*rows)[static_cast<std::size_t>(i)].id == i);
        CHECK((*rows)[static_cast<std::size_t>(i)].randomNumber == 2 * i);
      }
    });
  });
}
