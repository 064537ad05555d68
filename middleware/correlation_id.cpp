#include "middleware/correlation_id.hpp"

#include <candela/server/extension.hpp>

#include "middleware/detail/hex.hpp"
#include "middleware/detail/token.hpp"

namespace candela::middleware {

correlation_id::correlation_id(stage_setup& setup)
    : header_(setup.options().string("header", "X-Correlation-Id")),
      token_(http::token_of(header_)),
      trust_(setup.options().boolean("trust", true)) {
  if (!detail::is_token(header_)) setup.options().get("header").fail("not the name of a header field");
}

step correlation_id::on_request(exchange& x) {
  if (const std::string_view given = arrived(x); !given.empty()) [[unlikely]] {
    x.set_correlation_id(x.arena().copy(given));
    return step::next;
  }
  char* digits = static_cast<char*>(x.arena().allocate(detail::hex_id_bytes, 1));
  detail::write_hex_id(digits, random_(), random_());
  x.set_correlation_id({digits, detail::hex_id_bytes});
  return step::next;
}

// The caller's identifier; empty when there is none that can be taken.
std::string_view correlation_id::arrived(const exchange& x) const {
  if (!trust_) return {};
  const std::string_view value = token_ == http::header::unknown ? x.header(header_) : x.header(token_);
  return value.size() <= max_bytes && detail::is_token(value) ? value : std::string_view();
}

void correlation_id::on_response(exchange& x) {
  response& answer = x.response();
  if (token_ == http::header::unknown) {
    answer.header(header_, x.correlation_id());
  } else if (!answer.has(token_)) {
    answer.header_unchecked(token_, x.correlation_id());
  }
}

CANDELA_STAGE("correlation_id", correlation_id);

}  // namespace candela::middleware
