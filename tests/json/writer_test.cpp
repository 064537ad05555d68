// Scalars, containers, the streaming writer, and what it costs.
#include <doctest/doctest.h>

#include <array>
#include <candela/json/reader.hpp>
#include <candela/json/writer.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <span>

namespace json = candela::json;

TEST_CASE("integers are written whole at both ends of their ranges") {
  CHECK(json::to_string(std::int8_t{-128}) == "-128");
  CHECK(json::to_string(std::uint8_t{255}) == "255");
  CHECK(json::to_string(std::int16_t{-32768}) == "-32768");
  CHECK(json::to_string(0) == "0");
  CHECK(json::to_string(INT64_MIN) == "-9223372036854775808");
  CHECK(json::to_string(UINT64_MAX) == "18446744073709551615");
}

TEST_CASE("doubles take their shortest form") {
  CHECK(json::to_string(0.1) == "0.1");
  CHECK(json::to_string(0.1F) == "0.1");
  CHECK(json::to_string(1.5) == "1.5");
  CHECK(json::to_string(2.0) == "2");
  CHECK(json::to_string(-0.0) == "-0.0");
  CHECK(json::to_string(5e-324) == "5e-324");
  CHECK(json::to_string(std::numeric_limits<double>::max()) == "1.7976931348623157e+308");
}

TEST_CASE("what is no number becomes null") {
  CHECK(json::to_string(std::nan("")) == "null");
  CHECK(json::to_string(std::numeric_limits<double>::infinity()) == "null");
  CHECK(json::to_string(-std::numeric_limits<float>::infinity()) == "null");
}

TEST_CASE("doubles of every kind of bits read back as the same bits") {
  std::mt19937_64 bits(20);
  candela::arena memory;
  for (int i = 0; i != 20000; ++i) {
    const auto number = std::bit_cast<double>(bits());
    if (!std::isfinite(number)) continue;
    const auto back = json::parse<double>(json::to_text(number, memory), memory);
    REQUIRE(back.has_value());
    REQUIRE(std::bit_cast<std::uint64_t>(*back) == std::bit_cast<std::uint64_t>(number));
    memory.clear();
  }
}

TEST_CASE("whole doubles beyond 64 bits read back, and so does the sign of zero") {
  candela::arena memory;
  for (const double number :
       {1e18, -1e18, 123456789012345680000.0, 18446744073709551616.0, -9223372036854775808.0, -0.0}) {
    const auto back = json::parse<double>(json::to_string(number), memory);
    REQUIRE(back.has_value());
    CHECK(*back == number);
    CHECK(std::signbit(*back) == std::signbit(number));
  }
}

TEST_CASE("containers nest, and empty ones are written") {
  CHECK(json::to_string(std::vector<int>{}) == "[]");
  CHECK(json::to_string(std::vector<std::vector<int>>{{1}, {}, {2, 3}}) == "[[1],[],[2,3]]");
  CHECK(json::to_string(std::array<bool, 2>{true, false}) == "[true,false]");
  CHECK(json::to_string(std::map<std::string, double>{}) == "{}");
  CHECK(json::to_string(std::map<std::string, std::optional<int>>{{"a\"", 1}, {"b", {}}}) == R"({"a\"":1,"b":null})");
  const std::array<std::string_view, 2> names{"x", "y"};
  CHECK(json::to_string(std::span<const std::string_view>(names)) == R"(["x","y"])");
  CHECK(json::to_string("literal") == R"("literal")");
}

TEST_CASE("the streaming writer sets every comma") {
  candela::arena memory;
  json::output out(memory);
  json::writer writer(out);
  writer.begin_object().member("a", 1).key("b").begin_array();
  writer.item(true).null().begin_object().end_object().begin_array().end_array().raw("{\"ready\":1}").item("x");
  writer.end_array().member("c", std::vector<int>{1, 2}).key("d").null().end_object();
  CHECK(out.text() == R"({"a":1,"b":[true,null,{},[],{"ready":1},"x"],"c":[1,2],"d":null})");
}

TEST_CASE("text is written into the caller's bytes without touching the arena") {
  candela::arena memory;
  std::array<char, 64> bytes{};
  json::output out(bytes, memory);
  json::write(out, std::map<std::string, std::string>{{"k", "v"}});
  CHECK(out.text() == R"({"k":"v"})");
  CHECK(out.text().data() == bytes.data());
  CHECK(memory.reserved_bytes() == 0);
}
