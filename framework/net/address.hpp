// Internet socket addresses.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace candela::net {

/// An IPv4 or IPv6 address with its port. A value; costs no allocation.
class address {
 public:
  /// 0.0.0.0:0
  address() noexcept = default;

  /// Reads a numeric address ("127.0.0.1", "::1", "[::1]", "*" for every IPv6 and IPv4 one); never asks a name service.
  [[nodiscard]] static std::expected<address, std::string> parse(std::string_view host, std::uint16_t port);
  /// From a `sockaddr_in` or `sockaddr_in6`.
  [[nodiscard]] static address from_native(const void* native) noexcept;

  [[nodiscard]] bool is_v6() const noexcept { return v6_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] bool is_loopback() const noexcept;
  /// Network byte order; the first 4 bytes for IPv4, all 16 for IPv6. An IPv4-mapped IPv6 address is given as IPv4.
  [[nodiscard]] const std::array<unsigned char, 16>& bytes() const noexcept { return bytes_; }

  /// Writes the address without port to `target` (at least `max_text` bytes) and says how long it is.
  std::size_t write_host(char* target) const noexcept;
  [[nodiscard]] std::string host() const;
  /// "127.0.0.1:80" or "[::1]:80".
  [[nodiscard]] std::string to_string() const;
  static constexpr std::size_t max_text = 46;

  /// Fills a `sockaddr_storage`; returns the length to pass with it.
  unsigned to_native(void* storage) const noexcept;

  friend bool operator==(const address&, const address&) = default;

 private:
  void set_v6(const void* native) noexcept;

  std::array<unsigned char, 16> bytes_{};
  std::uint16_t port_ = 0;
  bool v6_ = false;
};

}  // namespace candela::net
