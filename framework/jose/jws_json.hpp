// Signed content as JSON, with one signature or several (RFC 7515, section 7.2).
#pragma once

#include <candela/jose/json_form.hpp>
#include <candela/jose/jws.hpp>

namespace candela::jose {

/// One signature to be made.
struct signer {
  const key& with;
  signature_algorithm algorithm;
  signature_header said = {};
  /// An object of members that nothing protects, or null; none that stand in `said`, and not `crit`.
  json::value unprotected = {};
  /// False: all of the header stands there, and nothing of it is protected. Readers have to accept that by name.
  bool protect = true;
};

/// Signs `payload` once for each signer and writes all as JSON; `detached` leaves the payload out. Refused: no signer,
/// more than one for the flattened form, keys that do not fit, `encoded_payload` that differs between them, an
/// unencoded payload that is no UTF-8, names that are both protected and not.
[[nodiscard]] std::expected<std::string, error> sign_json(std::string_view payload, std::span<const signer> signers,
                                                          json_form form, bool detached = false);

/// What a caller accepts. Calling `verify_json` is what allows JSON at all: `verify` takes compact tokens only.
struct json_signature_rules {
  signature_rules signature = {};
  bool flattened = true;
  bool general = true;
  /// Every signature must be right, and its key known. False: one is enough, and those that are not right are left out.
  bool every = true;
  /// `alg` may stand where nothing protects it (RFC 7520, section 4.7).
  bool unprotected_algorithm = false;
};

/// One signature that was checked.
struct checked_signature {
  header protected_header;  ///< empty where nothing is protected
  header unprotected;       ///< nothing in it can be trusted
  const key* by = nullptr;  ///< one of the key set's
};

/// Content whose signatures were checked. Views into the arena or the detached payload.
struct verified_json {
  std::string_view payload;
  std::span<const checked_signature> signatures;  ///< one at least
};

/// Checks a JSON serialization. Refused besides what `verify` refuses: both forms in one, more signatures than the
/// rules allow or none, names that are both protected and not, `crit` and `b64` that are not protected, `b64` that
/// differs between signatures, a payload that is missing. Members of other names beside these are ignored.
[[nodiscard]] std::expected<verified_json, error> verify_json(std::string_view text, const key_set& keys,
                                                              const json_signature_rules& rules, arena& memory);
/// The same for a text without its payload.
[[nodiscard]] std::expected<verified_json, error> verify_json_detached(std::string_view text, std::string_view payload,
                                                                       const key_set& keys,
                                                                       const json_signature_rules& rules,
                                                                       arena& memory);

}  // namespace candela::jose
