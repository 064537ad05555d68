// Hostile documents: refused soon, with a place, whatever their bytes.
#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include "support.hpp"

namespace candela::config {

namespace {

struct bytes {
  std::string_view text;
  std::string message;
};

std::string repeated(std::string_view part, std::size_t total_bytes) {
  std::string result;
  while (result.size() + part.size() <= total_bytes) result += part;
  return result;
}

}  // namespace

TEST_CASE("bytes that are no clean UTF-8 text are refused where they stand") {
  using namespace std::string_view_literals;
  const bytes cases[] = {
      {"a: \xFF"sv, "service.yml:1:4: not valid UTF-8"},
      {"a: x\nb: \xC0\x80"sv, "service.yml:2:4: not valid UTF-8"},
      {"a: \xE0\x80\x80"sv, "service.yml:1:4: not valid UTF-8"},
      {"a: \xED\xA0\x80"sv, "service.yml:1:4: not valid UTF-8"},
      {"a: \xF0\x80\x80\x80"sv, "service.yml:1:4: not valid UTF-8"},
      {"a: \xF4\x90\x80\x80"sv, "service.yml:1:4: not valid UTF-8"},
      {"a: \xF5\x80\x80\x80"sv, "service.yml:1:4: not valid UTF-8"},
      {"a: \xE2\x82"sv, "service.yml:1:4: not valid UTF-8"},
      {"\xFF\xFE\x61\x00"sv, "service.yml:1:1: not valid UTF-8"},
      {"a: x\0y"sv, "service.yml:1:5: a control character"},
      {"\x04"sv, "service.yml:1:1: a control character"},
      {"a: \x7F"sv, "service.yml:1:4: a control character"},
      {"\xC3\xA4\x1B"sv, "service.yml:1:2: a control character"},
      {"a: 1\rb: 2\n"sv, "service.yml:1:5: a carriage return alone"},
      {"a: 1\r"sv, "service.yml:1:5: a carriage return alone"},
  };
  for (const auto& [text, message] : cases) {
    CAPTURE(message);
    CHECK(failure([&] { return parse(text); }) == message);
  }
}

TEST_CASE("every length of UTF-8 sequence is accepted at its bounds") {
  for (const char* text : {"\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEF\xBF\xBD", "\xF0\x90\x80\x80",
                           "\xF4\x8F\xBF\xBF", "\xE2\x82\xAC"}) {
    const std::string document = std::string("a: \"") + text + "\"";
    CHECK(parse(document).get("a").as_string() == text);
  }
}

TEST_CASE("lists and maps nest to the limit and no deeper") {
  const std::string deepest = std::string(max_document_depth, '[') + std::string(max_document_depth, ']');
  CHECK(parse(deepest).kind() == node_kind::list);
  CHECK(failure([&] { return parse("[" + deepest + "]"); }).find("more than 32 lists and maps inside each other") !=
        std::string::npos);
}

TEST_CASE("aliases cannot nest deeper than the document may") {
  std::string text = "a0: &a0 [x]\n";
  for (int i = 1; i <= 40; ++i) {
    const std::string name = "a" + std::to_string(i);
    text += name + ": &" + name + " [*a" + std::to_string(i - 1) + "]\n";
  }
  CHECK(failure([&] { return parse(text); }) ==
        "service.yml:32:12: a31[0]: more than 32 lists and maps inside each other");
}

TEST_CASE("aliases of aliases that would become billions of values are refused") {
  std::string text = "a0: &a0 [lol,lol,lol,lol,lol,lol,lol,lol,lol]\n";
  for (int i = 1; i <= 9; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 9; ++j) text += (j == 0 ? "" : ", ") + before;
    text += "]\n";
  }
  const std::string message = failure([&] { return parse(text); });
  CHECK(message.starts_with("service.yml:5:"));
  CHECK(message.ends_with("more than 50000 values"));
}

TEST_CASE("a megabyte of any one construct is answered within seconds") {
  const char* parts[] = {"[",    "{",  "- ",     "? ",  ": ",    "a: ",      "{a: ",  "[a, ",   "a, ",
                         "\"",   "'",  "\"a\" ", "&a ", "*a ",   "!a ",      "%a\n",  "|\n",    ">",
                         "# ",   "\n", "-\n",    "a\n", "a\n ",  "---\n",    "...\n", "a: b\n", "\t",
                         "[]: ", "}",  "]",      "${",  "${a:}", "&a [*a, ", "? - ",  ", ",     "[a: b, "};
  for (const char* part : parts) {
    for (const char* start : {"", "[", "a: \""}) {
      const std::string text = start + repeated(part, max_document_bytes - 8);
      CAPTURE(part);
      CAPTURE(start);
      const auto begin = std::chrono::steady_clock::now();
      const std::string message = failure([&] { return parse(text); });
      const auto took = std::chrono::steady_clock::now() - begin;
      CHECK(message.size() < 300);
      CHECK(took < std::chrono::seconds(20));
    }
  }
}

TEST_CASE("more values than a document may have are refused") {
  const std::string text = repeated("- x\n", 4 * (max_document_nodes - 1));
  CHECK(parse(text).items().size() == max_document_nodes - 1);
  CHECK(failure([&] { return parse(text + "- x\n"); }) == "service.yml:50000:3: [49999]: more than 50000 values");
}

}  // namespace candela::config
