#include "tests/conformance/verdict.hpp"

#include <algorithm>

namespace candela::conformance {
namespace {

using system_test::response;

void require(bool condition, std::string complaint) {
  if (!condition) throw violation(std::move(complaint));
}

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

bool one_of(std::string_view name, std::string_view list) {
  // Names stand in `list` each with its separator, so that no part of one is taken for it.
  return list.find(std::string(name) + ',') % 4 == 0;
}

void judge_fields(const expected_response& expected, const response& got) {
  for (const auto& [name, value] : expected.headers) {
    require(got.count(name) == 1, name + " is not there once");
    require(got.field(name) == value, name + " is " + quoted(got.field(name)) + " instead of " + quoted(value));
  }
  for (const std::string& name : expected.present) require(got.count(name) == 1, name + " is not there once");
  for (const std::string& name : expected.absent) require(!got.has(name), name + " is there");
}

void judge_body(const expected_response& expected, const response& got) {
  if (expected.body) {
    require(got.body == *expected.body, "the body is " + quoted(got.body) + " instead of " + quoted(*expected.body));
  }
  for (const std::string& part : expected.body_contains) {
    require(got.body.find(part) != std::string::npos, "the body " + quoted(got.body) + " lacks " + quoted(part));
  }
  for (const std::string& part : expected.body_lacks) {
    require(got.body.find(part) == std::string::npos, "the body holds " + quoted(part));
  }
  if (expected.body_bytes) {
    require(got.body_bytes == *expected.body_bytes, "the body has " + std::to_string(got.body_bytes) + " bytes");
  }
  require(!expected.body_end || got.end == *expected.body_end, "the body's end is told in another way");
}

void judge_likeness(const response& got, const response& first) {
  require(got.status == first.status, "the status differs from the first response's");
  const auto without_date = [](const response& of) {
    auto fields = of.fields;
    std::erase_if(fields, [](const auto& field) { return field.first == "Date"; });
    return fields;
  };
  require(without_date(got) == without_date(first), "the fields differ from the first response's");
}

}  // namespace

bool is_http_date(std::string_view text) {
  // '#' stands for a digit, 'D' for a weekday's letter, 'M' for a month's.
  constexpr std::string_view pattern = "DDD, ## MMM #### ##:##:## GMT";
  if (text.size() != pattern.size()) return false;
  for (std::size_t i = 0; i != pattern.size(); ++i) {
    const char c = text[i];
    const bool digit = c >= '0' && c <= '9';
    if (i < 3 || (i >= 8 && i < 11)) continue;
    if (pattern[i] == '#' ? !digit : c != pattern[i]) return false;
  }
  return one_of(text.substr(0, 3), "Mon,Tue,Wed,Thu,Fri,Sat,Sun,") &&
         one_of(text.substr(8, 3), "Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec,");
}

void judge_always(const response& got, bool to_head) {
  if (got.status < 200) return;
  require(got.count("date") == 1 && is_http_date(got.field("date")), "no valid Date, or more than one");
  require(got.count("server") == 1, "Server is not there once");
  if (got.status < 400) return;
  require(got.field("content-type") == "application/problem+json", "an error without a problem document");
  const std::string status = "\"status\":" + std::to_string(got.status);
  require(to_head || got.body.find(status) != std::string::npos, "a problem document without " + status);
}

void judge(const expected_response& expected, const response& got, const response& first) {
  require(got.status == expected.status, "the status is " + std::to_string(got.status) + " instead of " +
                                             std::to_string(expected.status) + ": " + got.body);
  judge_always(got, expected.to_head);
  judge_fields(expected, got);
  judge_body(expected, got);
  if (expected.like_first) judge_likeness(got, first);
}

}  // namespace candela::conformance
