// The header of a signed or encrypted token: what all of them may say (RFC 7515, section 4.1; RFC 7516, section 4.1).
#pragma once

#include <candela/core/arena.hpp>
#include <candela/jose/error.hpp>
#include <candela/json/value.hpp>
#include <expected>
#include <span>
#include <string_view>

namespace candela::jose {

/// The members that this library acts upon, and the rest for who needs them. Views into the arena that it was read
/// into. `jwk`, `jku`, `x5c` and `x5u` are never acted upon: keys come from the caller only.
struct header {
  std::string_view algorithm;     ///< `alg`
  std::string_view encryption;    ///< `enc`, of encrypted ones
  std::string_view key_id;        ///< `kid`
  std::string_view type;          ///< `typ`
  std::string_view content_type;  ///< `cty`
  bool encoded_payload = true;    ///< `b64` (RFC 7797), heeded only when `crit` names it
  json::value members;            ///< all of them
};

/// What may be in a header.
struct header_rules {
  std::size_t max_bytes = 8192;
  /// Names of extensions that the caller itself processes and that `crit` may therefore name. `b64` is known here, and
  /// allowed only with `unencoded_payload`.
  std::span<const std::string_view> understood = {};
  bool unencoded_payload = false;
};

/// Reads a header that stands in base64url. Refused: anything but one JSON object with every name once and at most
/// eight levels deep; `alg` that is missing or no text; other members of the wrong type; a `crit` that is empty,
/// repeats a name, names what RFC 7515 or RFC 7516 defines or what the header lacks, or what the rules do not
/// understand; `b64` that `crit` does not name.
[[nodiscard]] std::expected<header, error> read_header(std::string_view encoded, const header_rules& rules,
                                                       arena& memory);

/// The same for the protected part of a JSON serialization, where `alg` may stand in another part.
[[nodiscard]] std::expected<header, error> read_protected_header(std::string_view encoded, const header_rules& rules,
                                                                 arena& memory);

/// As `read_header`, of JSON that was decoded already. `integrity_protected` is false for the unprotected part of a
/// JSON serialization, which may be without `alg` and may not have `crit` or `b64`.
[[nodiscard]] std::expected<header, error> read_header_json(std::string_view json, const header_rules& rules,
                                                            bool integrity_protected, arena& memory);

/// Whether `typ` or `cty` means that media type: `application/` may be left out where no other `/` stands, and case
/// does not matter (RFC 7515, section 4.1.9).
[[nodiscard]] bool same_media_type(std::string_view given, std::string_view expected) noexcept;

}  // namespace candela::jose
