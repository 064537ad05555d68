// Reading: what is taken, what is refused, and in which words.
#include <doctest/doctest.h>

#include <candela/json/reader.hpp>
#include <candela/json/writer.hpp>
#include <cstdint>
#include <string>

namespace json = candela::json;

namespace reading {

enum class state { open, paid };
CANDELA_DESCRIBE_ENUM(state, open, paid)

struct item {
  std::string name;
  std::uint8_t price = 0;
};
CANDELA_DESCRIBE(item, name, price)

struct order {
  std::uint64_t id = 0;
  std::vector<item> items;
  std::optional<std::int16_t> rank;
  std::optional<state> now;
  std::optional<std::array<int, 2>> place;
  std::optional<std::map<std::string, bool>> flags;
  std::optional<float> weight;
  std::optional<std::string_view> note;
  std::optional<json::value> extra;
};
CANDELA_DESCRIBE(order, id, items, rank, now, place, flags, weight, note, extra)

}  // namespace reading

namespace {

struct refused_row {
  std::string_view text, path, expected, found;
  std::size_t offset;
};

template <class Type>
void check_refused(const refused_row& row, const json::read_options& options = {}) {
  candela::arena memory;
  const auto read = json::parse<Type>(row.text, memory, options);
  CAPTURE(row.text);
  REQUIRE(!read.has_value());
  CHECK(read.error().path == row.path);
  CHECK(read.error().expected == row.expected);
  CHECK(read.error().found == row.found);
  CHECK(read.error().offset == row.offset);
}

std::string nested(std::size_t depth, std::string_view inside = "") {
  return std::string(depth, '[') + std::string(inside) + std::string(depth, ']');
}

}  // namespace

TEST_CASE("a member of the wrong type is named, with what was expected and what was found") {
  constexpr std::string_view id = "an integer from 0 to 18446744073709551615";
  const refused_row rows[] = {
      {R"([])", "", "an object", "an array", 0},
      {R"( 7 )", "", "an object", "the number 7", 1},
      {R"(null)", "", "an object", "null", 0},
      {R"({"id":"1","items":[]})", "/id", id, "a string", 6},
      {R"({"id":-1,"items":[]})", "/id", id, "the number -1", 6},
      {R"({"id":1.0,"items":[]})", "/id", id, "a number", 6},
      {R"({"id":1e2,"items":[]})", "/id", id, "a number", 6},
      {R"({"id":true,"items":[]})", "/id", id, "true or false", 6},
      {R"({"id":null,"items":[]})", "/id", id, "null", 6},
      {R"({"id":{},"items":[]})", "/id", id, "an object", 6},
      {R"({"id":1,"items":{}})", "/items", "an array", "an object", 16},
      {R"({"id":1,"items":[{"name":"a","price":1}, 5]})", "/items/1", "an object", "the number 5", 41},
      {R"({"items": [ {"price" : 256, "name":"a"} ],"id":1})", "/items/0/price", "an integer from 0 to 255",
       "the number 256", 23},
      {R"({"id":1,"items":[{"name":7,"price":1}]})", "/items/0/name", "a string", "the number 7", 25},
      {R"({"id":1,"items":[],"rank":"x"})", "/rank", "an integer from -32768 to 32767", "a string", 26},
      {R"({"id":1,"items":[],"rank":40000})", "/rank", "an integer from -32768 to 32767", "the number 40000", 26},
      {R"({"id":1,"items":[],"now":"sold"})", "/now", R"(one of "open", "paid")", "a string", 25},
      {R"({"id":1,"items":[],"now":0})", "/now", R"(one of "open", "paid")", "the number 0", 25},
      {R"({"id":1,"items":[],"place":[1]})", "/place", "an array of 2 elements", "one of 1", 27},
      {R"({"id":1,"items":[],"place":[1,2,3]})", "/place", "an array of 2 elements", "one of 3", 27},
      {R"({"id":1,"items":[],"place":[1,"]"]})", "/place/1", "an integer from -2147483648 to 2147483647", "a string",
       30},
      {R"({"id":1,"items":[],"flags":[true]})", "/flags", "an object", "an array", 27},
      {R"({"id":1,"items":[],"flags":{"a":true,"b~/c":1}})", "/flags/b~0~1c", "true or false", "the number 1", 44},
      {R"({"id":1,"items":[],"weight":1e39})", "/weight", "a number", "a number", 28},
      {R"({"id":1,"items":[],"weight":"heavy"})", "/weight", "a number", "a string", 28},
      {R"({"id":1,"items":[],"note":[]})", "/note", "a string", "an array", 26},
  };
  for (const refused_row& row : rows) check_refused<reading::order>(row);
}

TEST_CASE("missing, unknown and repeated members are named") {
  constexpr std::string_view twice = "a second one of that name";
  const refused_row rows[] = {
      {R"({})", "/id", "an integer from 0 to 18446744073709551615, which is required", "nothing", 0},
      {R"({"id":1})", "/items", "an array, which is required", "nothing", 0},
      {R"({"id":1,"items":[{"name":"x","price":1},  {"name":"y"}]})", "/items/1/price",
       "an integer from 0 to 255, which is required", "nothing", 42},
      {R"({"id":1,"items":[{"name":"x","price":1,"cost":2}]})", "/items/0/cost", "only the members name, price",
       "an unknown member", 39},
      {R"({"id":1,"items":[{"name":"x","NAME":"y"}]})", "/items/0/NAME", "only the members name, price",
       "an unknown member", 29},
      {R"({"id":1,"items":[],"id":1})", "/id", "each member once", twice, 19},
      {R"({"id":1,"items":[],"\u0069d":1})", "/id", "each member once", twice, 19},
      {R"({"id":1,"items":[],"flags":{"\\\"":true, "\\\"":true}})", "/flags/\\\"", "each member once", twice, 41},
      {R"({"id":1,"items":[],"extra":[{"a":1,"b":2,"a":3}]})", "/extra/0/a", "each member once", twice, 41},
  };
  for (const refused_row& row : rows) check_refused<reading::order>(row);
}

TEST_CASE("text that is no JSON is refused where it goes wrong") {
  constexpr std::string_view pair = "a pair of surrogates";
  constexpr std::string_view control = "an escape in place of a control character";
  const refused_row rows[] = {
      {"", "", "a value", "the end of the text", 0},
      {" \r\n\t", "", "a value", "the end of the text", 4},
      {"\xEF\xBB\xBF[]", "", "a value", "a byte order mark", 0},
      {"{} {}", "", "the end of the text", "the character {", 3},
      {"1 2", "", "the end of the text", "the character 2", 2},
      {std::string_view("1\0", 2), "", "the end of the text", "the byte 0x00", 1},
      {"[1,]", "/1", "a value", "the character ]", 3},
      {"[1 2]", "", "a comma or a closing bracket", "the character 2", 3},
      {"[1", "", "a comma or a closing bracket", "the end of the text", 2},
      {"[,1]", "/0", "a value", "the character ,", 1},
      {R"({"a":1,})", "", "the name of a member", "the character }", 7},
      {R"({"a" 1})", "/a", "a colon", "the character 1", 5},
      {R"({"a":})", "/a", "a value", "the character }", 5},
      {R"({"a":1 "b":2})", "", "a comma or a closing brace", "the character \"", 7},
      {R"({a:1})", "", "the name of a member", "the character a", 1},
      {R"({1:1})", "", "the name of a member", "the character 1", 1},
      {R"({"a":[{"b":nul}]})", "/a/0/b", "a value", "an unknown word", 11},
      {"TRUE", "", "a value", "the character T", 0},
      {"truee", "", "a value", "an unknown word", 0},
      {"NaN", "", "a value", "the character N", 0},
      {"'a'", "", "a value", "the character '", 0},
      {"[1] // comment", "", "the end of the text", "the character /", 4},
      {"01", "", "the end of the text", "the character 1", 1},
      {"-", "", "a digit", "the end of the text", 1},
      {"+1", "", "a value", "the character +", 0},
      {".5", "", "a value", "the character .", 0},
      {"1.", "", "a digit", "the end of the text", 2},
      {"1.e5", "", "a digit", "the character e", 2},
      {"1e", "", "a digit", "the end of the text", 2},
      {"1e+", "", "a digit", "the end of the text", 3},
      {"0x1F", "", "the end of the text", "the character x", 1},
      {"[18446744073709551616]", "/0", "an integer that 64 bits hold", "one that they don't", 1},
      {"-9223372036854775809", "", "an integer that 64 bits hold", "one that they don't", 0},
      {"1e309", "", "a number that a double holds", "a greater one", 0},
      {"[1,-0.01e400]", "/1", "a number that a double holds", "a greater one", 3},
      {"1e99999999999999999999", "", "a number that a double holds", "a greater one", 0},
      {"\"abc", "", "a closing quote", "the end of the text", 4},
      {"\"\n\"", "", control, "the byte 0x0A", 1},
      {"\"\\x\"", "", "one of the escapes of JSON", "the character x", 2},
      {"\"\\", "", "one of the escapes of JSON", "the end of the text", 2},
      {"\"\\u12G4\"", "", "four hexadecimal digits", "the character G", 5},
      {"\"\\u12", "", "four hexadecimal digits", "the end of the text", 5},
      {R"("\ud800")", "", pair, "a high surrogate alone", 1},
      {R"("\ud800\n")", "", pair, "a high surrogate alone", 1},
      {R"("\ud800\u0041")", "", pair, "a high surrogate alone", 1},
      {R"("\ud800\ud800")", "", pair, "a high surrogate alone", 1},
      {R"(["x","\udc00"])", "/1", pair, "a low surrogate alone", 6},
      {"\"\xFF\"", "", "UTF-8", "the byte 0xFF", 1},
      {"\"\xED\xA0\x80\"", "", "UTF-8", "the byte 0xED", 1},
      {"\"\xC0\x80\"", "", "UTF-8", "the byte 0xC0", 1},
      {"{\"a\":\"\xE2\x82\"}", "/a", "UTF-8", "the byte 0xE2", 6},
      {"\xC3\xA9", "", "a value", "the byte 0xC3", 0},
  };
  for (const refused_row& row : rows) check_refused<json::value>(row);
}

TEST_CASE("the member's path is told for malformed text in names with escapes too") {
  check_refused<json::value>({R"({"a\/b":{"\u00e9":x}})", "/a~1b/\xC3\xA9", "a value", "the character x", 18});
}

TEST_CASE("what is too small for a double is zero") {
  candela::arena memory;
  CHECK(json::parse<double>("1e-400", memory) == 0.0);
  CHECK(json::parse<double>("-0.00001e-99999999999999999999", memory) == 0.0);
}

TEST_CASE("unknown members are passed over when asked, whatever they hold") {
  candela::arena memory;
  const json::read_options ignoring{.unknown = json::unknown_members::ignore};
  const auto read = json::parse<reading::item>(R"({"x":{"y":[1,{}]},"name":"a","z":null,"price":9})", memory, ignoring);
  REQUIRE(read.has_value());
  CHECK(read->name == "a");
  CHECK(read->price == 9);
  check_refused<reading::item>({R"({"x":nul,"name":"a","price":9})", "/x", "a value", "an unknown word", 5}, ignoring);
}

TEST_CASE("nesting is taken up to the limit and refused beyond it") {
  candela::arena memory;
  for (const std::size_t limit : {1, 3, 64, 1000}) {
    const json::read_options options{.max_depth = limit};
    CHECK(json::parse<json::value>(nested(limit), memory, options).has_value());
    CHECK(json::parse<json::value>(nested(limit, "1"), memory, options).has_value());
    const auto deeper = json::parse<json::value>(nested(limit + 1), memory, options);
    REQUIRE(!deeper.has_value());
    CHECK(deeper.error().expected == "arrays and objects at most " + std::to_string(limit) + " deep");
    CHECK(deeper.error().found == "another array");
    CHECK(deeper.error().offset == limit);
  }
  CHECK(json::parse<json::value>(nested(64), memory).has_value());
  CHECK(!json::parse<json::value>(nested(65), memory).has_value());
}

TEST_CASE("text nested far beyond every limit is refused, not followed") {
  candela::arena memory;
  const json::read_options options{.max_depth = SIZE_MAX};
  for (const std::size_t depth : {1001, 1024, 1100, 500000}) {
    const auto read = json::parse<json::value>(nested(depth), memory, options);
    REQUIRE(!read.has_value());
    CHECK(read.error().offset == 1000);
    CHECK(!json::parse<json::value>(std::string(depth, '['), memory, options).has_value());
  }
}

TEST_CASE("nesting inside typed and ignored members counts too") {
  const json::read_options options{.max_depth = 2, .unknown = json::unknown_members::ignore};
  constexpr std::string_view deep = "arrays and objects at most 2 deep";
  check_refused<reading::order>(
      {R"({"id":1,"items":[{"name":"a","price":1}]})", "/items/0", deep, "another object", 17}, options);
  check_refused<reading::order>({R"({"id":1,"items":[],"x":{"y":[]}})", "/x/y", deep, "another array", 28}, options);
  check_refused<reading::order>({R"({"id":1,"items":[],"x":[0,{}]})", "/x/1", deep, "another object", 26}, options);
  check_refused<reading::order>({R"({"id":1,"items":[],"extra":[[]]})", "/extra/0", deep, "another array", 28},
                                options);
}

TEST_CASE("integers of every width are taken up to their ends and refused beyond them") {
  candela::arena memory;
  CHECK(json::parse<std::int8_t>("-128", memory) == std::int8_t{-128});
  CHECK(!json::parse<std::int8_t>("-129", memory).has_value());
  CHECK(json::parse<std::uint16_t>("65535", memory) == std::uint16_t{65535});
  CHECK(!json::parse<std::uint16_t>("65536", memory).has_value());
  CHECK(json::parse<std::int32_t>("2147483647", memory) == 2147483647);
  CHECK(!json::parse<std::int32_t>("2147483648", memory).has_value());
  CHECK(json::parse<std::uint32_t>("4294967295", memory) == 4294967295U);
  CHECK(!json::parse<std::uint32_t>("4294967296", memory).has_value());
  CHECK(json::parse<std::int64_t>("-9223372036854775808", memory) == INT64_MIN);
  CHECK(!json::parse<std::int64_t>("9223372036854775808", memory).has_value());
  CHECK(json::parse<std::uint64_t>("18446744073709551615", memory) == UINT64_MAX);
  CHECK(json::parse<long long>("-5", memory) == -5LL);
}

TEST_CASE("integers are taken where a float or a double is described") {
  candela::arena memory;
  CHECK(json::parse<double>("3", memory) == 3.0);
  CHECK(json::parse<float>("-3", memory) == -3.0F);
  CHECK(json::parse<double>("18446744073709551615", memory) == 18446744073709551615.0);
}

TEST_CASE("texts too large for the parser that a thread keeps are read the same way") {
  candela::arena memory;
  std::vector<std::string> many(20000, "some text of an element");
  const auto read = json::parse<std::vector<std::string>>(json::to_string(many), memory);
  REQUIRE(read.has_value());
  CHECK(*read == many);
  CHECK(json::parse<int>("1", memory) == 1);
}

TEST_CASE("a refused text leaves nothing behind for the next one") {
  candela::arena memory;
  for (int i = 0; i != 3; ++i) {
    CHECK(!json::parse<std::vector<int>>("[1,2,", memory).has_value());
    CHECK(!json::parse<std::vector<int>>(nested(2000), memory).has_value());
    CHECK(json::parse<std::vector<int>>("[1,2]", memory) == std::vector<int>{1, 2});
  }
}

TEST_CASE("an error says all in one line") {
  candela::arena memory;
  const auto read = json::parse<reading::order>(R"({"id":1,"items":[{"name":"a","price":"x"}]})", memory);
  REQUIRE(!read.has_value());
  CHECK(read.error().message() == "/items/0/price: expected an integer from 0 to 255, found a string (at byte 37)");
  const auto whole = json::parse<int>("[]", memory);
  REQUIRE(!whole.has_value());
  CHECK(whole.error().message() == "expected an integer from -2147483648 to 2147483647, found an array (at byte 0)");
}
