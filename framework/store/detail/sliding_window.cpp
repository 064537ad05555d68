#include <candela/store/detail/sliding_window.hpp>

#include <algorithm>

namespace candela::store {

void sliding_window::forget(std::int64_t before) noexcept {
  while (count_ != 0 && groups_[first_].last <= before) {
    total_ -= groups_[first_].uses;
    first_ = (first_ + 1) % most_groups;
    --count_;
  }
}

// A rule with a shorter window than the one before finds more groups than it would make: then they grow.
void sliding_window::add(std::int64_t now, std::int64_t moment) noexcept {
  if (count_ == 0 || (now >= began_ + moment && count_ != most_groups)) {
    ++count_;
    newest() = {};
    began_ = now;
  }
  newest().last = now;
  ++newest().uses;
  ++total_;
}

limit_state sliding_window::look(const limit& rule, std::int64_t now) noexcept {
  const std::int64_t window = rule.window().count();
  forget(now - window);
  limit_state state;
  state.remaining = rule.uses() - std::min(total_, rule.uses());
  state.reset = std::chrono::nanoseconds(count_ == 0 ? 0 : newest().last + window - now);
  if (state.remaining == 0) state.retry_after = std::chrono::nanoseconds(groups_[first_].last + window - now);
  return state;
}

bool sliding_window::take(const limit& rule, std::int64_t now, limit_state& left) noexcept {
  const std::int64_t window = rule.window().count();
  // Workers' clocks stand still within a turn: another one's may be a little ahead.
  if (count_ != 0) now = std::max(now, newest().last);
  forget(now - window);
  if (total_ >= rule.uses()) return left = look(rule, now), false;
  add(now, rule.interval().count());
  fresh_at_ = now + window;
  left = {rule.uses() - total_, rule.window(), {}};
  return true;
}

}  // namespace candela::store
