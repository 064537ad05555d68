// Private to the room: the address of a client that may stand behind proxies.
#pragma once

#include <candela/config/reader.hpp>
#include <candela/net/network.hpp>
#include <candela/server/exchange.hpp>
#include <cstdint>
#include <string_view>
#include <vector>

namespace candela::middleware::detail {

/// The options `trusted_proxies` and `forwarded_by` of a stage. Only what a trusted proxy has added is believed: the
/// list is read from its end, as long as the one who added an element is trusted.
class client_address {
 public:
  explicit client_address(config::reader& options);

  /// Whether the peer of every connection is its client.
  [[nodiscard]] bool is_always_the_peer() const noexcept { return trusted_.empty(); }
  /// The nearest address that is no trusted proxy's. An element that is no address ends the search: the proxy that
  /// added it counts.
  [[nodiscard]] net::address of(const exchange& x) const;

 private:
  enum class list : std::uint8_t { x_forwarded_for, forwarded };

  std::vector<net::network> trusted_;
  list by_ = list::x_forwarded_for;
};

}  // namespace candela::middleware::detail
