// Lets in who brings a token that only its issuer can read (RFC 7662).
#pragma once

#include <candela/core/error.hpp>
#include <candela/core/task.hpp>
#include <candela/http/request_head.hpp>
#include <candela/server/exchange.hpp>
#include <candela/server/stage_setup.hpp>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace candela::middleware {

namespace detail {
class known_token_ptr;
struct known_token;
struct token_refusal;
}  // namespace detail

/// The stage `introspect`: asks the issuer what a token is worth, and puts the answer on the exchange as its
/// `principal`. Signed tokens need nobody to be asked: `jwt_verify`.
///
///     - introspect:
///         url: https://id.example.org/introspect
///         client_id: orders                  # how this service shows the issuer who it is (RFC 6749, section 2.3.1)
///         client_secret: ${INTROSPECTION_SECRET}
///         issuer: https://id.example.org     # iss, where the answer has one; the principal's issuer
///         audience: [https://orders.example.org]   # one of them must be in aud; default: aud is not looked at
///         timeout: 2s                        # of a question
///         authorities: /etc/ca.pem           # for https; default: the system's
///         plain_http: false                  # over http to elsewhere than this machine
///         scopes: [orders]                   # that every request needs; a route adds its own
///         from: Authorization                # or {header: NAME} or {cookie: NAME}
///         optional: false                    # whether requests without a token go on, where no scope is needed
///         realm: api                         # in WWW-Authenticate
///         cache:
///           tokens: 1024                     # active ones, to be remembered on each worker; 0: none
///           ttl: 30s                         # at most, and never beyond exp: so long a revoked one may still work
///
/// Up to four connections to the issuer stay open on each worker between questions, half a minute without one and five
/// minutes in all.
///
/// Answers as `jwt_verify`: 401 for a token that is not active, 503 when the issuer does not say so in time. At most 64
/// questions are under way at once for each worker; who comes beyond that gets 503, too. An issuer that does not answer
/// is a warning in the log, with the code `issuer_unavailable` and what went wrong.
///
///     introspect_requests_total{chain, result}     cached, checked, missing, refused, forbidden or unavailable
class introspect {
 public:
  explicit introspect(stage_setup& setup);
  introspect(introspect&&) noexcept;
  ~introspect();

  static constexpr bool checks_scopes = true;
  [[nodiscard]] bool may_suspend_for(const http::request_head& head);
  step on_request(exchange& x);

 private:
  enum class result : std::uint8_t { cached, checked, missing, refused, forbidden, unavailable };
  using answer = std::expected<detail::known_token_ptr, detail::token_refusal>;
  struct parts;

  task<void> ask(exchange& x, std::string_view token, resume_token right);
  [[nodiscard]] answer read(std::string_view token, std::string_view document) const;
  step accept(exchange& x, detail::known_token& token, result how);
  step refuse(exchange& x, const detail::token_refusal& refused);
  step go_without(exchange& x, const error& why);
  void count(result what) noexcept;

  std::unique_ptr<parts> parts_;
};

}  // namespace candela::middleware
