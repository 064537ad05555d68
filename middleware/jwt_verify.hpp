// Lets in who brings a signed token of an issuer that is trusted (RFC 6750, RFC 7519, RFC 9068).
#pragma once

#include <candela/core/task.hpp>
#include <candela/http/request_head.hpp>
#include <candela/jose/error.hpp>
#include <candela/server/exchange.hpp>
#include <candela/server/stage_setup.hpp>
#include <cstdint>
#include <expected>
#include <memory>
#include <string_view>

namespace candela::middleware {

namespace detail {
class token_issuer;
class known_token_ptr;
struct known_token;
struct token_refusal;
}  // namespace detail

/// The stage `jwt_verify`. What it found good stands on the exchange as its `principal`. Behind limits by address,
/// which cost less than a signature; before whatever acts on who asks.
///
///     - jwt_verify:
///         issuers:
///           - issuer: https://id.example.org     # iss, byte by byte
///             audience: [https://orders.example.org]       # one of them must be in aud
///             keys: https://id.example.org/jwks  # JWK set; or a file: JWK, JWK set, PEM (replaced by renaming)
///             algorithms: [ES256, RS256]         # the default; HS256 and its like with a secret in a file
///             type: at+jwt                       # the default (RFC 9068); JWT; any: at+jwt, JWT or none
///             claims: [sub, client_id, iat, jti] # that must be there; the default for at+jwt, otherwise none
///             leeway: 30s                        # between the clocks; at most 30s, the default
///             max_age: 1h                        # since iat; default: no limit
///             max_lifetime: 1h                   # from iat to exp; default: no limit
///             refresh: 10m                       # of the keys; 2s for a file
///             cooldown: 30s                      # between two looks for unknown kids; 1s for a file
///             stale_limit: 24h                   # how long keys of a URL are used that cannot be confirmed
///             authorities: /etc/ca.pem           # for https; default: the system's
///             plain_http: false                  # keys over http from elsewhere than this machine
///         scopes: [orders]           # that every request needs; a route adds its own: get: /x, scopes: [orders:read]
///         from: Authorization        # or {header: NAME} or {cookie: NAME}
///         optional: false            # whether requests without a token go on, without a principal, where no scope is
///                                    # needed
///         realm: api                 # in WWW-Authenticate
///         cache:
///           tokens: 1024             # found good, to be remembered on each worker, some 5 KiB each; 0: none
///           ttl: 60s                 # at most, and never beyond exp; a token is forgotten when the keys change
///
/// Answers: 401 `unauthorized` without a token, 401 `invalid_token`, 403 `insufficient_scope`, 400 `invalid_request`
/// for a token that comes twice or in the query, 503 `unavailable` without keys. Which check failed is in the log only.
/// A token that is bound to a certificate (RFC 8705) needs that one on its connection, also when the token is known.
/// One that is bound to anything else, a member of `cnf` that is not understood included, is refused: a bearer shows
/// nothing.
///
/// A file of keys that is replaced counts within two seconds; one that cannot be read, or none of whose keys fits the
/// algorithms, leaves the keys as they were and is logged. What a URL publishes counts as it is.
///
/// Requests stay on the straight way when their token is known or cheap to check. Of the others one in a turn of the
/// loop is checked there, the rest on the lane for such work. One that names an unknown key waits for the look at the
/// source that it causes, unless the last one was in vain less than a cooldown ago.
///
///     jwt_verify_requests_total{chain, result}     cached, checked, missing, refused, forbidden or unavailable
class jwt_verify {
 public:
  explicit jwt_verify(stage_setup& setup);
  jwt_verify(jwt_verify&&) noexcept;
  ~jwt_verify();

  static constexpr bool checks_scopes = true;
  [[nodiscard]] bool may_suspend_for(const http::request_head& head);
  step on_request(exchange& x);

 private:
  enum class result : std::uint8_t { cached, checked, missing, refused, forbidden, unavailable };
  using checked = std::expected<detail::known_token_ptr, detail::token_refusal>;
  struct parts;
  struct seen;

  [[nodiscard]] bool still_stands(const detail::known_token& token) const noexcept;
  [[nodiscard]] detail::known_token* find_known(std::string_view token);
  [[nodiscard]] seen look_at(const exchange& x);
  [[nodiscard]] std::expected<detail::token_issuer*, jose::error> issuer_of(exchange& x, std::string_view token) const;
  task<void> check(exchange& x, std::string_view token, detail::token_issuer& issuer, resume_token right);
  step conclude(exchange& x, const checked& made);
  step accept(exchange& x, detail::known_token& token, result how);
  step refuse(exchange& x, const detail::token_refusal& refused);
  void count(result what) noexcept;

  std::unique_ptr<parts> parts_;
};

}  // namespace candela::middleware
