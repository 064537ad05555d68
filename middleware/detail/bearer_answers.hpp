// What who brings a bearer token is told when it is not enough (RFC 6750, section 3). Private.
#pragma once

#include <candela/server/exchange.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace candela::middleware::detail {

/// Fills the response. None tells which check failed; that is for the log. Its texts live as long as the stage.
class bearer_answers {
 public:
  /// `realm` names what is protected.
  explicit bearer_answers(std::string_view realm);

  /// 401 `unauthorized`: there is no token, and nothing more is said (section 3.1).
  step missing(exchange& x) const;
  /// 401 `invalid_token`.
  step invalid(exchange& x) const;
  /// 400 `invalid_request`: the token comes in two places, or in one where it may not.
  step ambiguous(exchange& x) const;
  /// 403 `insufficient_scope`, with the scopes that are needed.
  step insufficient(exchange& x, const std::vector<std::string>& needed) const;
  /// 503: what is needed for a decision is not there.
  step unavailable(exchange& x) const;

 private:
  std::string missing_;
  std::string invalid_;
  std::string ambiguous_;
};

}  // namespace candela::middleware::detail
