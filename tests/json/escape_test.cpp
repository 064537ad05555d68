// Strings: what is escaped, what passes, what is replaced.
#include <doctest/doctest.h>

#include <candela/json/escape.hpp>
#include <string>

using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

std::string written(std::string_view text) {
  candela::arena memory;
  candela::json::output out(memory);
  candela::json::write_string(out, text);
  return std::string(out.text());
}

struct row {
  std::string_view text, expected;
};

}  // namespace

TEST_CASE("quotes, backslashes and control characters are escaped") {
  const row rows[] = {
      {"", R"("")"},
      {"a", R"("a")"},
      {"say \"hi\"", R"("say \"hi\"")"},
      {"back\\slash", R"("back\\slash")"},
      {"\b\f\n\r\t", R"("\b\f\n\r\t")"},
      {"\0"sv, R"("\u0000")"},
      {"\x01\x1f", R"("\u0001\u001f")"},
      {"\x7f", "\"\x7f\""},
      {"a/b", R"("a/b")"},
      {"fifteen bytes..\"", R"("fifteen bytes..\"")"},
      {"\"fifteen bytes..", R"("\"fifteen bytes..")"},
  };
  for (const row& each : rows) CHECK(written(each.text) == each.expected);
}

TEST_CASE("valid UTF-8 passes as it is") {
  for (const std::string_view text :
       {"\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80",
        "\xF4\x8F\xBF\xBF", "na\xC3\xAFve caf\xC3\xA9, long enough for two steps \xE2\x82\xAC"}) {
    CHECK(written(text) == '"' + std::string(text) + '"');
  }
}

TEST_CASE("each maximal invalid part becomes one replacement character") {
#define FFFD "\xEF\xBF\xBD"
  const row rows[] = {
      {"\x80", "\"" FFFD "\""},
      {"\xC0\xAF", "\"" FFFD FFFD "\""},
      {"\xC2", "\"" FFFD "\""},
      {"\xC2\"", "\"" FFFD "\\\"\""},
      {"\xE0\x80\xAF", "\"" FFFD FFFD FFFD "\""},
      {"\xE2\x82", "\"" FFFD "\""},
      {"\xE2\x82z", "\"" FFFD "z\""},
      {"\xED\xA0\x80", "\"" FFFD FFFD FFFD "\""},
      {"\xF0\x8F\xBF\xBF", "\"" FFFD FFFD FFFD FFFD "\""},
      {"\xF1\x80\x80", "\"" FFFD "\""},
      {"\xF4\x90\x80\x80", "\"" FFFD FFFD FFFD FFFD "\""},
      {"\xF5\x80", "\"" FFFD FFFD "\""},
      {"\xFF", "\"" FFFD "\""},
  };
#undef FFFD
  for (const row& each : rows) CHECK(written(each.text) == each.expected);
}

TEST_CASE("a special byte is found at every place of every length") {
  for (std::size_t length = 1; length != 70; ++length) {
    CHECK(written(std::string(length, 'x')) == '"' + std::string(length, 'x') + '"');
    for (std::size_t place = 0; place != length; ++place) {
      std::string text(length, 'x');
      text[place] = '\n';
      const std::string expected = '"' + text.substr(0, place) + "\\n" + text.substr(place + 1) + '"';
      REQUIRE(written(text) == expected);
    }
  }
}

TEST_CASE("text that is nothing but escapes grows the output") {
  std::string expected;
  for (int i = 0; i != 5000; ++i) expected += "\\u0001";
  CHECK(written(std::string(5000, '\x01')) == '"' + expected + '"');
}
