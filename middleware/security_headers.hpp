// Tells browsers to trust a response with no more than it needs.
#pragma once

#include <candela/http/response_head.hpp>
#include <candela/server/exchange.hpp>
#include <candela/server/stage_setup.hpp>

namespace candela::middleware {

/// The stage `security_headers`. What it adds by default suits an API, whose answers are no documents:
///
///     X-Content-Type-Options: nosniff
///     X-Frame-Options: DENY
///     Referrer-Policy: no-referrer
///     Content-Security-Policy: default-src 'none'; frame-ancestors 'none'
///     Cross-Origin-Opener-Policy: same-origin
///     Cross-Origin-Resource-Policy: same-origin
///     Strict-Transport-Security: max-age=31536000          (over TLS only; RFC 6797, section 7.2)
///
/// Each can be changed or, with an empty value, left out; others can be added:
///
///     - security_headers:
///         fields:
///           Content-Security-Policy: "default-src 'self'"
///           X-Frame-Options: ""
///           Permissions-Policy: "geolocation=()"
///
/// A field that a handler has set stays as the handler set it.
class security_headers {
 public:
  explicit security_headers(stage_setup& setup);

  void on_response(exchange& x);

 private:
  [[gnu::cold, gnu::noinline]] static void add_missing(response& answer, const http::header_block& wanted);

  http::header_block plain_;
  http::header_block secure_;
  std::uint64_t tokens_;  // of both
  bool all_have_tokens_;
};

}  // namespace candela::middleware
