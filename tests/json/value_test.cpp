// Dynamic values: access, pointers, comparison.
#include <doctest/doctest.h>

#include <candela/json/json.hpp>
#include <cstdint>

namespace json = candela::json;
using json::value;

namespace {

value parsed(std::string_view text, candela::arena& memory) {
  const auto read = json::parse<value>(text, memory);
  REQUIRE_MESSAGE(read.has_value(), text);
  return *read;
}

}  // namespace

TEST_CASE("a value answers to what it is and to nothing else") {
  candela::arena memory;
  const value all = parsed(R"([null,true,-1,18446744073709551615,1.5,"text",[],{}])", memory);
  const auto items = all.elements();
  REQUIRE(items.size() == 8);
  CHECK(items[0].is_null());
  CHECK(items[1].boolean() == true);
  CHECK(items[2].integer() == -1);
  CHECK(items[3].unsigned_integer() == UINT64_MAX);
  CHECK(items[4].number() == 1.5);
  CHECK(items[5].string() == "text");
  CHECK(items[6].type() == value::kind::array);
  CHECK(items[7].type() == value::kind::object);
  for (const value& item : items) {
    CHECK(item.boolean().has_value() == (item.type() == value::kind::boolean));
    CHECK(item.string().has_value() == (item.type() == value::kind::string));
    CHECK(item.elements().empty());
    CHECK(item.members().empty());
    CHECK(item.find("x") == nullptr);
  }
}

TEST_CASE("integers answer where their range allows, and to number always") {
  candela::arena memory;
  const value all = parsed("[-1,9223372036854775807,9223372036854775808,1.0]", memory);
  const auto items = all.elements();
  CHECK(!items[0].unsigned_integer());
  CHECK(items[1].unsigned_integer() == 9223372036854775807U);
  CHECK(items[1].integer() == INT64_MAX);
  CHECK(!items[2].integer());
  CHECK(!items[3].integer());
  CHECK(items[0].number() == -1.0);
  CHECK(items[2].number() == 9223372036854775808.0);
}

TEST_CASE("escapes are decoded, NUL included") {
  candela::arena memory;
  using namespace std::string_view_literals;
  CHECK(parsed(R"("\"\\\/\b\f\n\r\t\u0000\u00e9\ud83d\ude00")", memory).string() ==
        "\"\\/\b\f\n\r\t\0\xC3\xA9\xF0\x9F\x98\x80"sv);
}

TEST_CASE("members keep the order of the text and are found by name") {
  candela::arena memory;
  const value object = parsed(R"({"b":1,"a":2})", memory);
  REQUIRE(object.members().size() == 2);
  CHECK(object.members()[0].name == "b");
  REQUIRE(object.find("a") != nullptr);
  CHECK(object.find("a")->integer() == 2);
  CHECK(object.find("c") == nullptr);
}

TEST_CASE("a JSON Pointer finds its place, or nothing") {
  candela::arena memory;
  const value root = parsed(R"({"a":[10,{"b":20}],"":30,"x/y":40,"m~n":50,"0":60})", memory);
  struct row {
    std::string_view pointer;
    std::optional<std::int64_t> expected;
  };
  const row rows[] = {{"/a/0", 10},  {"/a/1/b", 20}, {"/", 30},     {"/x~1y", 40}, {"/m~0n", 50},
                      {"/0", 60},    {"/a/2", {}},   {"/a/00", {}}, {"/a/-", {}},  {"/a/+1", {}},
                      {"/a/ 0", {}}, {"/a/", {}},    {"/b", {}},    {"a", {}},     {"/x~2y", {}},
                      {"/x~", {}},   {"/a/0/c", {}}, {"/x/y", {}},  {"/m~n", {}},  {"/a/99999999999999999999", {}}};
  for (const row& each : rows) {
    const value* found = root.at(each.pointer);
    CAPTURE(each.pointer);
    CHECK((found != nullptr) == each.expected.has_value());
    if (found != nullptr) CHECK(found->integer() == each.expected);
  }
  CHECK(root.at("") == &root);
}

TEST_CASE("values compare by content") {
  candela::arena memory;
  const auto same = [&](std::string_view left, std::string_view right) {
    return parsed(left, memory) == parsed(right, memory);
  };
  CHECK(same("1", "1.0"));
  CHECK(same(R"({"a":1,"b":[2,null]})", R"({"b":[2,null],"a":1})"));
  CHECK(same("18446744073709551615", "18446744073709551615"));
  CHECK(!same("18446744073709551615", "18446744073709551614"));
  CHECK(!same("9223372036854775807", "9223372036854775806"));
  CHECK(!same("[1,2]", "[2,1]"));
  CHECK(!same("[1]", "[1,1]"));
  CHECK(!same(R"({"a":1})", R"({"b":1})"));
  CHECK(!same(R"({"a":1})", R"({"a":1,"b":1})"));
  CHECK(!same("null", "false"));
  CHECK(!same("0", "\"0\""));
  CHECK(!same("true", "false"));
}

TEST_CASE("a value is written as it was read") {
  candela::arena memory;
  for (const std::string_view text : {"null", "true", "-7", "18446744073709551615", "1.5", R"("a\"b")", "[]", "{}",
                                      R"({"a":[1,{"b":null}],"c":""})"}) {
    CHECK(json::to_string(parsed(text, memory)) == text);
  }
}

TEST_CASE("an object of many members is read whole, and a repeated name in it is found") {
  candela::arena memory;
  std::string text = "{";
  for (int i = 0; i != 1000; ++i) text += '"' + std::to_string(i) + "\":" + std::to_string(i) + ',';
  const value object = parsed(text + "\"last\":1}", memory);
  CHECK(object.members().size() == 1001);
  const auto repeated = json::parse<value>(text + "\"500\":1}", memory);
  REQUIRE(!repeated.has_value());
  CHECK(repeated.error().path == "/500");
  CHECK(repeated.error().offset == text.size());
}
