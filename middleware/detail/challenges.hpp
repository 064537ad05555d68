// What is answered to who does not show enough (RFC 9110, section 11.6.1; RFC 6750, section 3). Private.
#pragma once

#include <candela/config/reader.hpp>
#include <candela/jose/error.hpp>
#include <candela/server/exchange.hpp>
#include <candela/server/principal.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace candela::middleware::detail {

/// How a stage calls what it asks for.
struct challenge_words {
  std::string_view scheme;      ///< in WWW-Authenticate
  std::string_view what;        ///< "An access token"
  std::string_view invalid;     ///< code of the problem when it is not accepted
  std::string_view parameters;  ///< of the challenge, behind the realm
};

inline constexpr challenge_words bearer_words{"Bearer", "An access token", "invalid_token", ""};
inline constexpr challenge_words key_words{"ApiKey", "An API key", "invalid_key", ""};
inline constexpr challenge_words password_words{"Basic", "A name with its password", "invalid_credentials",
                                                ", charset=\"UTF-8\""};

/// Fills responses. None tells which check failed; that is for the log. Its texts live as long as the stage.
class challenges {
 public:
  /// Reads the option `realm`, which names what is protected.
  challenges(const challenge_words& words, config::reader& options);

  /// 401 `unauthorized`: nothing was shown, and nothing more is said.
  step missing(exchange& x) const;
  /// 401: it is not accepted.
  step invalid(exchange& x) const;
  /// 400 `invalid_request`: it comes in two places, or in one where it may not.
  step ambiguous(exchange& x) const;
  /// 403 `insufficient_scope`, with the scopes that are needed.
  step insufficient(exchange& x, const std::vector<std::string>& needed) const;
  /// 503: what is needed for a decision is not there.
  step unavailable(exchange& x) const;

 private:
  challenge_words words_;
  std::string missing_;
  std::string invalid_;
  std::string ambiguous_;
};

/// Writes down why somebody was turned away, with the route and the name of the exchange; nothing that was sent.
void log_refusal(const exchange& x, std::string_view what, std::string_view why, std::string_view detail) noexcept;
void log_refusal(const exchange& x, std::string_view what, const jose::error& why) noexcept;
/// Writes down, as a warning, that somebody had to be turned away because what decides about tokens is not there.
void log_outage(const exchange& x, std::string_view why, std::string_view detail) noexcept;

/// Whether a principal has all of these scopes.
[[nodiscard]] bool has_all(const principal& who, const std::vector<std::string>& needed) noexcept;

/// The scopes that a request needs: the stage's and its route's.
class scope_rules {
 public:
  /// Reads the option `scopes`.
  explicit scope_rules(config::reader& options) : always_(options.strings("scopes")) {}

  /// Whether a request needs none.
  [[nodiscard]] bool none_for(const exchange& x) const noexcept {
    return always_.empty() && x.route().options.scopes.empty();
  }
  [[nodiscard]] bool satisfied(const exchange& x, const principal& who) const noexcept {
    return none_for(x) || (has_all(who, always_) && has_all(who, x.route().options.scopes));
  }
  [[nodiscard]] std::vector<std::string> needed(const exchange& x) const;

 private:
  std::vector<std::string> always_;
};

}  // namespace candela::middleware::detail
