// Private to the room: one limit of the stage rate_limit, and whose uses it counts.
#pragma once

#include <candela/config/reader.hpp>
#include <candela/core/metrics.hpp>
#include <candela/server/exchange.hpp>
#include <candela/store/limit.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "middleware/detail/address_memo.hpp"

namespace candela::middleware::detail {

/// What makes a caller.
enum class caller_kind : std::uint8_t { address, principal, client, route, header };
struct caller_part {
  caller_kind kind = caller_kind::address;
  std::string header;  ///< its name
};

/// How a limit is written in the configuration.
struct rate_plan {
  std::string name;
  std::vector<caller_part> parts;
  store::limit rule;

  /// Reads and checks `key`, `uses`, `window`, `kind`, `burst` and `name`. Throws `config::error`.
  [[nodiscard]] static rate_plan read(config::reader& options);
};

class rate_rule {
 public:
  static constexpr std::size_t max_name = 24;

  /// The counters are those of every rule of the same plan and chain.
  rate_rule(rate_plan plan, std::string_view chain, unsigned ipv6_prefix, metrics::counter& refused);

  [[nodiscard]] const store::limit& rule() const noexcept { return plan_.rule; }
  [[nodiscard]] const std::string& name() const noexcept { return plan_.name; }
  /// `"NAME"`, as structured fields write it.
  [[nodiscard]] std::string_view quoted_name() const noexcept { return {told_, plan_.name.size() + 2}; }
  /// `"NAME";r=` in memory of `told_bytes` bytes, so that it is copied at once.
  [[nodiscard]] const char* told() const noexcept { return told_; }
  [[nodiscard]] std::size_t told_size() const noexcept { return told_size_; }
  static constexpr std::size_t told_bytes = 32;
  void count_refused() noexcept { refused_.add(); }

  /// The key of that caller; valid until the next call, or as long as the exchange.
  [[nodiscard]] store::limit_key key_of(exchange& x, const net::address& client) {
    return memo_ != nullptr ? memo_->key_of(client) : composed_key(x, client);
  }

 private:
  [[nodiscard]] store::limit_key composed_key(exchange& x, const net::address& client) const;
  [[nodiscard]] std::string_view text_of(const caller_part& part, exchange& x, const net::address& client) const;

  rate_plan plan_;
  char told_[told_bytes] = {};
  std::size_t told_size_;
  std::string lead_;  // of every key
  unsigned ipv6_prefix_;
  std::unique_ptr<address_memo> memo_;  // of a rule for addresses alone
  metrics::counter& refused_;
};

}  // namespace candela::middleware::detail
