// Gives every exchange a name that logs, problem documents and other services share.
#pragma once

#include <candela/core/random.hpp>
#include <candela/http/header_name.hpp>
#include <candela/server/exchange.hpp>
#include <candela/server/stage_setup.hpp>
#include <string>
#include <string_view>

namespace candela::middleware {

/// The stage `correlation_id`. It stands first in the entry chain, so that whatever is logged or refused behind it has
/// the name.
///
///     - correlation_id:
///         header: X-Correlation-Id   # the field that carries it, in requests and in responses
///         trust: true                # take a caller's identifier; false: always make a new one
///
/// A caller's identifier is taken when it is a token (RFC 9110, section 5.6.2) of at most 64 bytes, which a log line or
/// another service's field can hold as it is; any other is replaced. A new one is 128 random bits as 32 hexadecimal
/// digits. It identifies and keeps no secret: the bits come from the fast generator.
///
/// Another field than the usual one leaves in lower case, whatever the letter case here: names do not depend on it (RFC
/// 9110, section 5.1).
class correlation_id {
 public:
  explicit correlation_id(stage_setup& setup);

  step on_request(exchange& x);
  // On the way back rather than at once: a problem document starts from an empty response.
  void on_response(exchange& x);

  static constexpr std::size_t max_bytes = 64;

 private:
  [[nodiscard]] bool may_have_arrived(const exchange& x) const noexcept;
  // Apart from the usual way, which is every request's: that one calls nothing.
  [[gnu::noinline]] bool take_arrived(exchange& x) const;
  [[gnu::noinline]] void answer_with_other_field(response& answer, std::string_view id) const;

  std::string header_;
  http::header token_;
  bool trust_;
  fast_random random_;
};

}  // namespace candela::middleware
