// Lets in who brings a signed token that is spent by this request.
#pragma once

#include <candela/core/task.hpp>
#include <candela/server/exchange.hpp>
#include <candela/server/stage_setup.hpp>
#include <cstdint>
#include <memory>
#include <string_view>

namespace candela::middleware {

namespace detail {
struct known_token;
struct token_refusal;
}  // namespace detail

/// The stage `single_use`: for tokens that allow one request and no other, as a link to a download or the order of one
/// service to another. Such a token has `jti`, `iat` and `exp`, one `aud`, and says for which request it is: `htm` the
/// method, `htu` the target with its query, as the client has it.
///
///     - single_use:
///         issuer: https://orders.example.org    # iss, byte by byte
///         audience: https://files.example.org   # exactly that one, in aud alone
///         base: https://files.example.org       # what htu begins with; the rest is the request's path and query
///         keys: orders.jwks                     # and how they are kept fresh, as for jwt_verify
///         algorithms: [ES256, RS256]            # the default
///         type: JWT                             # the default
///         claims: [sub]                         # that must be there besides; default: none
///         max_lifetime: 60s                     # from iat to exp; at most 10m
///         leeway: 5s                            # between the clocks; at most 30s
///         scopes: [files]                       # that every request needs; a route adds its own
///         from: {header: X-Ticket}              # default: Authorization, with the scheme Bearer
///         realm: api                            # in WWW-Authenticate
///
/// Of all who bring one token, on whichever worker or, with Redis as the service's store, instance, exactly one is let
/// in, until the token has expired. It is spent when all else is right with it, so that what is not signed fills no
/// store, and it is never remembered as found good. Without an answer from the store nobody is let in: 503. Host and
/// forwarded fields decide nothing. Answers otherwise as `jwt_verify`; a token that was used is `invalid_token` as any
/// other that is refused, and `replayed` in the log.
///
///     single_use_requests_total{chain, result}     accepted, missing, refused, used, forbidden or unavailable
class single_use {
 public:
  explicit single_use(stage_setup& setup);
  single_use(single_use&&) noexcept;
  ~single_use();

  static constexpr bool checks_scopes = true;
  task<step> on_request(exchange& x);

 private:
  enum class result : std::uint8_t { accepted, missing, refused, used, forbidden, unavailable };
  struct parts;

  task<step> spend(exchange& x, detail::known_token& token);
  step refuse(exchange& x, result what, const detail::token_refusal& refused);
  void count(result what) noexcept;

  std::unique_ptr<parts> parts_;
};

}  // namespace candela::middleware
