// SQLite gives large results a few rows at a time.
#include <string>
#include <vector>

#include "tests/db/sqlite_fixture.hpp"

using namespace candela;
using namespace candela::testing;

namespace {

constexpr db::statement numbers{
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) SELECT i, 'text ' || i FROM n",
    db::read_only};
constexpr db::statement answer{"SELECT 42", db::read_only};
constexpr db::statement insert_item{"INSERT INTO item(name) VALUES ($1)"};
constexpr db::statement count_items{"SELECT count(*) FROM item", db::read_only};
constexpr const char* items = "CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT)";

}  // namespace

TEST_CASE("a stream gives a large result a few rows at a time") {
  sqlite_database made;
  made.settings.stream_rows = 100;
  test_database base(made.settings);
  base.run([](db::database data) -> task<void> {
    auto rows = co_await data.stream(numbers, 100'050);
    REQUIRE(rows.has_value());
    std::int64_t expected = 0;
    bool in_order = true;
    for (;;) {
      const auto row = co_await rows->next();
      REQUIRE(row.has_value());
      if (!*row) break;
      ++expected;
      in_order = in_order && (*row)->get<std::int64_t>(0).value() == expected;
    }
    CHECK(in_order);
    CHECK(expected == 100'050);
    CHECK_FALSE((co_await rows->next()).value().has_value());
  });
}

TEST_CASE("a stream holds no more rows than it may") {
  sqlite_database made;
  made.settings.stream_rows = 10;
  test_database base(made.settings);
  base.run([](db::database data) -> task<void> {
    // Without an end: whatever reads ahead never comes back.
    static constexpr db::statement forever{
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n", db::read_only};
    auto rows = co_await data.stream(forever);
    REQUIRE(rows.has_value());
    for (int i = 1; i != 1000; ++i) {
      const auto row = co_await rows->next();
      REQUIRE(row.has_value());
      REQUIRE(row->has_value());
      REQUIRE((*row)->get<int>(0).value() == i);
    }
  });
  base.run([](db::database data) -> task<void> { CHECK((co_await data.query_one<int>(answer)).value() == 42); });
}

TEST_CASE("a change of a table does not wait for a stream that reads it") {
  sqlite_database made;
  made.settings.stream_rows = 2;
  test_database base(made.settings);
  prepare(base, items);
  base.run([](db::database data) -> task<void> {
    static constexpr db::statement all{"SELECT id FROM item", db::read_only};
    const std::vector<std::string> names(10, "a");
    static_cast<void>((co_await data.execute_each(insert_item, names)).value());
    auto rows = co_await data.stream(all);
    REQUIRE(rows.has_value());
    int seen = 0;
    for (;;) {
      const auto row = co_await rows->next();
      REQUIRE(row.has_value());
      if (!*row) break;
      ++seen;
      CHECK((co_await data.execute(insert_item, "b")).value() == 1);
    }
    CHECK(seen == 10);
    CHECK((co_await data.query_one<int>(count_items)).value() == 20);
  });
}
