// Values, names and numbers without any database.
#include <doctest/doctest.h>

#include <candela/db/detail/numeric_text.hpp>
#include <candela/db/error.hpp>
#include <candela/db/result.hpp>
#include <candela/db/settings.hpp>
#include <candela/db/source.hpp>
#include <candela/db/statement.hpp>
#include <candela/db/values.hpp>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace candela;
using namespace std::chrono_literals;

namespace {

constexpr db::statement first{"SELECT 1"};
constexpr db::statement second{"SELECT 1", db::read_only};

std::string written(db::timestamp time) {
  char text[40];
  return {text, db::write_timestamp(text, time)};
}

template <class Type>
Type read(db::sql_type type, std::string_view bytes) {
  arena memory;
  Type value{};
  const db::cell cell(bytes.data(), static_cast<std::int32_t>(bytes.size()), type);
  REQUIRE(db::value_reader<Type>::read(type, cell, db::read_memory(memory), value) == db::reading::good);
  return value;
}

template <class Type>
db::reading refusal(db::sql_type type, std::string_view bytes) {
  arena memory;
  Type value{};
  const db::cell cell(bytes.data(), static_cast<std::int32_t>(bytes.size()), type);
  return db::value_reader<Type>::read(type, cell, db::read_memory(memory), value);
}

}  // namespace

TEST_CASE("a UUID is read and written in its one form") {
  const auto id = db::uuid::parse("00112233-4455-6677-8899-AABBCCDDEEFF");
  REQUIRE(id.has_value());
  CHECK(id->bytes[0] == 0);
  CHECK(id->bytes[15] == 0xFF);
  CHECK(id->text() == "00112233-4455-6677-8899-aabbccddeeff");
  for (const char* wrong : {"", "00112233445566778899aabbccddeeff", "00112233-4455-6677-8899-aabbccddeefg",
                            "00112233-4455-6677-8899-aabbccddeeff0", "0011223-34455-6677-8899-aabbccddeeff"}) {
    CHECK_FALSE(db::uuid::parse(wrong).has_value());
  }
}

TEST_CASE("a moment is read in the forms that databases write") {
  const db::timestamp moment = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 7h + 30min + 5s;
  CHECK(written(moment + 120us) == "2026-11-22T07:30:05.000120Z");
  CHECK(db::parse_timestamp("2026-11-22T07:30:05.00012Z") == moment + 120us);
  CHECK(db::parse_timestamp("2026-11-22 07:30:05") == moment);
  CHECK(db::parse_timestamp("2026-11-22 09:30:05+02") == moment);
  CHECK(db::parse_timestamp("2026-11-22 02:00:05-05:30") == moment);
  CHECK(db::parse_timestamp("2026-11-22 07:30") == moment - 5s);
  CHECK(db::parse_timestamp("2026-11-22") == std::chrono::floor<std::chrono::days>(moment));
  CHECK(db::parse_timestamp("2026-11-22 07:30:05.1234567") == moment + 123456us);
  for (const char* wrong :
       {"", "2026", "2026-13-01", "2026-02-29", "2026-11-22x", "2026-11-22 7:30",
        "2026-11-22 07:30:", "2026-11-22 25:30", "2026-11-22 07:30:05.", "2026-11-22 07:30:05+2", "20261122"}) {
    INFO(wrong);
    CHECK_FALSE(db::parse_timestamp(wrong).has_value());
  }
}

TEST_CASE("statements are numbered at their first use, once, by whichever thread comes first") {
  CHECK(first.number() != second.number());
  CHECK(first.number() == first.number());
  CHECK(second.reads_only());
  static constexpr db::statement contested{"SELECT 2"};
  std::vector<std::uint32_t> seen(8);
  {
    std::vector<std::jthread> threads;
    for (auto& each : seen) threads.emplace_back([&each] { each = contested.number(); });
  }
  CHECK(std::set<std::uint32_t>(seen.begin(), seen.end()).size() == 1);
}

TEST_CASE("a statement that would be another one at each use is refused") {
  constexpr db::statement passing{"SELECT 3"};
  CHECK_THROWS_WITH_AS(static_cast<void>(passing.number()),
                       "a db::statement in a function is declared static constexpr: SELECT 3", std::logic_error);
  static constexpr db::statement lasting{"SELECT 3"};
  CHECK(lasting.number() != 0);
}

TEST_CASE("an SQLSTATE says which kind of error it is") {
  const auto code = [](const char* sqlstate) {
    db::server_report report;
    report.sqlstate = sqlstate;
    return db::error::from_server(std::move(report)).code();
  };
  CHECK(code("40001") == db::errc::serialization);
  CHECK(code("40P01") == db::errc::serialization);
  CHECK(code("23505") == db::errc::constraint);
  CHECK(code("57P01") == db::errc::connection_lost);
  CHECK(code("57014") == db::errc::timed_out);
  CHECK(code("42601") == db::errc::server);
  CHECK(code("08P01") == db::errc::server);
  CHECK(code("") == db::errc::server);
}

TEST_CASE("an error says everything in one line, and a copy says the same") {
  db::server_report report;
  report.sqlstate = "23505";
  report.message = "duplicate key";
  report.detail = "Key (id)=(1) already exists.";
  report.hint = "Take another one.";
  report.constraint = "t_pkey";
  const db::error failed = db::error::from_server(std::move(report));
  const db::error copy = failed;
  CHECK(copy.text() == "constraint 23505: duplicate key (Key (id)=(1) already exists.) Hint: Take another one.");
  CHECK(copy.constraint() == "t_pkey");
  CHECK(copy.is_unique_violation());
  CHECK_FALSE(copy.is_unavailable());
  CHECK(db::error(db::errc::closed).text() == "closed");
  CHECK(db::error::overloaded(3s).retry_after() == 3s);
}

TEST_CASE("bytes that are no value of their type are refused, never read beyond their end") {
  using db::reading;
  CHECK(refusal<int>(db::sql_type::int4, "123") == reading::malformed);
  CHECK(refusal<int>(db::sql_type::int8, "12345") == reading::malformed);
  CHECK(refusal<int>(db::sql_type::int8, "12345678") == reading::out_of_range);
  CHECK(refusal<int>(db::sql_type::text, "1") == reading::wrong_type);
  CHECK(refusal<double>(db::sql_type::float8, "1234567") == reading::malformed);
  CHECK(refusal<bool>(db::sql_type::boolean, "") == reading::malformed);
  CHECK(refusal<db::uuid>(db::sql_type::uuid, "123456789012345") == reading::malformed);
  CHECK(refusal<db::timestamp>(db::sql_type::timestamptz, "1234567") == reading::malformed);
  CHECK(refusal<db::timestamp>(db::sql_type::date, "\x7f\xff\xff\xff") == reading::out_of_range);
  CHECK(refusal<db::timestamp>(db::sql_type::date, "\x41\x01\x01\x01") == reading::out_of_range);
  CHECK(refusal<db::json_text>(db::sql_type::jsonb, "\x02{}") == reading::malformed);
  CHECK(refusal<std::vector<int>>(db::sql_type::int4_array, "") == reading::malformed);
  const std::string_view too_many("\0\0\0\1\0\0\0\0\0\0\0\x17\x7f\xff\xff\xff\0\0\0\1", 20);
  CHECK(refusal<std::vector<int>>(db::sql_type::int4_array, too_many) == reading::malformed);
  const std::string_view cut("\0\0\0\1\0\0\0\0\0\0\0\x17\0\0\0\1\0\0\0\1\0\0\0\4\0\0", 26);
  CHECK(refusal<std::vector<int>>(db::sql_type::int4_array, cut) == reading::malformed);
  CHECK(refusal<std::string>(db::sql_type::numeric, std::string_view("\0\1\0\0\0\0\0\0", 8)) == reading::malformed);
  CHECK(refusal<std::string>(db::sql_type::numeric, std::string_view("\0\1\0\0\0\0\0\0\xff\xff", 10)) ==
        reading::malformed);
}

TEST_CASE("a whole number of any scale is an integer") {
  const std::string_view five_with_thirty_digits("\0\1\0\0\0\0\0\x1e\0\5", 10);
  CHECK(read<int>(db::sql_type::numeric, five_with_thirty_digits) == 5);
  CHECK(read<std::string>(db::sql_type::numeric, five_with_thirty_digits) == "5." + std::string(30, '0'));
  const std::string_view ten_to_the_forty("\0\1\0\x0a\0\0\0\0\0\1", 10);
  CHECK(refusal<std::int64_t>(db::sql_type::numeric, ten_to_the_forty) == db::reading::out_of_range);
}

TEST_CASE("values that name their own type, as SQLite's do, are read as what they stand for") {
  CHECK(read<bool>(db::sql_type::int8, std::string_view("\0\0\0\0\0\0\0\1", 8)));
  CHECK(refusal<bool>(db::sql_type::int8, std::string_view("\0\0\0\0\0\0\0\2", 8)) == db::reading::out_of_range);
  CHECK(read<db::timestamp>(db::sql_type::text, "1970-01-01 00:00:01") == db::timestamp(1s));
  CHECK(read<db::uuid>(db::sql_type::text, "00000000-0000-0000-0000-000000000001").bytes[15] == 1);
  CHECK(read<std::string>(db::sql_type::text, "{}") == "{}");
}

TEST_CASE("the section db is read, and its mistakes are named") {
  const auto settings_of = [](std::vector<std::pair<std::string, config::node>> members) {
    config::reader section(config::node::map(std::move(members)));
    const db::settings read = db::settings::read(section);
    section.finish();
    return read;
  };
  const db::settings plain = settings_of({{"url", "sqlite:x.db"}});
  CHECK(plain.connections == 1);
  CHECK(plain.batch == db::sharing::none);
  const db::settings full = settings_of({{"url", "postgres://h/d"},
                                         {"protocol", "libpq"},
                                         {"batch", "reads"},
                                         {"connections", 2},
                                         {"query_timeout", "250ms"},
                                         {"queue_limit", 7},
                                         {"queue_bytes", "1MiB"},
                                         {"max_message_size", "1MiB"}});
  CHECK(full.protocol == db::wire_protocol::libpq);
  CHECK(full.batch == db::sharing::reads);
  CHECK(full.connections == 2);
  CHECK(full.query_timeout == 250ms);
  CHECK(full.queue_limit == 7);
  CHECK(full.queue_bytes == 1 << 20);
  CHECK(full.max_message_bytes == 1 << 20);
  CHECK_THROWS(settings_of({{"protocol", "native"}}));
  CHECK_THROWS(settings_of({{"url", "x"}, {"batch", "writes"}}));
  CHECK_THROWS(settings_of({{"url", "x"}, {"connexions", 2}}));
}

TEST_CASE("a URL that no database has is refused with a sentence") {
  db::settings settings;
  settings.url = "mysql://localhost/test";
  CHECK_THROWS_WITH_AS(static_cast<void>(db::make_source(settings)),
                       "the database's URL is none of sqlite:PATH, postgres://... and host=...", std::invalid_argument);
  settings.url = "postgres://localhost/test?nonsense=1";
  CHECK_THROWS_AS(static_cast<void>(db::make_source(settings)), std::invalid_argument);
  // Without it the connection would be in the clear.
  settings.url = "postgres://localhost/test?gssencmode=require";
  CHECK_THROWS_WITH_AS(static_cast<void>(db::make_source(settings)),
                       "the database's URL asks for GSSAPI encryption, which is not supported; TLS is: sslmode",
                       std::invalid_argument);
}

TEST_CASE("a statement that begins like one that writes cannot promise to read") {
  using db::detail::begins_like_a_write;
  for (const char* writes : {"INSERT INTO item VALUES (1)", "  update item SET id = 1", "(DELETE FROM item)",
                             "call fill()", "DO $$BEGIN END$$", "\n\tTruncate\nitem", "VACUUM"})
    CHECK(begins_like_a_write(writes));
  for (const char* reads : {"SELECT 1", "WITH one AS (SELECT 1) SELECT * FROM one", "VALUES (1)", "TABLE item",
                            "SHOW server_version", "EXPLAIN SELECT 1", "", "updated", "doing"})
    CHECK_FALSE(begins_like_a_write(reads));
}
