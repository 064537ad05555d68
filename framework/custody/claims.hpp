// What links and proofs say. A link travels on and becomes history; a proof goes with one request over one hop.
#pragma once

#include <candela/core/arena.hpp>
#include <candela/custody/refusal.hpp>
#include <candela/json/value.hpp>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

namespace candela::custody {

/// SHA-256 in base64url: 43 characters.
inline constexpr std::size_t digest_characters = 43;

/// A second of the system's clock, since 1970.
using seconds_since_epoch = std::int64_t;

/// The claims of one link: `iss`, in transaction `txn`, calls `aud` for `op`, having been called as the previous link
/// shows. Views into the arena that they were read into. Empty texts and null values are claims that are not there.
struct link_claims {
  std::string_view iss = {};
  std::string_view aud = {};
  seconds_since_epoch iat = 0;
  seconds_since_epoch exp = 0;
  std::string_view jti = {};
  std::string_view txn = {};
  unsigned dep = 0;
  std::string_view op = {};
  std::string_view prh = {};  ///< the hash of the link before this one, or
  std::string_view prv = {};  ///< that link itself; neither at the root
  std::string_view sub = {};
  std::string_view sub_iss = {};
  std::optional<std::string_view> scope = {};  ///< not there: as wide as before
  json::value tctx = {};
  std::string_view client_id = {};
  json::value clm = {};
  std::string_view evd = {};  ///< root only, as the two below
  std::string_view ath = {};
  std::string_view tth = {};
  std::string_view tgh = {};
};

/// The claims of a proof: `iss` sends exactly this request now, with exactly this chain.
struct proof_claims {
  std::string_view iss = {};
  std::string_view aud = {};
  seconds_since_epoch iat = 0;
  seconds_since_epoch exp = 0;
  std::string_view jti = {};
  std::string_view cth = {};
  std::string_view htm = {};
  std::string_view htu = {};
  std::string_view op = {};  ///< where there is no HTTP: in place of `htm` and `htu`
  std::string_view hqh = {};
  std::string_view cdg = {};
  json::value chd = {};
  std::string_view ath = {};
  std::string_view tth = {};
  json::value oth = {};
  std::string_view wth = {};
  std::string_view nonce = {};
  std::string_view chain = {};  ///< queue envelopes only: the chain itself
};

/// Whether a text can be a service's identity: a `spiffe:` or `urn:` URI of printable ASCII, at most 2,048 characters.
[[nodiscard]] bool is_identity(std::string_view text) noexcept;

/// Reads the claims of a payload. Strict: one JSON object, every member once, of its type and known, required ones
/// there, `v` 1, identities URIs of `spiffe:` or `urn:`, digests 43 characters, `jti` 16 bytes, times whole seconds.
[[nodiscard]] std::expected<link_claims, error> read_link(std::string_view payload, arena& memory);
[[nodiscard]] std::expected<proof_claims, error> read_proof(std::string_view payload, arena& memory);

/// As JSON in the arena, members in the order above.
[[nodiscard]] std::string_view write_link(const link_claims& claims, arena& memory);
[[nodiscard]] std::string_view write_proof(const proof_claims& claims, arena& memory);

}  // namespace candela::custody
