// COPY to the server, over every way to PostgreSQL.
#include <array>
#include <candela/core/when.hpp>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "tests/db/copy_fixture.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;

namespace {

constexpr db::statement name_of{"SELECT name FROM item WHERE id = $1", db::read_only};
constexpr db::statement item_in_csv{"COPY item FROM STDIN (FORMAT csv, HEADER)"};
constexpr db::statement nowhere{"COPY nothing_of_that_name FROM STDIN"};

}  // namespace

TEST_CASE("bytes of a COPY are stored, wherever they were cut") {
  on_session([](db::dedicated& own) -> task<void> {
    db::copy_writer copy = (co_await own.copy_in(item_in_csv)).value();
    for (const char letter : std::string_view("id,name\n1,one\n2,\"t,w\"\"o\"\n3,\n")) {
      (co_await copy.write(std::string_view(&letter, 1))).value();
    }
    CHECK((co_await copy.finish()).value() == 3);
    CHECK((co_await own.query_one<std::string>(name_of, 2)).value() == "t,w\"o");
    const auto empty = (co_await own.query_one<std::optional<std::string>>(name_of, 3)).value();
    REQUIRE(empty.has_value());
    CHECK_FALSE(empty->has_value());
  });
}

TEST_CASE("rows are written as parameters are") {
  on_session([](db::dedicated& own) -> task<void> {
    const std::string odd = "tab\t back\\slash \\N new\nline \r \xc3\xa4 \\.";
    db::copy_writer copy = (co_await own.copy_in(item_in)).value();
    (co_await copy.write_row(1, odd)).value();
    (co_await copy.write_row(2, std::nullopt)).value();
    (co_await copy.write_row(std::optional<int>(3), std::string_view("\\."))).value();
    CHECK((co_await copy.finish()).value() == 3);
    CHECK((co_await own.query_one<std::string>(name_of, 1)).value() == odd);
    CHECK((co_await own.query_one<std::string>(name_of, 3)).value() == "\\.");
    CHECK_FALSE((co_await own.query_one<std::optional<std::string>>(name_of, 2)).value()->has_value());
  });
}

TEST_CASE("values of every type are written") {
  static constexpr db::statement types_in{"COPY every_type FROM STDIN"};
  static constexpr db::statement as_one{
      "SELECT concat_ws('|', a, b, c, encode(d, 'hex'), e AT TIME ZONE 'UTC', f, g->>'k', h, i, j) FROM every_type"};
  on_session([](db::dedicated& own) -> task<void> {
    own.mark_altered();
    (co_await own.script("CREATE TEMP TABLE every_type (a bigint, b bool, c float8, d bytea, e timestamptz, f uuid, "
                         "g jsonb, h int[], i text[], j numeric)"))
        .value();
    const std::array<std::byte, 3> bytes{std::byte{0}, std::byte{'\\'}, std::byte{255}};
    const db::timestamp time{std::chrono::microseconds(1'500'000)};
    const db::uuid id = *db::uuid::parse("00112233-4455-6677-8899-aabbccddeeff");
    const db::json_text document{R"({"k": "a\tb"})"};
    const std::vector<int> numbers{1, 2};
    const std::vector<std::optional<std::string>> texts{"a\\b", std::nullopt, "c\td"};
    db::copy_writer copy = (co_await own.copy_in(types_in)).value();
    (co_await copy.write_row(-5, true, 0.25, bytes, time, id, document, numbers, texts,
                             std::numeric_limits<std::uint64_t>::max()))
        .value();
    CHECK((co_await copy.finish()).value() == 1);
    CHECK((co_await own.query_one<std::string>(as_one)).value() ==
          "-5|t|0.25|005cff|1970-01-01 00:00:01.5|00112233-4455-6677-8899-aabbccddeeff|a\tb|{1,2}|"
          "{\"a\\\\b\",NULL,\"c\td\"}|18446744073709551615");
  });
}

TEST_CASE("a value that cannot be sent fails the COPY, and nothing is stored") {
  on_session([](db::dedicated& own) -> task<void> {
    {
      db::copy_writer copy = (co_await own.copy_in(item_in)).value();
      (co_await copy.write_row(1, "one")).value();
      const done refused = co_await copy.write_row(2, std::string_view("a\0b", 3));
      REQUIRE_FALSE(refused.has_value());
      CHECK(refused.error() == db::errc::wrong_type);
      CHECK(refused.error().message() == "value 2 of a row cannot be sent: text for PostgreSQL has no NUL");
      const counted finished = co_await copy.finish();
      CHECK(finished.error() == db::errc::wrong_type);
    }
    CHECK(co_await number(own, count_items) == 0);
  });
}

TEST_CASE("what the server refuses is a value, and the session goes on") {
  on_session([](db::dedicated& own) -> task<void> {
    const auto missing = co_await own.copy_in(nowhere);
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error().sqlstate() == "42P01");
    {
      db::copy_writer copy = (co_await own.copy_in(item_in)).value();
      (co_await copy.write("1\tone\nnot a number\ttwo\n")).value();
      const counted finished = co_await copy.finish();
      REQUIRE_FALSE(finished.has_value());
      CHECK(finished.error().sqlstate() == "22P02");
      const done behind = co_await copy.write("3\tthree\n");
      CHECK(behind.error().sqlstate() == "22P02");
    }
    CHECK(co_await number(own, count_items) == 0);
    db::copy_writer again = (co_await own.copy_in(item_in)).value();
    (co_await again.write("1\tone\n1\ttwo\n")).value();
    const counted finished = co_await again.finish();
    REQUIRE_FALSE(finished.has_value());
    CHECK(finished.error().is_unique_violation());
    CHECK(co_await number(own, count_items) == 0);
  });
}

TEST_CASE("a COPY that fails on the way tells its writer") {
  on_session([](db::dedicated& own) -> task<void> {
    {
      db::copy_writer copy = (co_await own.copy_in(item_in)).value();
      const std::string wrong(1'000'000, 'x');
      done written = co_await copy.write("no number\n");
      for (int i = 0; i != 100 && written; ++i) written = co_await copy.write(wrong);
      const counted finished = co_await copy.finish();
      REQUIRE_FALSE(finished.has_value());
      CHECK(finished.error().sqlstate() == "22P02");
      if (!written) CHECK(written.error().sqlstate() == "22P02");
    }
    CHECK((co_await own.execute(add_item, 1, "one")).value() == 1);
  });
}

TEST_CASE("a writer that ends early stores nothing and leaves the session as it was") {
  on_session([](db::dedicated& own) -> task<void> {
    const int process = co_await number(own, own_process);
    for (int i = 0; i != 3; ++i) {
      db::copy_writer copy = (co_await own.copy_in(item_in)).value();
      (co_await copy.write_row(1, std::string(100'000, 'x'))).value();
    }
    // A script, and a COPY, behind the end of one.
    (co_await own.script("SELECT 1; SELECT 2")).value();
    {
      static_cast<void>((co_await own.copy_in(item_in)).value());
    }
    db::copy_writer copy = (co_await own.copy_in(item_in)).value();
    CHECK((co_await copy.finish()).value() == 0);
    CHECK(co_await number(own, count_items) == 0);
    CHECK(co_await number(own, own_process) == process);
  });
}

TEST_CASE("a session that is given back with a COPY under way is used again") {
  db::settings settings = postgres_settings();
  settings.sessions = 1;  // so that the next user waits for it
  for (const db::wire_protocol protocol : {db::wire_protocol::native, db::wire_protocol::libpq}) {
    settings.protocol = protocol;
    test_database base(settings);
    make_tables(base);
    base.run([](db::database data) -> task<void> {
      int before = 0;
      for (int i = 0; i != 3; ++i) {
        db::dedicated own = (co_await data.session()).value();
        const int process = co_await number(own, own_process);
        if (i != 0) CHECK(process == before);
        before = process;
        db::copy_writer copy = (co_await own.copy_in(item_in)).value();
        (co_await copy.write_row(1, "one")).value();
      }
    });
    CHECK(number_of_items(base) == 0);
  }
}

TEST_CASE("a COPY belongs to its transaction") {
  over_postgres([](test_database& base) {
    make_tables(base);
    const auto copy_one = [](db::database data, int id, bool commits) -> task<counted> {
      co_return co_await data.transaction([id, commits](db::transaction& open) -> task<counted> {
        db::copy_writer copy = (co_await open.copy_in(item_in)).value();
        (co_await copy.write_row(id, "one")).value();
        counted rows = co_await copy.finish();
        if (!commits) co_return std::unexpected(db::error(db::errc::no_rows));
        co_return rows;
      });
    };
    CHECK(base.run_task(copy_one(base.database(), 1, true)).value() == 1);
    CHECK(base.run_task(copy_one(base.database(), 2, false)).error() == db::errc::no_rows);
    CHECK(number_of_items(base) == 1);
  });
}

TEST_CASE("a transaction whose COPY was given up is not taken for committed") {
  over_postgres([](test_database& base) {
    make_tables(base);
    const done ended = base.run([](db::database data) -> task<done> {
      co_return co_await data.transaction([](db::transaction& open) -> task<done> {
        (co_await open.execute(add_item, 1, "one")).value();
        db::copy_writer copy = (co_await open.copy_in(item_in)).value();
        (co_await copy.write_row(2, "two")).value();
        co_return done();
      });
    });
    REQUIRE_FALSE(ended.has_value());
    CHECK(ended.error() == db::errc::server);
    CHECK(number_of_items(base) == 0);
  });
}

TEST_CASE("a COPY that waits for others ends at its deadline") {
  db::settings settings = postgres_settings();
  for (const db::wire_protocol protocol : {db::wire_protocol::native, db::wire_protocol::libpq}) {
    settings.protocol = protocol;
    test_database base(settings);
    make_tables(base);
    base.run([](db::database data) -> task<void> {
      db::dedicated holds = (co_await data.session()).value();
      holds.mark_altered();
      (co_await holds.script("BEGIN; INSERT INTO item VALUES (1, 'one')")).value();
      const db::database hurried = data.until(std::chrono::steady_clock::now() + 1s);
      db::dedicated own = (co_await hurried.session()).value();
      db::copy_writer copy = (co_await own.copy_in(item_in)).value();
      (co_await copy.write_row(1, "another")).value();
      const counted finished = co_await copy.finish();
      REQUIRE_FALSE(finished.has_value());
      CHECK(finished.error() == db::errc::timed_out);
    });
  }
}

TEST_CASE("a COPY that was called off is not stored") {
  over_postgres([](test_database& base) {
    make_tables(base);
    cancel_source source;
    const db::database data = base.database(source.token());
    base.run_task([](db::database called_off, cancel_source& from) -> task<void> {
      db::dedicated own = (co_await called_off.session()).value();
      db::copy_writer copy = (co_await own.copy_in(item_in)).value();
      (co_await copy.write_row(1, "one")).value();
      from.cancel();
      const counted finished = co_await copy.finish();
      REQUIRE_FALSE(finished.has_value());
      CHECK(finished.error() == db::errc::cancelled);
    }(data, source));
    CHECK(number_of_items(base) == 0);
  });
}

TEST_CASE("what is asked behind a script waits for it") {
  on_session([](db::dedicated& own) -> task<void> {
    const auto script = [](db::dedicated& on, std::string_view text) -> task<done> {
      co_return co_await on.script(text);
    };
    const auto insert = [](db::dedicated& on, int id, std::string_view name) -> task<counted> {
      co_return co_await on.execute(add_item, id, name);
    };
    const auto [first, one, refused, second, two] = co_await when_all(
        script(own, "SELECT 1; SELECT 2"), insert(own, 1, "one"), insert(own, 2, std::string_view("\0", 1)),
        script(own, "DELETE FROM item"), insert(own, 2, "two"));
    CHECK(first.has_value());
    CHECK(one.value() == 1);
    CHECK(refused.error() == db::errc::wrong_type);
    CHECK(second.has_value());
    CHECK(two.value() == 1);
    CHECK(co_await number(own, count_items) == 1);
  });
}
