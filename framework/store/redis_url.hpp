// Where a Redis server is.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace candela::store {

/// `redis://HOST[:PORT][/DB]` or `unix:PATH[?db=DB]`. Exactly one of host and path is set.
struct redis_url {
  std::string host;  ///< a name or a numeric address, IPv6 without brackets
  std::uint16_t port = 6379;
  std::string path;  ///< of a Unix socket
  unsigned database = 0;

  /// The error is a sentence for the person who configured it, with the accepted forms, and holds nothing of the text.
  /// Credentials are refused: they do not belong into a URL, which logs and process lists show.
  [[nodiscard]] static std::expected<redis_url, std::string> parse(std::string_view text);
};

}  // namespace candela::store
