// Private to the room: a token bucket in one number.
#pragma once

#include <algorithm>
#include <candela/store/limit.hpp>
#include <cstdint>

namespace candela::store {

/// When the bucket will be full again, in nanoseconds of the steady clock; what is missing until then is what was taken
/// (the "virtual scheduling" form of ITU-T I.371's generic cell rate algorithm). One whose time has passed is as good
/// as none.
class token_bucket {
 public:
  [[nodiscard]] std::int64_t fresh_at() const noexcept { return full_at_; }
  void clear() noexcept { full_at_ = 0; }

  /// What is left, with nothing taken.
  [[nodiscard]] limit_state look(const limit& rule, std::int64_t now) const noexcept {
    return state_at(rule, std::max<std::int64_t>(full_at_ - now, 0));
  }

  /// Takes one token if there is one. False: nothing was changed.
  bool take(const limit& rule, std::int64_t now, limit_state& left) noexcept {
    const std::int64_t missing = std::max<std::int64_t>(full_at_ - now, 0);
    const std::int64_t interval = rule.interval().count();
    if (missing + interval > interval * rule.burst()) [[unlikely]]
      return left = state_at(rule, missing), false;
    full_at_ = now + missing + interval;
    left = state_at(rule, missing + interval);
    left.retry_after = {};
    return true;
  }

 private:
  static limit_state state_at(const limit& rule, std::int64_t missing) noexcept {
    const std::int64_t interval = rule.interval().count();
    const std::int64_t there = std::max<std::int64_t>(interval * rule.burst() - missing, 0);
    const std::int64_t tokens = rule.intervals_in(there);
    return {static_cast<std::uint32_t>(tokens), std::chrono::nanoseconds(missing),
            std::chrono::nanoseconds(tokens == 0 ? missing + interval - interval * rule.burst() : 0)};
  }

  std::int64_t full_at_ = 0;
};

}  // namespace candela::store
