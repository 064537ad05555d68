// Header names and the table of fields.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <candela/http/headers.hpp>
#include <string>

namespace {

using namespace candela::http;
using namespace std::string_view_literals;

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return result;
}

struct table {
  candela::arena memory;
  std::array<header_field, 2> storage;
  headers fields{storage, memory};
};

}  // namespace

TEST_CASE("every token is found by its name in any letter case") {
  for (std::size_t i = 1; i != header_count; ++i) {
    const auto token = static_cast<header>(i);
    CAPTURE(lower_name(token));
    CHECK(token_of(lower_name(token)) == token);
    CHECK(token_of(canonical_name(token)) == token);
    CHECK(token_of(upper(lower_name(token))) == token);
  }
}

TEST_CASE("a name that differs from a token's in one byte has no token") {
  for (std::size_t i = 1; i != header_count; ++i) {
    const std::string name(lower_name(static_cast<header>(i)));
    for (std::size_t at = 0; at != name.size(); ++at) {
      for (const int bit : {0x01, 0x40, 0x80}) {
        std::string other = name;
        other[at] = static_cast<char>(other[at] ^ bit);
        CAPTURE(other);
        CHECK((token_of(other) == header::unknown || lower_name(token_of(other)) == other));
      }
    }
  }
  // Bytes that differ from '-' and letters only in the bit that tells letter cases apart.
  for (const std::string_view other :
       {"user\ragent"sv, "\x05tag"sv, ""sv, "a"sv, "hos"sv, "hostx"sv, "x-frame-option"sv}) {
    CHECK(token_of(other) == header::unknown);
  }
}

TEST_CASE("fields are found by token and by name, the first of several") {
  table t;
  t.fields.add(header::accept, "1");
  t.fields.add("ACCEPT", "2");
  t.fields.add("X-Thing", "3");
  CHECK(t.fields.size() == 3);
  CHECK(t.fields.get(header::accept) == "1");
  CHECK(t.fields.get("Accept") == "1");
  CHECK(t.fields.get("x-THING") == "3");
  CHECK(t.fields[2].name == "x-thing");
  CHECK(t.fields.count(header::accept) == 2);
  CHECK(t.fields.count(header::age) == 0);
  CHECK(t.fields.has(header::accept));
  CHECK_FALSE(t.fields.has(header::age));
  CHECK(t.fields.get("x-other").data() == nullptr);
}

TEST_CASE("setting replaces every field of a name") {
  table t;
  t.fields.add(header::vary, "a");
  t.fields.add("X-Thing", "b");
  t.fields.add(header::vary, "c");
  t.fields.set(header::vary, "d");
  t.fields.set("x-thing", "e");
  t.fields.set("ETag", "f");
  CHECK(t.fields.size() == 3);
  CHECK(t.fields.get(header::vary) == "d");
  CHECK(t.fields.get("x-thing") == "e");
  CHECK(t.fields.get(header::etag) == "f");
}

TEST_CASE("removing says how many there were and keeps the order of the rest") {
  table t;
  for (const std::string_view name : {"Via", "X-A", "via", "X-B", "x-a"}) t.fields.add(name, name);
  CHECK(t.fields.remove("VIA") == 2);
  CHECK_FALSE(t.fields.has(header::via));
  CHECK(t.fields.remove("X-A") == 2);
  CHECK(t.fields.remove("X-A") == 0);
  CHECK(t.fields.remove(header::age) == 0);
  REQUIRE(t.fields.size() == 1);
  CHECK(t.fields[0].name == "x-b");
}

TEST_CASE("a full table grows and keeps what it holds") {
  table t;
  for (int i = 0; i != 40; ++i) t.fields.add("X-" + std::to_string(i), "value");
  REQUIRE(t.fields.size() == 40);
  CHECK(t.fields[0].name == "x-0");
  CHECK(t.fields[39].name == "x-39");
}

TEST_CASE("pinned fields survive the memory that they came from") {
  candela::arena memory;
  std::string name = "x-thing";
  std::string value = "value";
  std::array<header_field, 2> storage;
  headers fields(storage, memory);
  fields.append({header::unknown, name, value});
  fields.add(header::accept, value);
  fields.pin(memory);
  name.assign(name.size(), '#');
  value.assign(value.size(), '#');
  storage = {};
  CHECK(fields.get("x-thing") == "value");
  CHECK(fields.get(header::accept) == "value");
  fields.add(header::age, "1");
  CHECK(fields.size() == 3);
}
