// Signed content: JSON Web Signature (RFC 7515).
#pragma once

#include <candela/core/arena.hpp>
#include <candela/jose/header.hpp>
#include <candela/jose/key_set.hpp>
#include <cstddef>
#include <expected>
#include <span>
#include <string>
#include <string_view>

namespace candela::jose {

/// What is said in the protected header of a new signature. `alg` is said by itself, and `kid` where the key has an id.
struct signature_header {
  std::string_view type = {};          ///< `typ`; empty for none
  std::string_view content_type = {};  ///< `cty`; empty for none
  bool key_id = true;                  ///< whether to name the key's id
  bool encoded_payload = true;         ///< false: `b64` and `crit` say that the payload stands as it is (RFC 7797)
  json::value further = {};            ///< an object of further members, or null; none that stand here already
};

/// What a caller accepts. The defaults accept nothing: algorithms have to be named.
struct signature_rules {
  signature_algorithms algorithms = {};
  header_rules header = {};
  std::size_t max_bytes = 256 * 1024;  ///< of the whole token
  std::string_view type = {};          ///< `typ` that must be there; empty: any, or none
  unsigned max_signatures = 8;         ///< of a general JSON serialization
};

/// Content whose signature was checked. Views into the token, the detached payload or the arena.
struct verified {
  header protected_header;
  std::string_view payload;
  const key* by = nullptr;  ///< one of the key set's
};

/// Signs `payload` as a compact serialization. Refused: a key that does not fit or has no private half; a payload that
/// is to stand as it is and holds a dot or what is not printable ASCII (RFC 7797, section 5.2).
[[nodiscard]] std::expected<std::string, error> sign(std::string_view payload, const key& with,
                                                     signature_algorithm algorithm, const signature_header& said = {});
/// The same without the payload in it (RFC 7515, appendix F): `HEADER..SIGNATURE`.
[[nodiscard]] std::expected<std::string, error> sign_detached(std::string_view payload, const key& with,
                                                              signature_algorithm algorithm,
                                                              const signature_header& said = {});

/// Checks a compact serialization: exactly three parts, the algorithm among the accepted ones, the key of the set that
/// the header's `kid` names (or the only one that fits), then the signature. Nothing in the token is looked at by the
/// caller before that. Never throws but `std::bad_alloc`.
[[nodiscard]] std::expected<verified, error> verify(std::string_view token, const key_set& keys,
                                                    const signature_rules& rules, arena& memory);
/// The same for a token without its payload.
[[nodiscard]] std::expected<verified, error> verify_detached(std::string_view token, std::string_view payload,
                                                             const key_set& keys, const signature_rules& rules,
                                                             arena& memory);

/// Whether `signature`, in base64url, is the key's signature of that text. For callers that read tokens by narrower
/// rules than those above, and for work that moves to another thread. The key has to fit.
[[nodiscard]] std::expected<void, error> check_signature(const key& by, signature_algorithm algorithm,
                                                         std::string_view text, std::string_view signature);

}  // namespace candela::jose
