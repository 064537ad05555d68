#include "bench/techempower/tables.hpp"

#include <string_view>
#include <tuple>
#include <vector>

#include "bench/techempower/world.hpp"

namespace techempower {

namespace db = candela::db;

namespace {

// Others who make the same tables wait here until they are done (the number only has to be theirs, too).
constexpr db::statement lock_others_out{"SELECT pg_advisory_xact_lock(7238534)"};

constexpr db::statement table_exists_postgres{"SELECT to_regclass(CAST($1 AS text)) IS NOT NULL"};
constexpr db::statement table_exists_sqlite{
    "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND lower(name) = $1"};

constexpr std::string_view create_world =
    "CREATE TABLE world (id integer NOT NULL PRIMARY KEY, randomnumber integer NOT NULL DEFAULT 0)";
constexpr std::string_view create_fortune =
    "CREATE TABLE fortune (id integer NOT NULL PRIMARY KEY, message varchar(2048) NOT NULL)";

constexpr db::statement count_worlds{"SELECT count(*) FROM world"};
constexpr db::statement count_fortunes{"SELECT count(*) FROM fortune"};
constexpr db::statement insert_world{"INSERT INTO world (id, randomnumber) VALUES ($1, $2)"};
constexpr db::statement insert_fortune{"INSERT INTO fortune (id, message) VALUES ($1, $2)"};

constexpr std::string_view messages[] = {
    "fortune: No such file or directory",
    "A computer scientist is someone who fixes things that aren't broken.",
    "After enough decimal places, nobody gives a damn.",
    "A bad random number generator: 1, 1, 1, 1, 1, 4.33e+67, 1, 1, 1",
    "A computer program does what you tell it to do, not what you want it to do.",
    "Emacs is a nice operating system, but I prefer UNIX. — Tom Christaensen",
    "Any program that runs right is obsolete.",
    "A list is only as strong as its weakest link. — Donald Knuth",
    "Feature: A bug with seniority.",
    "Computers make very fast, very accurate mistakes.",
    "<script>alert(\"This should not be displayed in a browser alert box.\");</script>",
    "フレームワークのベンチマーク",
};

candela::task<bool> exists(db::transaction& change, db::dialect dialect, std::string_view table) {
  if (dialect == db::dialect::postgres) {
    const auto found = co_await change.query_one<bool>(table_exists_postgres, table);
    co_return found.value().value_or(false);
  }
  const auto found = co_await change.query_one<bool>(table_exists_sqlite, table);
  co_return found.value().value_or(false);
}

candela::task<bool> is_empty(db::transaction& change, const db::statement& count) {
  const auto rows = co_await change.query_one<std::int64_t>(count);
  co_return rows.value().value_or(0) == 0;
}

candela::task<void> fill_worlds(db::transaction& change) {
  constexpr int at_once = 1'000;  // well below the queries that a driver lets wait
  for (int next = 1; next <= world_count;) {
    std::vector<std::tuple<int, int>> rows;
    for (int i = 0; i != at_once && next <= world_count; ++i) rows.emplace_back(next++, random_number());
    const auto inserted = co_await change.execute_each(insert_world, rows);
    static_cast<void>(inserted.value());
  }
}

candela::task<void> fill_fortunes(db::transaction& change) {
  std::vector<std::tuple<int, std::string_view>> rows;
  for (const std::string_view each : messages) rows.emplace_back(static_cast<int>(rows.size()) + 1, each);
  const auto inserted = co_await change.execute_each(insert_fortune, rows);
  static_cast<void>(inserted.value());
}

candela::task<void> make_table(db::transaction& change, db::dialect dialect, std::string_view name,
                               std::string_view create) {
  const bool there = co_await exists(change, dialect, name);
  if (there) co_return;
  const auto created = co_await change.script(create);
  created.value();
}

candela::task<void> make_tables(db::transaction& change, db::dialect dialect) {
  if (dialect == db::dialect::postgres) {
    const auto locked = co_await change.execute(lock_others_out);
    static_cast<void>(locked.value());
  }
  co_await make_table(change, dialect, "world", create_world);
  const bool no_worlds = co_await is_empty(change, count_worlds);
  if (no_worlds) co_await fill_worlds(change);
  co_await make_table(change, dialect, "fortune", create_fortune);
  const bool no_fortunes = co_await is_empty(change, count_fortunes);
  if (no_fortunes) co_await fill_fortunes(change);
}

}  // namespace

candela::task<void> make_missing_tables(db::database& data) {
  const db::dialect dialect = data.dialect();
  const auto make = [dialect](db::transaction& change) { return make_tables(change, dialect); };
  const auto made = co_await data.transaction(make);
  made.value();
}

}  // namespace techempower
