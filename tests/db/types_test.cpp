// Values of every type on their way in and out (PostgreSQL).
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "tests/db/test_database.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;

namespace {

enum class mood { calm, wild };
CANDELA_DESCRIBE_ENUM(mood, calm, wild)

constexpr db::statement int2_of{"SELECT $1::int2"};
constexpr db::statement int4_of{"SELECT $1::int4"};
constexpr db::statement int8_of{"SELECT $1::int8"};
constexpr db::statement float4_of{"SELECT $1::float4"};
constexpr db::statement float8_of{"SELECT $1::float8"};
constexpr db::statement boolean_of{"SELECT $1::boolean"};
constexpr db::statement text_of{"SELECT $1::text"};
constexpr db::statement bytea_of{"SELECT $1::bytea"};
constexpr db::statement timestamptz_of{"SELECT $1::timestamptz"};
constexpr db::statement timestamp_of{"SELECT $1::timestamp"};
constexpr db::statement date_of{"SELECT $1::date"};
constexpr db::statement uuid_of{"SELECT $1::uuid"};
constexpr db::statement json_of{"SELECT $1::json"};
constexpr db::statement jsonb_of{"SELECT $1::jsonb"};
constexpr db::statement numeric_of{"SELECT $1::numeric"};
constexpr db::statement ints_of{"SELECT $1::int4[]"};
constexpr db::statement longs_of{"SELECT $1::int8[]"};
constexpr db::statement texts_of{"SELECT $1::text[]"};
constexpr db::statement floats_of{"SELECT $1::float8[]"};
constexpr db::statement uuids_of{"SELECT $1::uuid[]"};
constexpr db::statement byteas_of{"SELECT $1::bytea[]"};
constexpr db::statement matrix{"SELECT '{{1,2},{3,4}}'::int4[]"};
constexpr db::statement infinity{"SELECT 'infinity'::timestamptz"};
constexpr db::statement make_mood{"CREATE TYPE mood AS ENUM ('calm', 'wild')"};
constexpr db::statement drop_mood{"DROP TYPE IF EXISTS mood"};
constexpr db::statement mood_of{"SELECT $1::mood"};
constexpr db::statement three{"SELECT 1 AS one, 'zwei' AS two, NULL::int4 AS three"};

// The first use of a statement sends text, since the server has not told the types yet; later ones send the binary
// form.
template <class Type, class Value>
void goes_through(test_database& base, const db::statement& what, const Value& value, const Type& expected) {
  for (const char* use : {"first use", "second use"}) {
    const auto back = base.run([&](db::database data) -> task<std::expected<std::optional<Type>, db::error>> {
      co_return co_await data.query_one<Type>(what, value);
    });
    INFO(what.text() << ", " << use << (back ? "" : ": " + back.error().text()));
    REQUIRE(back.has_value());
    REQUIRE(back->has_value());
    CHECK((**back == expected));
  }
}

template <class Type>
void goes_through(test_database& base, const db::statement& what, const Type& value) {
  goes_through<Type>(base, what, value, value);
  goes_through<std::optional<Type>>(base, what, value, value);
  goes_through<std::optional<Type>>(base, what, std::optional<Type>(), std::optional<Type>());
}

template <class Type, class... Arguments>
db::error refused(test_database& base, const db::statement& what, const Arguments&... arguments) {
  const auto back = base.run([&](db::database data) -> task<std::expected<std::optional<Type>, db::error>> {
    co_return co_await data.query_one<Type>(what, arguments...);
  });
  REQUIRE_FALSE(back.has_value());
  return back.error();
}

}  // namespace

TEST_CASE("integers of every size come back as they went") {
  over_postgres([](test_database& base) {
    for (const std::int16_t value : {std::int16_t{0}, std::int16_t{-32768}, std::int16_t{32767}}) {
      goes_through(base, int2_of, value);
    }
    for (const std::int32_t value : {0, -1, INT32_MIN, INT32_MAX}) goes_through(base, int4_of, value);
    for (const std::int64_t value : {std::int64_t{0}, INT64_MIN, INT64_MAX}) goes_through(base, int8_of, value);
    goes_through(base, int8_of, std::uint64_t{INT64_MAX});
    goes_through(base, numeric_of, UINT64_MAX, std::string("18446744073709551615"));
  });
}

TEST_CASE("floating-point numbers and booleans come back as they went") {
  over_postgres([](test_database& base) {
    for (const double value : {0.0, -0.1, 1e300, std::numeric_limits<double>::infinity()}) {
      goes_through(base, float8_of, value);
    }
    goes_through(base, float4_of, 0.5F);
    goes_through(base, float8_of, 7, 7.0);
    goes_through(base, boolean_of, true);
    goes_through(base, boolean_of, false);
  });
}

TEST_CASE("text and bytes come back as they went") {
  over_postgres([](test_database& base) {
    for (const char* value : {"", "plain", "quote ' and \" and \\ and {}", "日本語のテキスト"}) {
      goes_through(base, text_of, std::string(value));
    }
    goes_through(base, text_of, std::string(200'000, 'x'));
    std::vector<std::byte> every;
    for (int i = 0; i != 256; ++i) every.push_back(static_cast<std::byte>(i));
    goes_through(base, bytea_of, every);
    goes_through(base, bytea_of, std::vector<std::byte>());
  });
}

TEST_CASE("moments come back as they went, with and without a zone") {
  over_postgres([](test_database& base) {
    const db::timestamp moment = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 7h + 30min + 1us;
    const db::timestamp before =
        std::chrono::sys_days(std::chrono::year(1969) / 12 / 31) + 23h + 59min + 59s + 999999us;
    for (const db::timestamp value : {moment, before, db::timestamp()}) {
      goes_through(base, timestamptz_of, value);
      goes_through(base, timestamp_of, value);
    }
    goes_through(base, date_of, moment, db::timestamp(std::chrono::floor<std::chrono::days>(moment)));
    CHECK(refused<db::timestamp>(base, infinity) == db::errc::wrong_type);
  });
}

TEST_CASE("UUIDs, JSON and decimal numbers come back as they went") {
  over_postgres([](test_database& base) {
    const auto id = db::uuid::parse("0123ABCD-4567-89ef-0123-456789abcdef");
    REQUIRE(id.has_value());
    goes_through(base, uuid_of, *id);
    goes_through(base, uuid_of, id->text(), *id);
    const db::json_text document{R"({"a": [1, 2, "\"x\""]})"};
    goes_through(base, json_of, document);
    goes_through(base, jsonb_of, document);
    for (const char* value :
         {"0", "-12.340", "0.00001", "123456789012345678901234567890.5", "10000", "1.0", "NaN", "99990000.0001"}) {
      goes_through(base, numeric_of, std::string(value));
    }
    goes_through(base, numeric_of, -9'000'000'000'000, std::int64_t{-9'000'000'000'000});
    goes_through(base, numeric_of, std::string("2.50"), 2.5);
  });
}

TEST_CASE("arrays come back as they went") {
  over_postgres([](test_database& base) {
    goes_through(base, ints_of, std::vector<int>{1, -2, 3});
    goes_through(base, ints_of, std::vector<int>());
    goes_through(base, longs_of, std::vector<int>{1, 2}, std::vector<std::int64_t>{1, 2});
    goes_through(base, floats_of, std::vector<double>{0.5, -1e10});
    goes_through(base, texts_of, std::vector<std::string>{"", "a,b", "\"quoted\"", "back\\slash", "NULL", "{}"});
    const std::vector<std::optional<int>> holes{1, std::nullopt, 3};
    goes_through(base, ints_of, holes, holes);
    const auto id = db::uuid::parse("0123abcd-4567-89ef-0123-456789abcdef");
    goes_through(base, uuids_of, std::vector<db::uuid>{*id, {}});
    goes_through(base, byteas_of, std::vector<std::vector<std::byte>>{{std::byte{0}, std::byte{92}}, {}});
    CHECK(refused<std::vector<int>>(base, matrix) == db::errc::wrong_type);
  });
}

TEST_CASE("enumerations go by their names") {
  over_postgres([](test_database& base) {
    base.run([](db::database data) -> task<void> {
      (co_await data.execute(drop_mood)).value();
      (co_await data.execute(make_mood)).value();
    });
    goes_through(base, mood_of, mood::wild);
    goes_through(base, mood_of, mood::calm, std::string("calm"));
    CHECK(refused<mood>(base, mood_of, "sad").sqlstate() == "22P02");
  });
}

TEST_CASE("a parameter that does not fit is refused and named") {
  over_postgres([](test_database& base) {
    CHECK(refused<int>(base, int4_of, INT64_MAX).sqlstate() == "22003");
    goes_through(base, int4_of, 1);
    const db::error known = refused<int>(base, int4_of, INT64_MAX);
    CHECK(known == db::errc::wrong_type);
    CHECK(known.message().find("$1") != std::string_view::npos);
    CHECK(refused<std::string>(base, text_of, std::string_view("a\0b", 3)).text().find("NUL") != std::string::npos);
    goes_through(base, text_of, std::string("still fine"));
    CHECK(refused<std::string>(base, text_of, std::string_view("a\0b", 3)).text().find("NUL") != std::string::npos);
    CHECK(refused<float>(base, float4_of, 1e300).sqlstate() == "22003");
    goes_through(base, float4_of, 1.5F);
    CHECK(refused<float>(base, float4_of, 1e300) == db::errc::wrong_type);
    goes_through(base, float4_of, -std::numeric_limits<float>::infinity());
  });
}

TEST_CASE("a value that is not what was asked for is an error that says which column, what it is and what was asked") {
  over_postgres([](test_database& base) {
    const db::error wrong = refused<std::tuple<int, int>>(base, three);
    CHECK(wrong == db::errc::wrong_type);
    CHECK(wrong.message() == "column \"two\" (2) of type text is not an integer");
    const db::error null = refused<std::tuple<int, std::string, int>>(base, three);
    CHECK(null.message() == "column \"three\" (3) of type integer is NULL; an integer was asked for");
    base.run([](db::database data) -> task<void> {
      const auto rows = co_await data.query(three);
      REQUIRE(rows.has_value());
      const db::row row = rows->front();
      CHECK(row.get<int>("ONE").value() == 1);
      CHECK(row.get<std::string_view>(1).value() == "zwei");
      CHECK(row.is_null(2));
      CHECK(row.get<std::optional<int>>("three").value() == std::nullopt);
      CHECK(row.get<int>("four").error().message() == "there is no column \"four\"; there are: one, two, three");
      CHECK(row.get<int>(3).error() == db::errc::wrong_column);
      CHECK(row.get<std::int8_t>(0).value() == 1);
    });
    CHECK(refused<std::int8_t>(base, int4_of, 1000).message() ==
          "column \"int4\" (1) of type integer has a value that does not fit what was asked for: an integer");
  });
}
