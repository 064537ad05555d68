#include "handlers/detail/conditions.hpp"

#include <doctest/doctest.h>

#include <candela/core/arena.hpp>
#include <string_view>
#include <utility>
#include <vector>

using namespace candela;
using namespace candela::handlers::detail;
using http::header;

namespace {

using fields = std::vector<std::pair<header, std::string_view>>;

constexpr std::string_view before = "Sun, 06 Nov 1994 08:49:36 GMT";
constexpr std::string_view same = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr std::string_view after = "Sun, 06 Nov 1994 08:49:38 GMT";

validators version(std::string_view tag = "\"v1\"", bool strong_date = true) {
  return {tag, std::chrono::sys_seconds(std::chrono::seconds(784'111'777)), strong_date};
}

class request {
 public:
  explicit request(const fields& lines) : headers_({}, memory_) {
    for (const auto& [name, value] : lines) headers_.add(name, value);
  }
  operator const http::headers&() const { return headers_; }

 private:
  arena memory_;
  http::headers headers_;
};

verdict judged(const fields& lines, const validators& current = version()) { return judge(request(lines), current); }
bool applies(std::string_view condition, const validators& current = version()) {
  return range_applies(request({{header::if_range, condition}}), current);
}

}  // namespace

TEST_CASE("a request without conditions goes on") { CHECK(judged({}) == verdict::proceed); }

TEST_CASE("If-None-Match compares weakly, in lists, over several lines") {
  CHECK(judged({{header::if_none_match, "\"v1\""}}) == verdict::not_modified);
  CHECK(judged({{header::if_none_match, "W/\"v1\""}}) == verdict::not_modified);
  CHECK(judged({{header::if_none_match, "\"v1\""}}, version("W/\"v1\"")) == verdict::not_modified);
  CHECK(judged({{header::if_none_match, "*"}}) == verdict::not_modified);
  CHECK(judged({{header::if_none_match, "\"a,b\" , W/\"c\",, \"v1\""}}) == verdict::not_modified);
  CHECK(judged({{header::if_none_match, "\"a\""}, {header::if_none_match, "\"v1\""}}) == verdict::not_modified);
  CHECK(judged({{header::if_none_match, "\"v2\""}}) == verdict::proceed);
  CHECK(judged({{header::if_none_match, "v1"}}) == verdict::proceed);
  CHECK(judged({{header::if_none_match, "\"v1"}}) == verdict::proceed);
  CHECK(judged({{header::if_none_match, "\"a\" \"v1\""}}) == verdict::proceed);
  CHECK(judged({{header::if_none_match, ""}}) == verdict::proceed);
}

TEST_CASE("If-Match compares strongly") {
  CHECK(judged({{header::if_match, "\"v1\""}}) == verdict::proceed);
  CHECK(judged({{header::if_match, "*"}}, version("W/\"v1\"")) == verdict::proceed);
  CHECK(judged({{header::if_match, "\"v0\", \"v1\""}}) == verdict::proceed);
  CHECK(judged({{header::if_match, "\"v2\""}}) == verdict::precondition_failed);
  CHECK(judged({{header::if_match, "W/\"v1\""}}) == verdict::precondition_failed);
  CHECK(judged({{header::if_match, "W/\"v1\""}}, version("W/\"v1\"")) == verdict::precondition_failed);
}

TEST_CASE("dates count to the second, unreadable ones not at all") {
  CHECK(judged({{header::if_modified_since, before}}) == verdict::proceed);
  CHECK(judged({{header::if_modified_since, same}}) == verdict::not_modified);
  CHECK(judged({{header::if_modified_since, after}}) == verdict::not_modified);
  CHECK(judged({{header::if_modified_since, "yesterday"}}) == verdict::proceed);
  CHECK(judged({{header::if_unmodified_since, before}}) == verdict::precondition_failed);
  CHECK(judged({{header::if_unmodified_since, same}}) == verdict::proceed);
  CHECK(judged({{header::if_unmodified_since, "tomorrow"}}) == verdict::proceed);
}

TEST_CASE("a tag's condition goes before a date's, and If-Match before If-None-Match") {
  CHECK(judged({{header::if_none_match, "\"v2\""}, {header::if_modified_since, after}}) == verdict::proceed);
  CHECK(judged({{header::if_match, "\"v1\""}, {header::if_unmodified_since, before}}) == verdict::proceed);
  CHECK(judged({{header::if_match, "\"v2\""}, {header::if_none_match, "\"v1\""}}) == verdict::precondition_failed);
  CHECK(judged({{header::if_match, "\"v1\""}, {header::if_none_match, "\"v1\""}}) == verdict::not_modified);
  CHECK(judged({{header::if_unmodified_since, before}, {header::if_modified_since, after}}) ==
        verdict::precondition_failed);
}

TEST_CASE("a range counts only for the very same version") {
  CHECK(range_applies(request({}), version()));
  CHECK(applies("\"v1\""));
  CHECK_FALSE(applies("\"v2\""));
  CHECK_FALSE(applies("W/\"v1\""));
  CHECK_FALSE(applies("\"v1\"", version("W/\"v1\"")));
  CHECK(applies(same));
  CHECK_FALSE(applies(before));
  CHECK_FALSE(applies(after));
  CHECK_FALSE(applies(same, version("W/\"v1\"", false)));
  CHECK_FALSE(applies("v1"));
}
