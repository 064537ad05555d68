// What the room's functions refuse, as values with a stable code.
#pragma once

#include <cstdint>
#include <string_view>

namespace candela::jose {

/// Why something was refused. The names are stable: logs, metrics and the command line show them; clients never see
/// which it was.
enum class failure : std::uint8_t {
  malformed = 1,       ///< not the serialization that was expected
  too_large,           ///< over a limit: size, depth, recipients, iterations, decompressed bytes
  base64_invalid,      ///< not strict base64url (RFC 4648, section 5, without padding or stray bits)
  json_invalid,        ///< a header, key or claims set that is no JSON object, or names a member twice
  header_invalid,      ///< a header member of the wrong type, at the wrong place or missing
  header_unsupported,  ///< `crit` names what is not understood, or what may not be named (RFC 7515, section 4.1.11)
  algorithm_unknown,   ///< no algorithm of that name here; `none` in any case of letters
  algorithm_refused,   ///< known, but not among those that the caller accepts
  key_invalid,         ///< a key that breaks a rule of its kind
  key_weak,            ///< a key below the least strength
  key_unfit,           ///< kind, curve, `use`, `key_ops` or `alg` of the key do not fit the algorithm
  key_unknown,         ///< no key of that id and issuer
  key_ambiguous,       ///< several keys could be meant
  signature_missing,   ///< nothing is signed
  signature_invalid,   ///< the signature or MAC does not match
  decryption_failed,   ///< no recipient's key opens it, or the content was changed
  type_mismatch,       ///< `typ` or `cty` is not what is expected here
  claim_missing,       ///< a required claim is not there
  claim_invalid,       ///< a claim of the wrong type or range
  issuer_mismatch,     ///< `iss`
  subject_mismatch,    ///< `sub`
  audience_mismatch,   ///< `aud`
  expired,             ///< `exp` has passed
  not_yet_valid,       ///< `nbf` lies ahead
  issued_in_future,    ///< `iat` lies ahead
  too_old,             ///< `iat` is longer ago than the greatest age
  replayed,            ///< it is for one use, and was used before
  recipient_mismatch,  ///< sealed for somebody else
  place_mismatch,      ///< sealed for another place or another context
  order_invalid,       ///< encrypted and then signed, or a part where the whole is expected
  out_of_resources,    ///< no memory or no randomness
};

/// A fixed name such as `signature_invalid`; valid forever.
[[nodiscard]] std::string_view name_of(failure code) noexcept;

/// A refusal. `detail` is a fixed sentence for logs, never made of the input; valid forever.
struct error {
  failure code = failure::malformed;
  std::string_view detail;

  friend bool operator==(const error& left, failure right) noexcept { return left.code == right; }
};

}  // namespace candela::jose
