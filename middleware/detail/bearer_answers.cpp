#include "middleware/detail/bearer_answers.hpp"

#include <candela/server/problem.hpp>

namespace candela::middleware::detail {

namespace {

constexpr unsigned retry_seconds = 5;

step answer(exchange& x, const problem& what, std::string_view challenge) {
  x.fail(what);
  x.response().header_unchecked(http::header::www_authenticate, challenge);
  // What was refused today may be right tomorrow.
  x.response().header_unchecked(http::header::cache_control, "no-store");
  return step::done;
}

}  // namespace

bearer_answers::bearer_answers(std::string_view realm)
    : missing_("Bearer realm=\"" + std::string(realm) + "\""),
      invalid_(missing_ + ", error=\"invalid_token\""),
      ambiguous_(missing_ + ", error=\"invalid_request\"") {}

step bearer_answers::missing(exchange& x) const {
  return answer(x, problem::unauthorized("An access token is needed."), missing_);
}

step bearer_answers::invalid(exchange& x) const {
  return answer(x, problem(401, "invalid_token", "The access token is not accepted."), invalid_);
}

step bearer_answers::ambiguous(exchange& x) const {
  return answer(x, problem(400, "invalid_request", "The access token belongs in one place."), ambiguous_);
}

step bearer_answers::insufficient(exchange& x, const std::vector<std::string>& needed) const {
  std::string text = missing_ + ", error=\"insufficient_scope\", scope=\"";
  for (const std::string& each : needed) text.append(&each == needed.data() ? "" : " ").append(each);
  text += '"';
  return answer(x, problem(403, "insufficient_scope", "The access token does not allow this."), x.arena().copy(text));
}

step bearer_answers::unavailable(exchange& x) const {
  x.fail(problem::unavailable("Access cannot be decided at the moment.").retry_after(retry_seconds));
  return step::done;
}

}  // namespace candela::middleware::detail
