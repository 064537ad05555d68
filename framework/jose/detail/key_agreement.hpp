// Private to the room: ECDH-ES (RFC 7518, section 4.6; RFC 8037, section 3).
#pragma once

#include <candela/core/arena.hpp>
#include <candela/jose/detail/key_numbers.hpp>
#include <candela/jose/error.hpp>
#include <candela/jose/secret.hpp>
#include <candela/json/value.hpp>
#include <expected>
#include <span>
#include <string_view>

namespace candela::jose::detail {

/// What both sides bind into the key that they agree upon.
struct agreement_info {
  std::string_view algorithm;          ///< what the key is for: `enc` of a direct agreement, else `alg`
  std::size_t key_size = 0;            ///< of what is derived, in bytes
  std::span<const std::byte> party_u;  ///< `apu`
  std::span<const std::byte> party_v;  ///< `apv`
};

/// `epk` as a key that `own` can agree with. Refused: what is no public JWK of the same curve, as `header_invalid`; a
/// point that is not on the curve, as `decryption_failed`.
[[nodiscard]] std::expected<pkey_ptr, error> read_ephemeral(const json::value& epk, const key_numbers& own);
/// The public half of `ephemeral`, a key of that curve, as a JWK in the arena; null when OpenSSL does not tell it.
[[nodiscard]] json::value public_jwk(const EVP_PKEY& ephemeral, curve on, arena& memory);

/// The key that the owner of `own` and whoever made `ephemeral` share; empty when there is none.
[[nodiscard]] secret_bytes agreed_key(const key_numbers& own, EVP_PKEY& ephemeral, const agreement_info& info);
/// The same from the other side: `ephemeral` has its private half, `to` may be a public key.
[[nodiscard]] secret_bytes agreed_key_for(const key_numbers& to, EVP_PKEY& ephemeral, const agreement_info& info);

}  // namespace candela::jose::detail
