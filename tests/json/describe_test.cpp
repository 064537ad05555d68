// Described structs and enums, both ways.
#include <doctest/doctest.h>

#include <candela/json/json.hpp>
#include <cstdint>

namespace json = candela::json;

namespace shop {

enum class state { open, paid, sent };
CANDELA_DESCRIBE_ENUM(state, open, paid, sent)

enum rank : std::uint8_t { low = 3, high = 200 };
CANDELA_DESCRIBE_ENUM_AS(rank, (low, "lowest"), (high, "highest of all"))

struct item {
  std::string name;
  double price = 0;
  std::uint16_t count = 1;

  bool operator==(const item&) const = default;
};
CANDELA_DESCRIBE_AS(item, (name, "name"), (price, "unit-price"), (count, "count", json::defaulted))

struct order {
  std::uint64_t id = 0;
  std::string customer;
  std::vector<item> items;
  std::optional<std::string> note;
  state now = state::open;
  std::map<std::string, std::vector<std::int8_t>> grades;
  std::array<float, 2> place{};
  bool gift = false;
  rank priority = low;

  bool operator==(const order&) const = default;
};
CANDELA_DESCRIBE(order, id, customer, items, note, now, grades, place, gift, priority)

struct nothing {};
CANDELA_DESCRIBE(nothing)

struct tree {
  std::string_view name;
  std::vector<tree> children;
  std::optional<json::value> extra;
};
CANDELA_DESCRIBE(tree, name, children, extra)

struct base {
  int inherited = 0;
};
struct derived : base {
  int own = 0;
};
CANDELA_DESCRIBE(derived, inherited, own)

struct forty {
  int a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, b0, b1, b2, b3, b4, b5, b6, b7, b8, b9;
  int c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, d0, d1, d2, d3, d4, d5, d6, d7, d8, d9;
};
CANDELA_DESCRIBE(forty, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, c0, c1, c2, c3,
                 c4, c5, c6, c7, c8, c9, d0, d1, d2, d3, d4, d5, d6, d7, d8, d9)

}  // namespace shop

namespace {

shop::order sample() {
  return {.id = 7,
          .customer = "Ada \"the first\"",
          .items = {{"pen", 1.25, 3}, {"ink", 0.5, 1}},
          .note = "h\xC3\xA9llo",
          .now = shop::state::paid,
          .grades = {{"x/y", {-1, 127}}, {"", {}}},
          .place = {1.5F, -0.1F},
          .gift = true,
          .priority = shop::high};
}

}  // namespace

TEST_CASE("a described struct is written in the order of its description") {
  CHECK(
      json::to_string(sample()) ==
      R"({"id":7,"customer":"Ada \"the first\"","items":[{"name":"pen","unit-price":1.25,"count":3},)"
      R"({"name":"ink","unit-price":0.5,"count":1}],"note":"h)"
      "\xC3\xA9"
      R"(llo","now":"paid","grades":{"":[],"x/y":[-1,127]},"place":[1.5,-0.1],"gift":true,"priority":"highest of all"})");
}

TEST_CASE("what is written reads back equal") {
  candela::arena memory;
  const auto back = json::parse<shop::order>(json::to_string(sample()), memory);
  REQUIRE(back.has_value());
  CHECK(*back == sample());
}

TEST_CASE("members are taken in any order") {
  candela::arena memory;
  const auto read = json::parse<shop::item>(R"({"count":2,"unit-price":3,"name":"x"})", memory);
  REQUIRE(read.has_value());
  CHECK(*read == shop::item{"x", 3, 2});
}

TEST_CASE("an empty optional is left out, wherever it stands, and read from nothing and from null") {
  candela::arena memory;
  CHECK(json::to_string(shop::tree{}) == R"({"name":"","children":[]})");
  const auto absent = json::parse<shop::tree>(R"({"name":"a","children":[]})", memory);
  const auto null = json::parse<shop::tree>(R"({"name":"a","children":[],"extra":null})", memory);
  REQUIRE(absent.has_value());
  REQUIRE(null.has_value());
  CHECK(!absent->extra);
  CHECK(!null->extra);
}

TEST_CASE("a defaulted member keeps its initial value where it is absent") {
  candela::arena memory;
  const auto read = json::parse<shop::item>(R"({"name":"x","unit-price":1})", memory);
  REQUIRE(read.has_value());
  CHECK(read->count == 1);
}

TEST_CASE("a defaulted member is not optional: null is refused") {
  candela::arena memory;
  const auto read = json::parse<shop::item>(R"({"name":"x","unit-price":1,"count":null})", memory);
  REQUIRE(!read.has_value());
  CHECK(read.error().path == "/count");
}

TEST_CASE("a struct may contain itself, and views live in the arena") {
  candela::arena memory;
  std::string text = R"({"name":"root","children":[{"name":"leaf","children":[],"extra":[1,"two"]}]})";
  const std::string before = text;
  const auto read = json::parse<shop::tree>(text, memory);
  text.assign(text.size(), '#');
  REQUIRE(json::parse<shop::tree>(R"({"name":"another text","children":[]})", memory).has_value());
  REQUIRE(read.has_value());
  CHECK(read->name == "root");
  CHECK(json::to_string(*read) == before);
}

TEST_CASE("a struct without members is an empty object") {
  candela::arena memory;
  CHECK(json::to_string(shop::nothing{}) == "{}");
  CHECK(json::parse<shop::nothing>("{}", memory).has_value());
  const auto more = json::parse<shop::nothing>(R"({"x":1})", memory);
  REQUIRE(!more.has_value());
  CHECK(more.error().expected == "no members");
}

TEST_CASE("inherited members are described like own ones") {
  candela::arena memory;
  shop::derived object;
  object.inherited = 1;
  object.own = 2;
  CHECK(json::to_string(object) == R"({"inherited":1,"own":2})");
  const auto read = json::parse<shop::derived>(R"({"own":4,"inherited":3})", memory);
  REQUIRE(read.has_value());
  CHECK(read->inherited == 3);
  CHECK(read->own == 4);
}

TEST_CASE("forty members are no limit") {
  candela::arena memory;
  shop::forty many{};
  many.a0 = 1;
  many.d9 = 40;
  const auto read = json::parse<shop::forty>(json::to_string(many), memory);
  REQUIRE(read.has_value());
  CHECK(read->a0 == 1);
  CHECK(read->d9 == 40);
}

TEST_CASE("an enum value without a name is not written") {
  CHECK_THROWS_AS(static_cast<void>(json::to_string(static_cast<shop::state>(9))), std::invalid_argument);
}
