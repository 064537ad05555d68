// Tokens that say something for a while: JSON Web Token (RFC 7519), held to the best practices of RFC 8725.
#pragma once

#include <candela/core/clock.hpp>
#include <candela/jose/claims.hpp>
#include <candela/jose/jws.hpp>
#include <string>
#include <vector>

namespace candela::jose {

/// What a caller accepts; made once, read by any thread. One such set of rules stands for one kind of token from
/// issuers whose keys are the key set's: another kind (an ID token, an access token, a proof) has rules of its own,
/// told apart by `typ` (RFC 8725, section 3.12).
struct token_rules {
  /// Algorithms, `typ` and sizes. Here a token has 16 kB at most, and never an unencoded payload.
  signature_rules signature = {.max_bytes = 16 * 1024};
  /// One of them must be `iss`, byte by byte. Empty: any, or none; the key alone says who made the token then.
  std::vector<std::string> issuers = {};
  /// `sub`. Empty: any, or none.
  std::string subject = {};
  /// One of them must be in `aud`. Empty: the token must have no `aud` (RFC 7519, section 4.1.3).
  std::vector<std::string> audiences = {};
  bool any_audience = false;     ///< `aud` is not looked at
  bool single_audience = false;  ///< `aud` must be that one and no other besides (as for RFC 7523)
  /// Names of claims that must be there, with anything but null.
  std::vector<std::string> required = {};
  bool require_expiry = true;  ///< a token without `exp` is refused
  /// How far the clocks of issuer and recipient may be apart, for all dates. More than 30 seconds count as 30.
  std::chrono::seconds leeway{30};
  /// The greatest time since `iat`, which must be there then.
  std::optional<std::chrono::seconds> max_age = {};
  /// The greatest time from `iat`, which must be there then, to `exp`.
  std::optional<std::chrono::seconds> max_lifetime = {};
  /// How many signed tokens may stand around this one, each with `cty` of `JWT` (RFC 7519, section 5.2). All of them
  /// are checked with the same keys; `typ` is asked of the innermost. At most 4.
  unsigned max_nesting = 0;
};

/// Rules for the access tokens of RFC 9068: `typ` is `at+jwt`, and `iss`, `exp`, `aud`, `sub`, `client_id`, `iat` and
/// `jti` are there.
[[nodiscard]] token_rules access_token_rules(std::string issuer, std::string audience, signature_algorithms algorithms);

/// A token whose signature and claims were checked. Views into the arena, or into the token.
struct verified_token {
  header protected_header;  ///< of the innermost
  claims said;
  const key* by = nullptr;  ///< who signed the innermost; one of the key set's
  unsigned nesting = 0;     ///< how many others stood around it
};

/// Checks a token at that time of day: the signature first (see `verify`), then what it says, in the order `iss`,
/// `aud`, `sub`, required claims, dates. Never throws but `std::bad_alloc`.
[[nodiscard]] std::expected<verified_token, error> verify_token(std::string_view token, const key_set& keys,
                                                                const token_rules& rules, clock::wall_time now,
                                                                arena& memory);

/// Checks a token that was found inside an encrypted one. `outer` is the header of that; its `cty` must say `JWT`, or
/// the content is no token: refused as `type_mismatch`.
[[nodiscard]] std::expected<verified_token, error> verify_nested_token(const header& outer, std::string_view content,
                                                                       const key_set& keys, const token_rules& rules,
                                                                       clock::wall_time now, arena& memory);

/// Whether claims are what the rules ask for at that time: the part of `verify_token` behind the signature. For claims
/// that came another way, and for each use of a token that was verified before.
[[nodiscard]] std::expected<void, error> check_claims(const claims& said, const token_rules& rules,
                                                      clock::wall_time now) noexcept;

/// Who made a token, by its own word: nothing is checked. Good for choosing keys and rules, which must name the same
/// issuer, and for nothing else. At most `max_bytes` are looked at.
[[nodiscard]] std::expected<std::string_view, error> claimed_issuer(std::string_view token, arena& memory,
                                                                    std::size_t max_bytes = 16 * 1024);

/// Signs claims as a token. An unencoded payload is refused (RFC 7797, section 7).
[[nodiscard]] std::expected<std::string, error> sign_token(const claims& said, const key& with,
                                                           signature_algorithm algorithm,
                                                           const signature_header& header = {.type = "JWT"});

}  // namespace candela::jose
