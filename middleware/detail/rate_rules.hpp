// Private to the room: the limits of one stage rate_limit.
#pragma once

#include <candela/config/reader.hpp>
#include <candela/core/arena.hpp>
#include <candela/server/exchange.hpp>
#include <candela/server/stage_setup.hpp>
#include <candela/store/limit.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "middleware/detail/client_address.hpp"
#include "middleware/detail/rate_rule.hpp"

namespace candela::middleware::detail {

class rate_rules {
 public:
  /// Reads them from the stage's options. Throws `config::error`.
  explicit rate_rules(stage_setup& setup);

  [[nodiscard]] std::size_t count() const noexcept { return rules_.size(); }
  /// What this request takes; `into` has room for `count()`.
  void uses_of(exchange& x, store::limit_use* into) {
    // Not a copy where the peer is the client.
    if (client_.is_always_the_peer()) return uses_of(x, x.peer(), into);
    uses_of(x, client_.of(x), into);
  }
  /// Counts those that have refused.
  void count_refused(std::span<const store::limit_state> left) noexcept;

  /// The value of RateLimit-Policy.
  [[nodiscard]] std::string policy() const;
  /// The value of RateLimit.
  [[nodiscard]] std::string_view tell(const store::limit_state* left, arena& memory) {
    return rules_.size() == 1 ? tell_one(*left, memory) : tell_all(left, memory);
  }

 private:
  void uses_of(exchange& x, const net::address& client, store::limit_use* into) {
    for (rate_rule& rule : rules_) *into++ = {&rule.rule(), rule.key_of(x, client)};
  }
  void add(config::reader options, stage_setup& setup);
  [[nodiscard]] std::string_view tell_one(const store::limit_state& left, arena& memory);
  [[nodiscard]] std::string_view tell_all(const store::limit_state* left, arena& memory) const;

  /// What one limit said last. The next request of the same caller mostly has one less, and then one digit changes.
  struct last_told {
    std::uint32_t remaining = 0;
    std::uint32_t reset = 0;  // seconds
    std::uint32_t last_digit = 0;
    std::uint32_t size = 0;
    char text[rate_rule::told_bytes + 48] = {};
  };

  client_address client_;
  last_told last_;
  unsigned ipv6_prefix_;
  std::vector<rate_rule> rules_;
};

/// Seconds, rounded up.
[[nodiscard]] constexpr std::uint32_t whole_seconds(std::chrono::nanoseconds time) noexcept {
  return static_cast<std::uint32_t>((static_cast<std::uint64_t>(time.count()) + 999'999'999) / 1'000'000'000);
}

}  // namespace candela::middleware::detail
