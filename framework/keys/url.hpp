// The address of something that is fetched: an http or https URL (RFC 9110, section 4.2).
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace candela::keys {

/// The parts of an absolute URL.
struct url {
  bool secure = true;        ///< https
  std::string host;          ///< a name, an IPv4 address, or an IPv6 address without its brackets
  std::uint16_t port = 0;    ///< as given, or the scheme's own
  std::string authority;     ///< host and perhaps port, as the Host field gives them
  std::string target = "/";  ///< path and query
  std::string text;          ///< the whole, as it was given

  /// The error is a sentence. Refused: other schemes, user names and passwords, fragments, and bytes that a request
  /// line cannot hold.
  [[nodiscard]] static std::expected<url, std::string> parse(std::string_view text);
  /// Whether the host is this machine by its number, or `localhost`: what goes there needs no protection on the way.
  [[nodiscard]] bool is_loopback() const;
};

}  // namespace candela::keys
