// Sealed content: signed by its author, then encrypted for those it is meant for, so that it passes through services
// that can neither read it nor put it to another use.
//
// A sealed message is a JWE (RFC 7516) around a JWS (RFC 7515), each with a type of its own:
//
//     outer  {"alg":"ECDH-ES+A256KW","kid":"...","typ":"sealed+jwe","cty":"sealed+jws","enc":"A256GCM","epk":{...}}
//     inner  {"alg":"ES256","kid":"...","typ":"sealed+jws","cty":"application/json","iss":"urn:shop:web",
//             "aud":["urn:shop:payment","urn:shop:fraud"],"at":"/card/number","ctx":"order-17","iat":...,"exp":...}
//
// For one recipient the outer part is a compact serialization, for several a general JSON one; the inner part is always
// compact, its payload the content as it is. What the author says stands inside of the signature: for whom (`aud`, so
// that a recipient cannot seal it anew for somebody else and have it taken for the author's word to them), what it is
// (`cty`), where it belongs (`at`, a JSON Pointer, so that a sealed member cannot be moved; absent for a whole body),
// what it is part of (`ctx`, any text that both sides know, so that it cannot be moved to another order), and when.
// Encryption tells those on the way nothing but the recipients' key ids and the length.
#pragma once

#include <candela/core/clock.hpp>
#include <candela/jose/claims.hpp>
#include <candela/jose/jwe.hpp>
#include <candela/jose/jws.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace candela::jose {

/// `typ` of the outer part; without the key nobody sees the inner one.
inline constexpr std::string_view sealed_type = "sealed+jwe";
/// `typ` of the inner part, and `cty` of the outer one.
inline constexpr std::string_view sealed_content_type = "sealed+jws";

/// One of those who can open a sealed message.
struct seal_recipient {
  std::string_view name = {};  ///< the identity that it knows itself by, such as its service's URI
  const key* to = nullptr;
  key_algorithm algorithm = key_algorithm::ecdh_es_a256kw;
};

/// Who seals what how. Views live until `seal` returns.
struct sealing {
  std::string_view signer = {};                                ///< the author's identity (`iss`); must not be empty
  const key* with = nullptr;                                   ///< the author's private key
  signature_algorithm algorithm = signature_algorithm::es256;  ///< none of HMAC: that would not tell who has signed
  std::span<const seal_recipient> to = {};                     ///< one at least; several each by a way that wraps keys
  content_algorithm encryption = content_algorithm::a256gcm;
  std::string_view content_type = {};      ///< media type of a whole body; must not be empty then
  std::string_view place = {};             ///< JSON Pointer of the member that this is, in JSON; empty: a whole body
  std::string_view context = {};           ///< what it is part of; empty for anything
  std::optional<token_time> issued = {};   ///< `iat`, in whole seconds
  std::optional<token_time> expires = {};  ///< `exp`, in whole seconds
};

/// Seals content of any kind. Refused: keys that do not fit, names and content type that are not said, MACs.
[[nodiscard]] std::expected<std::string, error> seal(std::string_view content, const sealing& how);

/// An author whose seal is accepted.
struct trusted_signer {
  std::string name;  ///< `iss`, byte by byte
  key_set keys;      ///< the author's and nobody else's: a name is worth what the keys under it are
};

/// What a caller accepts; made once, read by any thread. The defaults accept nothing.
struct opening_rules {
  signature_algorithms signatures = {};  ///< those of HMAC are refused even where they are named
  key_algorithms algorithms = {};
  content_algorithms encryption = {};
  std::vector<trusted_signer> signers = {};
  std::string recipient = {};          ///< who opens: must be in `aud`
  std::string content_type = {};       ///< must be a whole body's `cty`; empty: any
  std::string context = {};            ///< must be `ctx`; empty: there must be none
  std::size_t max_bytes = 256 * 1024;  ///< of the whole message
  bool several = false;                ///< also the JSON serializations, and with them several recipients
  unsigned max_recipients = 8;
  bool require_expiry = false;                       ///< refuse what has no `exp`
  std::optional<std::chrono::seconds> max_age = {};  ///< the greatest time since `iat`, which must be there then
  /// How far the clocks of author and recipient may be apart. More than 30 seconds count as 30.
  std::chrono::seconds leeway{30};
};

/// What was opened. Views into the rules or the arena; the content is overwritten when this goes.
struct unsealed {
  std::string_view signer;                       ///< the author's name
  const key* by = nullptr;                       ///< the author's key, one of the rules'
  std::span<const std::string_view> recipients;  ///< all that the author has named
  std::string_view content_type;
  std::optional<token_time> issued;
  std::optional<token_time> expires;
  secret_bytes content;
};

/// Opens a sealed message that was found at `place` (empty: a whole body) at that time of day. Checked in this order:
/// size and form, the outer header, decryption, the inner header, the signature, then what the author has said: place
/// and context, recipient, content type, time.
///
/// Refused as `order_invalid`: what is signed only, or encrypted and then signed, and what is encrypted only. Never
/// throws but `std::bad_alloc`.
[[nodiscard]] std::expected<unsealed, error> open(std::string_view message, const key_set& keys,
                                                  const opening_rules& rules, std::string_view place,
                                                  clock::wall_time now, arena& memory);

}  // namespace candela::jose
