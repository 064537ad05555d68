// What SQLite does behind the interface: files, values, errors, transactions.
#include <candela/db/sqlite/source.hpp>
#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

#include "tests/db/sqlite_fixture.hpp"

using namespace candela;
using namespace candela::testing;

namespace {

constexpr db::statement journal_mode{"PRAGMA journal_mode"};
constexpr db::statement foreign_keys{"PRAGMA foreign_keys"};
constexpr db::statement synchronous{"PRAGMA synchronous"};

struct values {
  std::int64_t whole = 0;
  double real = 0;
  std::string text;
  std::vector<std::byte> bytes;
  bool flag = false;
  std::optional<int> absent;
  db::timestamp moment;
  db::uuid name;
  std::string document;
};
CANDELA_DESCRIBE(values, whole, real, text, bytes, flag, absent, moment, name, document)

constexpr db::statement all_values{
    "SELECT $1 AS whole, $2 AS real, $3 AS text, $4 AS bytes, $5 AS flag, $6 AS absent, $7 AS moment, $8 AS name, "
    "$9 AS document",
    db::read_only};
constexpr db::statement second_then_first{"SELECT $2 || $1 || $2", db::read_only};
constexpr db::statement with_casts{"SELECT $1::bigint + CAST($2 AS integer) + $1", db::read_only};

constexpr db::statement insert_item{"INSERT INTO item(id, name) VALUES ($1, $2)"};
constexpr db::statement insert_returning{"INSERT INTO item(id, name) VALUES ($1, $2) RETURNING id, name"};
constexpr db::statement count_items{"SELECT count(*) FROM item", db::read_only};
constexpr db::statement all_items{"SELECT * FROM item", db::read_only};
constexpr db::statement rename_items{"UPDATE item SET name = $1 WHERE id >= $2"};
constexpr db::statement write_in_disguise{"WITH none AS (SELECT 1) DELETE FROM item", db::read_only};
constexpr const char* items = "CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT)";

template <class... Arguments>
db::error failure(test_database& base, const db::statement& what, Arguments... arguments) {
  return base.run([&](db::database data) -> task<db::error> {
    const auto failed = co_await data.execute(what, arguments...);
    REQUIRE_FALSE(failed.has_value());
    co_return failed.error();
  });
}

}  // namespace

TEST_CASE("a SQLite database is in WAL mode, with foreign keys enforced and commits that need no flush") {
  sqlite_database made;
  test_database base(made.settings);
  base.run([](db::database data) -> task<void> {
    CHECK((co_await data.query_one<std::string>(journal_mode)).value() == "wal");
    CHECK((co_await data.query_one<int>(foreign_keys)).value() == 1);
    CHECK((co_await data.query_one<int>(synchronous)).value() == 1);
  });
}

TEST_CASE("values of every kind go into SQLite and come back as they were") {
  sqlite_database made;
  test_database base(made.settings);
  base.run([](db::database data) -> task<void> {
    const std::vector<std::byte> bytes{std::byte{0}, std::byte{255}, std::byte{7}};
    const auto moment = db::parse_timestamp("2026-11-22 07:30:00.123456").value();
    const auto name = db::uuid::parse("01234567-89ab-cdef-0123-456789abcdef").value();
    const db::json_text document{R"({"a":1})"};
    const auto row = co_await data.query_one<values>(all_values, INT64_MIN, 0.1, "日本語 \"x\"", bytes, true,
                                                     std::nullopt, moment, name, document);
    INFO((row ? std::string() : row.error().text()));
    REQUIRE(row.has_value());
    REQUIRE(row->has_value());
    CHECK((*row)->whole == INT64_MIN);
    CHECK((*row)->real == 0.1);
    CHECK((*row)->text == "日本語 \"x\"");
    CHECK((*row)->bytes == bytes);
    CHECK((*row)->flag);
    CHECK_FALSE((*row)->absent.has_value());
    CHECK((*row)->moment == moment);
    CHECK((*row)->name == name);
    CHECK((*row)->document == document.text);
  });
}

TEST_CASE("parameters stand where their numbers are, in any order and as often as they are used") {
  sqlite_database made;
  test_database base(made.settings);
  base.run([](db::database data) -> task<void> {
    CHECK((co_await data.query_one<std::string>(second_then_first, "1", "2")).value() == "212");
    CHECK((co_await data.query_one<int>(with_casts, 20, 2)).value() == 42);
  });
}

TEST_CASE("what SQLite cannot take as a parameter is refused by name") {
  sqlite_database made;
  test_database base(made.settings);
  static constexpr db::statement one{"SELECT $1", db::read_only};
  const std::vector<int> array{1, 2};
  CHECK(failure(base, one, array) == db::errc::unsupported);
  const db::error large = failure(base, one, UINT64_MAX);
  CHECK(large == db::errc::wrong_type);
  CHECK(large.message().contains("18446744073709551615"));
  CHECK(failure(base, one).sqlstate() == "08P01");
  CHECK(failure(base, one, 1, 2).message() == "the statement has 1 parameters, and 2 were given");
  static constexpr db::statement named{"SELECT :name", db::read_only};
  CHECK(failure(base, named, 1).message().contains(":name"));
  static constexpr db::statement two{"SELECT 1; SELECT 2", db::read_only};
  CHECK(failure(base, two).sqlstate() == "42601");
  static constexpr db::statement none{" -- nothing\n", db::read_only};
  CHECK(failure(base, none).sqlstate() == "42601");
}

TEST_CASE("constraints and mistakes come with the SQLSTATE that PostgreSQL has for them") {
  sqlite_database made;
  test_database base(made.settings);
  prepare(base, R"(
    CREATE TABLE parent(id INTEGER PRIMARY KEY, code TEXT UNIQUE);
    CREATE TABLE child(parent INTEGER NOT NULL REFERENCES parent(id), size INT CONSTRAINT positive CHECK (size > 0));
    INSERT INTO parent VALUES (1, 'a');)");
  static constexpr db::statement same_id{"INSERT INTO parent VALUES (1, 'b')"};
  static constexpr db::statement same_code{"INSERT INTO parent VALUES (2, 'a')"};
  static constexpr db::statement orphan{"INSERT INTO child VALUES (7, 1)"};
  static constexpr db::statement without_parent{"INSERT INTO child VALUES (NULL, 1)"};
  static constexpr db::statement too_small{"INSERT INTO child VALUES (1, 0)"};
  CHECK(failure(base, same_id).is_unique_violation());
  const db::error unique = failure(base, same_code);
  CHECK(unique == db::errc::constraint);
  CHECK(unique.report().table == "parent");
  CHECK(unique.report().column == "code");
  CHECK(failure(base, orphan).is_foreign_key_violation());
  CHECK(failure(base, without_parent).sqlstate() == "23502");
  const db::error check = failure(base, too_small);
  CHECK(check.sqlstate() == "23514");
  CHECK(check.constraint() == "positive");

  static constexpr db::statement typing_error{"SELECT 'ä', 1 FRM parent", db::read_only};
  static constexpr db::statement no_table{"SELECT * FROM nowhere", db::read_only};
  static constexpr db::statement no_column{"SELECT wrong FROM parent", db::read_only};
  const db::error syntax = failure(base, typing_error);
  CHECK(syntax.sqlstate() == "42601");
  CHECK(syntax.report().position == 19);  // in characters: the table's name, which no comma precedes
  CHECK(failure(base, no_table).sqlstate() == "42P01");
  CHECK(failure(base, no_column).sqlstate() == "42703");
}

TEST_CASE("the number of affected rows is the statement's own") {
  sqlite_database made;
  test_database base(made.settings);
  prepare(base, items);
  base.run([](db::database data) -> task<void> {
    const std::vector<std::tuple<int, std::string>> rows{{1, "a"}, {2, "b"}, {3, "c"}};
    CHECK((co_await data.execute_each(insert_item, rows)).value() == 3);
    CHECK((co_await data.execute(rename_items, "x", 2)).value() == 2);
    CHECK((co_await data.execute(rename_items, "x", 9)).value() == 0);
    CHECK((co_await data.execute(all_items)).value() == 3);
    static constexpr db::statement table{"CREATE TABLE other(x)"};
    CHECK((co_await data.execute(table)).value() == 0);
    const auto made_row = co_await data.query(insert_returning, 4, "d");
    REQUIRE(made_row.has_value());
    CHECK(made_row->affected() == 1);
    CHECK(made_row->front().get<std::string>("name") == "d");
  });
}

TEST_CASE("a statement that was declared read-only changes nothing") {
  sqlite_database made;
  test_database base(made.settings);
  prepare(base, items);
  CHECK(failure(base, write_in_disguise).sqlstate() == "25006");
}

TEST_CASE("a statement follows a table that was changed under it") {
  sqlite_database made;
  test_database base(made.settings);
  prepare(base, items);
  base.run([](db::database data) -> task<void> {
    static_cast<void>((co_await data.execute(insert_item, 1, "a")).value());
    CHECK((co_await data.query(all_items)).value().columns()->size() == 2);
    static constexpr db::statement wider{"ALTER TABLE item ADD COLUMN size INT DEFAULT 5"};
    static_cast<void>((co_await data.execute(wider)).value());
    const auto after = co_await data.query(all_items);
    REQUIRE(after.value().columns()->size() == 3);
    CHECK(after->front().get<int>("size") == 5);
  });
}

TEST_CASE("a transaction is committed as a whole or not at all") {
  sqlite_database made;
  test_database base(made.settings);
  prepare(base, items);
  base.run([](db::database data) -> task<void> {
    const auto insert_twice = [](db::transaction& change) -> task<std::expected<int, db::error>> {
      const auto first = co_await change.execute(insert_item, 1, "a");
      if (!first) co_return std::unexpected(first.error());
      const auto second = co_await change.execute(insert_item, 1, "b");
      if (!second) co_return std::unexpected(second.error());
      co_return 2;
    };
    const auto failed = co_await data.transaction(insert_twice);
    REQUIRE_FALSE(failed.has_value());
    CHECK(failed.error().is_unique_violation());
    CHECK((co_await data.query_one<int>(count_items)).value() == 0);

    const auto insert_once = [](db::transaction& change) -> task<std::expected<std::uint64_t, db::error>> {
      co_return co_await change.execute(insert_item, 1, "a");
    };
    CHECK((co_await data.transaction(insert_once)).value() == 1);
    CHECK((co_await data.query_one<int>(count_items)).value() == 1);
  });
}

TEST_CASE("a reading transaction sees one state, and changes nothing") {
  sqlite_database made;
  test_database base(made.settings);
  prepare(base, items);
  base.run([](db::database data) -> task<void> {
    const auto look_twice = [&](db::transaction& look) -> task<std::expected<int, db::error>> {
      const auto before = co_await look.query_one<int>(count_items);
      static_cast<void>((co_await data.execute(insert_item, 1, "a")).value());
      const auto after = co_await look.query_one<int>(count_items);
      CHECK(before.value() == after.value());
      const auto refused = co_await look.execute(insert_item, 2, "b");
      CHECK(refused.error().sqlstate() == "25006");
      co_return 0;
    };
    db::transaction_options options;
    options.read_only = true;
    static_cast<void>((co_await data.transaction(look_twice, options)).value());
    CHECK((co_await data.query_one<int>(count_items)).value() == 1);
  });
}

TEST_CASE("after an error that rolled the transaction back, nothing more is committed") {
  sqlite_database made;
  test_database base(made.settings);
  prepare(base, items);
  base.run([](db::database data) -> task<void> {
    static constexpr db::statement drastic{"INSERT OR ROLLBACK INTO item VALUES (1, 'again')"};
    const auto ignore_errors = [](db::transaction& change) -> task<std::expected<int, db::error>> {
      static_cast<void>(co_await change.execute(insert_item, 1, "a"));
      CHECK_FALSE((co_await change.execute(drastic)).has_value());
      const auto after = co_await change.execute(insert_item, 2, "b");
      CHECK(after.error().sqlstate() == "25P02");
      co_return 0;
    };
    CHECK_FALSE((co_await data.transaction(ignore_errors)).has_value());
    CHECK((co_await data.query_one<int>(count_items)).value() == 0);
    CHECK((co_await data.execute(insert_item, 3, "c")).value() == 1);
  });
}

TEST_CASE("changes that were asked for together share a commit, but not their failures") {
  sqlite_database made;
  test_database base(made.settings);
  prepare(base, R"(
    CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE part(item INTEGER REFERENCES item(id) DEFERRABLE INITIALLY DEFERRED);)");
  base.run([](db::database data) -> task<void> {
    const std::vector<std::tuple<int, std::string>> twice{{1, "a"}, {1, "b"}, {2, "c"}};
    CHECK((co_await data.execute_each(insert_item, twice)).error().is_unique_violation());
    CHECK((co_await data.query_one<int>(count_items)).value() == 2);
    // A violation that only a commit finds belongs to the one statement that made it.
    static constexpr db::statement insert_part{"INSERT INTO part VALUES ($1)"};
    const std::vector<int> parts{1, 77, 2};
    CHECK((co_await data.execute_each(insert_part, parts)).error().is_foreign_key_violation());
    static constexpr db::statement count_parts{"SELECT count(*) FROM part", db::read_only};
    CHECK((co_await data.query_one<int>(count_parts)).value() == 2);
    // One that rolls everything back as well.
    static constexpr db::statement drastic{"INSERT OR ROLLBACK INTO item(id, name) VALUES ($1, 'x')"};
    const std::vector<int> ids{3, 1, 4};
    CHECK((co_await data.execute_each(drastic, ids)).error().is_unique_violation());
    CHECK((co_await data.query_one<int>(count_items)).value() == 4);
  });
}

TEST_CASE("a transaction cannot be begun where others would get into it") {
  sqlite_database made;
  test_database base(made.settings);
  prepare(base, items);
  static constexpr db::statement begin{"BEGIN IMMEDIATE"};
  CHECK(failure(base, begin).sqlstate() == "25001");
  base.run([](db::database data) -> task<void> { CHECK((co_await data.execute(insert_item, 1, "a")).value() == 1); });
}

TEST_CASE("a script is done as a whole, or as it says itself, and its error says where it stands") {
  sqlite_database made;
  test_database base(made.settings);
  prepare(base, items);
  base.run([](db::database data) -> task<void> {
    auto own = co_await data.session();
    REQUIRE(own.has_value());
    const auto failed = co_await own->script("INSERT INTO item VALUES (1, 'é');\n  INSERT INTO item VALUES (1, 'b');");
    REQUIRE_FALSE(failed.has_value());
    CHECK(failed.error().report().position == 37);
    CHECK((co_await own->query_one<int>(count_items)).value() == 0);
    const auto halves = co_await own->script(
        "BEGIN; INSERT INTO item VALUES (1, 'a'); COMMIT; INSERT INTO item VALUES (2, 'b'); SELECT wrong;");
    CHECK(halves.error().sqlstate() == "42703");
    CHECK((co_await own->query_one<int>(count_items)).value() == 1);
    CHECK((co_await own->script("VACUUM")).has_value());
    CHECK((co_await own->script(" ; -- nothing at all")).has_value());
  });
}

TEST_CASE("what a session leaves behind is gone for the next one") {
  sqlite_database made;
  test_database base(made.settings);
  base.run([](db::database data) -> task<void> {
    static constexpr db::statement leftover{"SELECT * FROM leftover"};
    for (int round = 0; round != 2; ++round) {
      auto own = co_await data.session();
      REQUIRE(own.has_value());
      CHECK(own->session().usable());
      CHECK_FALSE((co_await own->execute(leftover)).has_value());
      CHECK((co_await own->script("CREATE TEMP TABLE leftover(x); BEGIN; CREATE TABLE half(x)")).has_value());
      own->mark_altered();
    }
    static constexpr db::statement half{"SELECT * FROM half"};
    CHECK((co_await data.execute(half)).error().sqlstate() == "42P01");
  });
}

TEST_CASE("a database in memory is one for all that is asked") {
  db::settings settings;
  settings.url = "sqlite::memory:";
  test_database base(settings);
  prepare(base, items);
  base.run([](db::database data) -> task<void> {
    const auto insert = [](db::transaction& change) -> task<std::expected<std::uint64_t, db::error>> {
      co_return co_await change.execute(insert_item, 1, "a");
    };
    CHECK((co_await data.transaction(insert)).value() == 1);
    CHECK((co_await data.query_one<int>(count_items)).value() == 1);
    auto own = co_await data.session();
    own->mark_altered();
  });
  base.run([](db::database data) -> task<void> { CHECK((co_await data.query_one<int>(count_items)).value() == 1); });
}

TEST_CASE("a database that cannot be opened says so when the service starts") {
  const scratch_folder folder;
  const auto message = [&](const db::settings& settings) {
    try {
      static_cast<void>(db::make_source(settings));
    } catch (const std::invalid_argument& refused) {
      return std::string(refused.what());
    }
    return std::string();
  };
  const auto missing = folder.path() / "no" / "such" / "folder.db";
  CHECK(message(sqlite_settings(missing)) ==
        "the database " + missing.string() + " cannot be opened: there is no folder " + missing.parent_path().string());
  CHECK(message(sqlite_settings(folder.path())).contains("cannot be opened"));
  const auto other = folder.path() / "other.txt";
  std::ofstream(other) << std::string(4096, 'x');
  CHECK(message(sqlite_settings(other)).contains("file is not a database"));
  db::settings none;
  none.url = "sqlite:";
  CHECK(message(none).contains("names a file"));
}
