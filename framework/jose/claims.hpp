// What a token says: the claims set of a JSON Web Token (RFC 7519, section 4).
#pragma once

#include <candela/core/arena.hpp>
#include <candela/jose/error.hpp>
#include <candela/json/value.hpp>
#include <chrono>
#include <cstddef>
#include <expected>
#include <optional>
#include <span>
#include <string_view>

namespace candela::jose {

/// A moment in a token (`NumericDate`): seconds since 1970, of which a token may give a fraction.
using token_time = std::chrono::sys_time<std::chrono::milliseconds>;

/// The key that the bearer of a token must hold (`cnf`; RFC 7800, RFC 8705, RFC 9449).
struct confirmation {
  std::string_view key_thumbprint = {};          ///< `jkt`; empty for none
  std::string_view certificate_thumbprint = {};  ///< `x5t#S256`; empty for none
  std::string_view key_id = {};                  ///< `kid`; empty for none
  json::value key = {};                          ///< `jwk`, an object, or null
  /// How many members were read, with those that are not understood here. RFC 7800, section 3.1, leaves it to
  /// applications which of them have to be understood.
  std::size_t members = 0;

  /// Whether what was read names a certificate and nothing besides.
  [[nodiscard]] bool is_certificate_alone() const noexcept { return members == 1 && !certificate_thumbprint.empty(); }
};

/// Claims, in and out. Views into the arena that they were read into, or what the caller keeps until they are written.
struct claims {
  std::string_view issuer = {};                      ///< `iss`; empty for none, as all texts here
  std::string_view subject = {};                     ///< `sub`
  std::span<const std::string_view> audiences = {};  ///< `aud`, whether a text or a list of them
  std::optional<token_time> expires = {};            ///< `exp`
  std::optional<token_time> not_before = {};         ///< `nbf`
  std::optional<token_time> issued = {};             ///< `iat`
  std::string_view id = {};                          ///< `jti`
  std::string_view client_id = {};                   ///< `client_id` (RFC 8693)
  std::span<const std::string_view> scopes = {};     ///< `scope` (RFC 8693), or `scp` as others call it
  std::optional<jose::confirmation> bound = {};      ///< `cnf`
  /// All claims as they were read. When claims are written: an object of further ones, or null; what it says under a
  /// name from above is left out, so that claims that were read may be changed and written again.
  json::value all = {};

  /// Whether one of the scopes is that.
  [[nodiscard]] bool has_scope(std::string_view scope) const noexcept;
  /// Whether it is meant for that audience, among others perhaps.
  [[nodiscard]] bool is_for(std::string_view audience) const noexcept;
};

/// Reads a claims set. Refused: anything but one JSON object with every name once and at most 16 levels deep
/// (`json_invalid`); as `claim_invalid` a claim from above that is of another type, an empty list of audiences, a date
/// that is no number from 0 to the end of the year 9999.
[[nodiscard]] std::expected<claims, error> read_claims(std::string_view json, arena& memory);

/// Writes a claims set as JSON into the arena. Refused as `claim_invalid`: dates out of the range above, a scope that
/// is empty or holds a space, a confirmation that was read and not understood whole, `all` that is neither an object
/// nor null.
[[nodiscard]] std::expected<std::string_view, error> write_claims(const claims& said, arena& memory);

}  // namespace candela::jose
