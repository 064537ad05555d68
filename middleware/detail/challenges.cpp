#include "middleware/detail/challenges.hpp"

#include <algorithm>
#include <candela/core/log.hpp>
#include <candela/http/field_text.hpp>
#include <candela/server/problem.hpp>

namespace candela::middleware::detail {

namespace {

constexpr unsigned retry_seconds = 5;

std::string realm_of(config::reader& options) {
  std::string realm = options.string("realm", "api");
  if (!http::is_field_value(realm) || realm.find_first_of("\"\\") != std::string::npos)
    options.get("realm").unexpected("text without quotes and backslashes");
  return realm;
}

step answer(exchange& x, const problem& what, std::string_view challenge) {
  x.fail(what);
  x.response().header_unchecked(http::header::www_authenticate, challenge);
  // What was refused today may be right tomorrow.
  x.response().header_unchecked(http::header::cache_control, "no-store");
  return step::done;
}

std::string sentence_of(std::string_view what, std::string_view rest) { return std::string(what).append(rest); }

}  // namespace

challenges::challenges(const challenge_words& words, config::reader& options)
    : words_(words),
      missing_(std::string(words.scheme) + " realm=\"" + realm_of(options) + "\"" + std::string(words.parameters)),
      invalid_(missing_),
      ambiguous_(missing_) {
  // RFC 6750, section 3.1; other schemes have no such words.
  if (words.scheme != bearer_words.scheme) return;
  invalid_ += ", error=\"invalid_token\"";
  ambiguous_ += ", error=\"invalid_request\"";
}

step challenges::missing(exchange& x) const {
  return answer(x, problem::unauthorized(sentence_of(words_.what, " is needed.")), missing_);
}

step challenges::invalid(exchange& x) const {
  return answer(x, problem(401, words_.invalid, "What was shown is not accepted."), invalid_);
}

step challenges::ambiguous(exchange& x) const {
  return answer(x, problem(400, "invalid_request", sentence_of(words_.what, " belongs in one place.")), ambiguous_);
}

step challenges::insufficient(exchange& x, const std::vector<std::string>& needed) const {
  std::string text = missing_ + ", error=\"insufficient_scope\", scope=\"";
  for (const std::string& each : needed) text.append(&each == needed.data() ? "" : " ").append(each);
  text += '"';
  const problem what(403, "insufficient_scope", "What was shown does not allow this.");
  return answer(x, what, x.arena().copy(text));
}

step challenges::unavailable(exchange& x) const {
  x.fail(problem::unavailable("Access cannot be decided at the moment.").retry_after(retry_seconds));
  return step::done;
}

void log_refusal(const exchange& x, std::string_view what, std::string_view why, std::string_view detail) noexcept {
  log::info(what, log::field("why", why), log::field("detail", detail), log::field("route", x.route().pattern),
            log::field("correlation_id", x.correlation_id()));
}

void log_refusal(const exchange& x, std::string_view what, const jose::error& why) noexcept {
  log_refusal(x, what, jose::name_of(why.code), why.detail);
}

void log_outage(const exchange& x, std::string_view why, std::string_view detail) noexcept {
  log::warn("tokens cannot be checked", log::field("why", why), log::field("detail", detail),
            log::field("route", x.route().pattern), log::field("correlation_id", x.correlation_id()));
}

bool has_all(const principal& who, const std::vector<std::string>& needed) noexcept {
  return std::ranges::all_of(needed, [&who](const std::string& each) { return who.has_scope(each); });
}

std::vector<std::string> scope_rules::needed(const exchange& x) const {
  std::vector<std::string> all = always_;
  const std::vector<std::string>& asked = x.route().options.scopes;
  all.insert(all.end(), asked.begin(), asked.end());
  return all;
}

}  // namespace candela::middleware::detail
