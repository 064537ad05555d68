#include "middleware/detail/rate_rules.hpp"

#include <algorithm>
#include <candela/core/text.hpp>
#include <candela/store/store.hpp>
#include <cstring>

namespace candela::middleware::detail {

namespace {

// Digits are written from the last one back, and then moved at once: how many there are need not be counted first.
constexpr std::size_t number_bytes = 16;

char* write_number(char* out, std::uint32_t value) noexcept {
  if (value < 10) {
    *out = static_cast<char>('0' + value);
    return out + 1;
  }
  char digits[2 * number_bytes];
  char* const end = digits + number_bytes;
  char* at = end;
  for (; value >= 10; value /= 100) {
    at -= 2;
    std::memcpy(at, candela::detail::digit_pairs + value % 100 * 2, 2);
  }
  if (value != 0) *--at = static_cast<char>('0' + value);
  std::memcpy(out, at, number_bytes);
  return out + (end - at);
}

// Both write a few bytes too many.
char* write_remaining(char* out, const rate_rule& rule, std::uint32_t remaining) noexcept {
  std::memcpy(out, rule.told(), rate_rule::told_bytes);
  return write_number(out + rule.told_size(), remaining);
}

char* write_reset(char* out, std::uint32_t seconds) noexcept {
  std::memcpy(out, ";t=", 3);
  return write_number(out + 3, seconds);
}

}  // namespace

rate_rules::rate_rules(stage_setup& setup)
    : client_(setup.options()), ipv6_prefix_(setup.options().integer<unsigned>("ipv6_prefix", 64, {16, 128})) {
  config::reader& options = setup.options();
  if (!options.has("limits")) {
    add(options, setup);
    return;
  }
  const std::vector<config::node> limits = options.list("limits");
  if (limits.empty()) options.get("limits").fail("there is at least one limit");
  if (limits.size() > store::max_limits) options.get("limits").fail("one stage has at most eight limits");
  for (const config::node& each : limits) {
    config::reader one(each);
    add(one, setup);
    one.finish();
  }
}

void rate_rules::add(config::reader options, stage_setup& setup) {
  rate_plan plan = rate_plan::read(options);
  const auto same = [&](const rate_rule& other) { return other.name() == plan.name; };
  if (std::ranges::any_of(rules_, same)) options.get("name").fail("there is a limit of that name already");
  metrics::counter& refused = setup.metrics().counter_cell(
      "candela_rate_limit_refused_total", "Requests that a limit refused.",
      {{"chain", std::string(setup.chain())}, {"limit", plan.name}}, setup.worker().index());
  rules_.emplace_back(std::move(plan), setup.chain(), ipv6_prefix_, refused);
}

void rate_rules::count_refused(std::span<const store::limit_state> left) noexcept {
  for (std::size_t i = 0; i != left.size(); ++i) {
    if (left[i].retry_after.count() != 0) rules_[i].count_refused();
  }
}

std::string rate_rules::policy() const {
  std::string text;
  for (const rate_rule& each : rules_) {
    if (!text.empty()) text += ", ";
    text += std::string(each.quoted_name()) + ";q=" + std::to_string(each.rule().uses()) +
            ";w=" + std::to_string(whole_seconds(each.rule().window()));
  }
  return text;
}

std::string_view rate_rules::tell_one(const store::limit_state& left, arena& memory) {
  const std::uint32_t reset = whole_seconds(left.reset);
  const bool one_less = last_.size != 0 && left.remaining + 1 == last_.remaining && reset == last_.reset;
  if (one_less && last_.text[last_.last_digit] != '0') {
    --last_.text[last_.last_digit];
  } else {
    const char* const digits_end = write_remaining(last_.text, rules_.front(), left.remaining);
    last_.last_digit = static_cast<std::uint32_t>(digits_end - last_.text) - 1;
    last_.size = static_cast<std::uint32_t>(write_reset(last_.text + last_.last_digit + 1, reset) - last_.text);
  }
  last_.remaining = left.remaining;
  last_.reset = reset;
  char* const copy = static_cast<char*>(memory.allocate(sizeof last_.text, 1));
  std::memcpy(copy, last_.text, sizeof last_.text);
  return {copy, last_.size};
}

std::string_view rate_rules::tell_all(const store::limit_state* left, arena& memory) const {
  char* const begin = static_cast<char*>(memory.allocate(sizeof last_.text * rules_.size(), 1));
  char* out = begin;
  for (const rate_rule& each : rules_) {
    const std::uint32_t reset = whole_seconds(left->reset);
    out = write_reset(write_remaining(out, each, (left++)->remaining), reset);
    std::memcpy(out, ", ", 2);
    out += 2;
  }
  return {begin, static_cast<std::size_t>(out - begin) - 2};
}

}  // namespace candela::middleware::detail
