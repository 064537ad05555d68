#include <candela/middleware/correlation_id.hpp>

#include <candela/http/field_text.hpp>
#include <candela/server/extension.hpp>

#include "middleware/detail/hex.hpp"

namespace candela::middleware {

correlation_id::correlation_id(stage_setup& setup)
    : header_(setup.options().string("header", "X-Correlation-Id")),
      token_(http::token_of(header_)),
      trust_(setup.options().boolean("trust", true)) {
  if (!http::is_token(header_)) setup.options().get("header").fail("not the name of a header field");
}

step correlation_id::on_request(exchange& x) {
  if (may_have_arrived(x) && take_arrived(x)) return step::next;
  char* digits = static_cast<char*>(x.arena().allocate(detail::hex_id_bytes, 1));
  detail::write_hex_id(digits, random_(), random_());
  x.set_correlation_id({digits, detail::hex_id_bytes});
  return step::next;
}

bool correlation_id::may_have_arrived(const exchange& x) const noexcept {
  return trust_ && (token_ == http::header::unknown || x.request().headers().has(token_));
}

// False when the caller's identifier cannot be taken.
bool correlation_id::take_arrived(exchange& x) const {
  const std::string_view given = token_ == http::header::unknown ? x.header(header_) : x.header(token_);
  if (given.size() > max_bytes || !http::is_token(given)) return false;
  x.set_correlation_id(x.arena().copy(given));
  return true;
}

void correlation_id::on_response(exchange& x) {
  constexpr http::header usual = http::header::correlation_id;
  response& answer = x.response();
  if (token_ != usual) [[unlikely]]
    return answer_with_other_field(answer, x.correlation_id());
  if (!answer.has(usual)) answer.header_unchecked(usual, x.correlation_id());
}

void correlation_id::answer_with_other_field(response& answer, std::string_view id) const {
  const std::string_view set =
      token_ == http::header::unknown ? answer.headers().get(header_) : answer.headers().get(token_);
  if (set.data() == nullptr) answer.header(header_, id);
}

CANDELA_STAGE("correlation_id", correlation_id);

}  // namespace candela::middleware
