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

std::string_view rate_rules::tell(const store::limit_state* left, arena& memory) const {
  // A name, two numbers and what stands between them, each copied with a few bytes too many.
  constexpr std::size_t longest = rate_rule::told_bytes + 2 * number_bytes + 8;
  char* const begin = static_cast<char*>(memory.allocate(longest * rules_.size(), 1));
  char* out = begin;
  for (const rate_rule& each : rules_) {
    std::memcpy(out, each.told(), rate_rule::told_bytes);
    out = write_number(out + each.told_size(), left->remaining);
    std::memcpy(out, ";t=", 3);
    out = write_number(out + 3, whole_seconds((left++)->reset));
    std::memcpy(out, ", ", 2);
    out += 2;
  }
  return {begin, static_cast<std::size_t>(out - begin) - 2};
}

}  // namespace candela::middleware::detail
