// Encrypted content: JSON Web Encryption (RFC 7516).
#pragma once

#include <candela/core/arena.hpp>
#include <candela/jose/header.hpp>
#include <candela/jose/json_form.hpp>
#include <candela/jose/key_set.hpp>
#include <candela/jose/secret.hpp>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace candela::jose {

/// What is said in the header of something new. `alg`, `enc` and what they need (`epk`, `iv`, `tag`, `p2s`) are said by
/// themselves, and `kid` where a key has an id.
struct encryption_header {
  std::string_view type = {};          ///< `typ`; empty for none
  std::string_view content_type = {};  ///< `cty`; empty for none
  bool key_id = true;                  ///< whether to name the keys' ids
  /// `zip`: content is deflated first. Its length then tells something of it: never for secrets beside what others
  /// chose.
  bool compress = false;
  std::string_view party_u = {};     ///< `apu`, in bytes: who sends; bound into a key that was agreed upon
  std::string_view party_v = {};     ///< `apv`, in bytes: who receives
  std::uint32_t iterations = 10000;  ///< `p2c`, of passwords only
  json::value further = {};          ///< an object of further protected members, or null; none that stand here already
};

/// One of those who can open it.
struct recipient {
  const key* to = nullptr;
  key_algorithm algorithm = key_algorithm::dir;
};

/// What a caller accepts. The defaults accept nothing: both kinds of algorithms have to be named.
struct decryption_rules {
  /// RSA1_5 and PBES2 are among them only where they are named, as all others are.
  key_algorithms algorithms = {};
  content_algorithms encryption = {};
  header_rules header = {};
  std::size_t max_bytes = 256 * 1024;  ///< of the whole message
  std::string_view type = {};          ///< protected `typ` that must be there; empty: any, or none
  bool json = false;                   ///< also the JSON serializations, flattened and general
  /// In JSON, `enc` outside of the protected part, where whoever carries the message can change it (RFC 7520, 5.12).
  bool unprotected_encryption = false;
  unsigned max_recipients = 8;
  std::uint32_t max_iterations = 10000;  ///< `p2c` of all recipients that are tried together
  bool compressed = false;               ///< `zip`
  std::size_t max_decompressed_bytes = 250 * 1000;
};

/// What was opened. Views into the message or the arena; the content is overwritten when this goes.
struct decrypted {
  /// Its protected part: all that a compact serialization has, and what nobody changed on the way.
  header protected_header;
  json::value shared_header;     ///< the unprotected part for all recipients, of JSON; null for none
  json::value recipient_header;  ///< the unprotected part for this recipient; null for none
  key_algorithm algorithm = key_algorithm::dir;
  content_algorithm encryption = content_algorithm::a256gcm;
  std::string_view additional_data;  ///< `aad` of JSON, decoded; as protected as the content
  secret_bytes content;
  const key* by = nullptr;  ///< one of the key set's
};

/// Encrypts `content` as a compact serialization. Refused: a key that does not fit; what a header cannot say.
[[nodiscard]] std::expected<std::string, error> encrypt(std::string_view content, const key& to,
                                                        key_algorithm algorithm, content_algorithm encryption,
                                                        const encryption_header& said = {});

/// Encrypts `content` for each of `to` as JSON; without a form, flattened for one and general for several. What
/// concerns all of them is protected, which for one recipient is everything. `dir` and `ECDH-ES` leave no choice of a
/// content key and so take one recipient only, as the flattened form does.
[[nodiscard]] std::expected<std::string, error> encrypt_json(std::string_view content, std::span<const recipient> to,
                                                             content_algorithm encryption,
                                                             const encryption_header& said = {},
                                                             std::string_view additional_data = {},
                                                             std::optional<json_form> form = {});

/// Opens a compact serialization of exactly five parts or, where the rules allow it, a JSON one. Algorithms, sizes and
/// limits are checked before any key is used; the key is the one of the set that `kid` names, or the only one that
/// fits. Of several recipients each is tried that one of the keys fits, until the content opens.
///
/// Whatever then goes wrong is one `decryption_failed`, and of an RSA key that was wrapped badly not even the time
/// tells (RFC 7516, section 11.5). Never throws but `std::bad_alloc`.
[[nodiscard]] std::expected<decrypted, error> decrypt(std::string_view message, const key_set& keys,
                                                      const decryption_rules& rules, arena& memory);

}  // namespace candela::jose
