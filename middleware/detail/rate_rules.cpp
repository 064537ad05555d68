#include "middleware/detail/rate_rules.hpp"

#include <algorithm>
#include <candela/core/text.hpp>
#include <candela/store/store.hpp>

namespace candela::middleware::detail {

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
    text += each.quoted_name() + ";q=" + std::to_string(each.rule().uses()) +
            ";w=" + std::to_string(whole_seconds(each.rule().window()));
  }
  return text;
}

std::string_view rate_rules::tell(const store::limit_state* left, arena& memory) const {
  // A name and its quotes, two numbers, and what stands between them.
  constexpr std::size_t longest = rate_rule::max_name + 2 + 2 * max_decimal_digits + 10;
  char* const begin = static_cast<char*>(memory.allocate(longest * rules_.size(), 1));
  char* out = begin;
  for (const rate_rule& each : rules_) {
    if (out != begin) out = copy_up_to_32(out, ", ");
    out = copy_up_to_32(out, each.quoted_name());
    out = copy_up_to_32(out, ";r=");
    out = write_decimal(out, left->remaining);
    out = copy_up_to_32(out, ";t=");
    out = write_decimal(out, whole_seconds((left++)->reset));
  }
  return {begin, static_cast<std::size_t>(out - begin)};
}

}  // namespace candela::middleware::detail
