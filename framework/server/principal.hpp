// Who asks, once a stage has made sure of it.
#pragma once

#include <algorithm>
#include <candela/json/value.hpp>
#include <candela/server/attachment.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace candela {

/// By what a principal proved who it is.
enum class authentication : std::uint8_t {
  bearer_token,  ///< a signed token that whoever holds it may use (RFC 6750)
  bound_token,   ///< a signed token, and the key or certificate that it names (RFC 7800)
  opaque_token,  ///< a token that its issuer was asked about (RFC 7662)
  single_use,    ///< a signed token that is spent by this request
  chain,         ///< the last link of a chain of custody, and its proof
  api_key,       ///< a key of this service's own list
  password,      ///< name and password (RFC 7617)
};

namespace detail {
inline constexpr std::string_view authentication_names[] = {"bearer_token", "bound_token", "opaque_token", "single_use",
                                                            "chain",        "api_key",     "password"};
}  // namespace detail

/// The name of it, for logs and records: "bearer_token" and so on.
[[nodiscard]] constexpr std::string_view name_of(authentication means) noexcept {
  return detail::authentication_names[static_cast<std::size_t>(means)];
}

/// The attachment that a stage puts on an exchange when it has verified who asks; without one nobody was verified.
/// Later stages may narrow it or put another in its place. Views into the exchange's arena, into the request, or into
/// memory that the stage keeps for as long as the exchange: who wants them for longer copies them. Those into the
/// request end with the response: what looks at the principal in `on_complete` needs them elsewhere.
struct principal {
  static constexpr std::string_view attachment_name = "principal";

  std::string_view issuer = {};                   ///< who says so: `iss`, or the name of a list; empty texts: not said
  std::string_view subject = {};                  ///< whom it is about: `sub`, a user's name, a key's owner
  std::string_view client_id = {};                ///< the program that asks on behalf of the subject
  std::string_view token_id = {};                 ///< `jti`, or the name of a key; never what proves anything
  std::string_view key_id = {};                   ///< `kid` of the key that signed
  std::span<const std::string_view> scopes = {};  ///< what it may do
  std::optional<std::chrono::sys_time<std::chrono::milliseconds>> expires = {};
  authentication by = authentication::bearer_token;
  json::value claims = {};  ///< all that was said, an object; null where nothing was

  /// Whether one of the scopes is that.
  [[nodiscard]] bool has_scope(std::string_view scope) const noexcept {
    return std::ranges::find(scopes, scope) != scopes.end();
  }
};

}  // namespace candela
