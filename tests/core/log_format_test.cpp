#include <doctest/doctest.h>

#include <candela/core/detail/log_format.hpp>
#include <limits>
#include <string>
#include <vector>

using namespace candela::log;

namespace {

// 2026-11-22 04:05:06.789012345 UTC
constexpr std::int64_t some_time_ns = 1'795'320'306'789'012'345;

channel_state access_channel{"access"};

std::string line(format style, std::string_view text, std::vector<field> fields, channel_state& to = main_channel) {
  std::vector<char> bytes(detail::encoded_bytes(text, fields));
  detail::encode_record(bytes.data(), {some_time_ns, &to, 0, 0, level::warn}, text, fields);
  std::string out;
  detail::log_formatter().append(out, style, detail::record_reader(bytes));
  return out;
}

std::string json_escaped(std::string_view text) {
  std::string out;
  detail::append_json_escaped(out, text);
  return out;
}

std::string text_escaped(std::string_view text) {
  std::string out;
  detail::append_text_escaped(out, text, true);
  return out;
}

}  // namespace

TEST_CASE("a text line holds time, level, message and fields") {
  CHECK(line(format::text, "request done",
             {{"route", "/a"}, {"status", 200}, {"ms", 1.5}, {"ok", true}, {"left", -3L}}) ==
        "2026-11-22T04:05:06.789012Z warn  request done route=/a status=200 ms=1.5 ok=true left=-3\n");
  CHECK(line(format::text, "GET", {}, access_channel) == "2026-11-22T04:05:06.789012Z warn  [access] GET\n");
}

TEST_CASE("a JSON line is one object with typed members") {
  CHECK(line(format::json, "done", {{"n", 18'446'744'073'709'551'615U}, {"ok", false}, {"x", 0.25}, {"s", "t"}},
             access_channel) ==
        "{\"time\":\"2026-11-22T04:05:06.789012Z\",\"level\":\"warn\",\"logger\":\"access\",\"message\":\"done\","
        "\"n\":18446744073709551615,\"ok\":false,\"x\":0.25,\"s\":\"t\"}\n");
  CHECK(line(format::json, "", {{"x", std::numeric_limits<double>::infinity()}}).ends_with("\"x\":null}\n"));
}

TEST_CASE("nothing in a record starts a new line or a terminal sequence") {
  const std::string evil = "a\r\nb\x1b[2J\x7f\t\"\\ c";
  CHECK(text_escaped(evil) == "a\\r\\nb\\x1b[2J\\x7f\\t\\\"\\\\ c");
  CHECK(text_escaped("\xc2\x9b") == "\\xc2\\x9b");
  CHECK(json_escaped(evil) == "a\\r\\nb\\u001b[2J\\u007f\\t\\\"\\\\ c");
  for (const auto style : {format::text, format::json}) {
    const std::string out = line(style, evil, {{evil, std::string_view(evil)}});
    CHECK(out.find('\n') == out.size() - 1);
    CHECK(out.find('\r') == std::string::npos);
    CHECK(out.find('\x1b') == std::string::npos);
  }
}

TEST_CASE("bytes that are no UTF-8 are replaced in JSON and shown in text") {
  const std::string replacement = "\xef\xbf\xbd";
  CHECK(json_escaped("ok \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80") == "ok \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80");
  CHECK(json_escaped("\xff") == replacement);
  CHECK(json_escaped("\xc3") == replacement);
  CHECK(json_escaped("\xc0\xaf") == replacement + replacement);
  CHECK(json_escaped("\xed\xa0\x80") == replacement + replacement + replacement);
  CHECK(json_escaped("\xf4\x90\x80\x80").size() == 4 * replacement.size());
  CHECK(text_escaped("\xff\xc3\xa4") == "\\xff\xc3\xa4");
}

TEST_CASE("values that would be ambiguous are quoted in text") {
  const std::string out = line(format::text, "m", {{"a", ""}, {"b", "x y"}, {"c", "k=v"}, {"d e", 1}});
  CHECK(out.ends_with("m a=\"\" b=\"x y\" c=\"k=v\" \"d e\"=1\n"));
}

TEST_CASE("long texts are cut and further fields are left out") {
  const std::string large(10'000, 'x');
  const std::vector<field> many(100, field("n", 1));
  CHECK(line(format::text, large, {{"v", large}}).size() < 2 * 4096 + 100);
  const std::string out = line(format::text, "m", many);
  std::size_t found = 0;
  for (auto at = out.find("n=1"); at != std::string::npos; at = out.find("n=1", at + 1)) ++found;
  CHECK(found == 64);
}
