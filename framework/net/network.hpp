// A range of internet addresses that share their first bits.
#pragma once

#include <array>
#include <candela/net/address.hpp>
#include <expected>
#include <span>
#include <string>
#include <string_view>

namespace candela::net {

/// A network in CIDR notation (RFC 4632; RFC 4291, section 2.3). A value.
class network {
 public:
  /// Reads "10.0.0.0/8", "2001:db8::/32", or an address alone. Bits behind the prefix must be zero. The error is a
  /// sentence.
  [[nodiscard]] static std::expected<network, std::string> parse(std::string_view text);

  /// Whether the address is one of it; its port does not matter. An IPv4-mapped IPv6 address is an IPv4 one.
  [[nodiscard]] bool contains(const address& asked) const noexcept;

 private:
  std::array<unsigned char, 16> bytes_{};
  unsigned prefix_ = 0;  // in bits
  bool v6_ = false;
};

/// Whether one of them has that address.
[[nodiscard]] bool any_contains(std::span<const network> among, const address& asked) noexcept;

/// The first `bits` bits, and zeros behind them.
[[nodiscard]] std::array<unsigned char, 16> first_bits(const std::array<unsigned char, 16>& of, unsigned bits) noexcept;

}  // namespace candela::net
