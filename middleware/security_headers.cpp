#include <candela/middleware/security_headers.hpp>

#include <algorithm>
#include <candela/core/text.hpp>
#include <candela/http/field_text.hpp>
#include <candela/server/extension.hpp>
#include <string>
#include <utility>
#include <vector>

namespace candela::middleware {

namespace {

using field_list = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view transport_field = "Strict-Transport-Security";

field_list default_fields() {
  return {{"X-Content-Type-Options", "nosniff"},
          {"X-Frame-Options", "DENY"},
          {"Referrer-Policy", "no-referrer"},
          {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
          {"Cross-Origin-Opener-Policy", "same-origin"},
          {"Cross-Origin-Resource-Policy", "same-origin"},
          {std::string(transport_field), "max-age=31536000"}};
}

// Fields that say how a message is framed and sent, or that differ from one response to the next.
bool is_for_codec(http::header name) noexcept {
  using enum http::header;
  constexpr http::header refused[] = {connection, content_length,    content_type, date,   keep_alive,
                                      server,     transfer_encoding, trailer,      upgrade};
  return std::ranges::find(refused, name) != std::end(refused);
}

void check(const config::node::member& wanted, std::string_view value) {
  if (!http::is_token(wanted.key)) wanted.value.fail("'" + wanted.key + "' is not the name of a header field");
  if (is_for_codec(http::token_of(wanted.key))) wanted.value.fail("this field is not a setting of every response");
  if (!http::is_field_value(value)) wanted.value.fail("a field's value has no control characters");
}

field_list chosen_fields(config::reader& options) {
  field_list fields = default_fields();
  for (const config::node::member& wanted : options.members("fields")) {
    std::string value = wanted.value.is_null() ? std::string() : wanted.value.as_string();
    check(wanted, value);
    std::erase_if(fields, [&](const auto& field) { return equal_ignoring_case(field.first, wanted.key); });
    if (!value.empty()) fields.emplace_back(wanted.key, std::move(value));
  }
  return fields;
}

field_list without_transport(field_list fields) {
  std::erase_if(fields, [](const auto& field) { return equal_ignoring_case(field.first, transport_field); });
  return fields;
}

}  // namespace

security_headers::security_headers(stage_setup& setup)
    : plain_({}), secure_(chosen_fields(setup.options())), tokens_(0), all_have_tokens_(true) {
  plain_ = http::header_block(without_transport(secure_.fields()));
  tokens_ = secure_.present();
  all_have_tokens_ = std::ranges::all_of(
      secure_.fields(), [](const auto& field) { return http::token_of(field.first) != http::header::unknown; });
}

void security_headers::on_response(exchange& x) {
  response& answer = x.response();
  const http::header_block& wanted = x.secure() ? secure_ : plain_;
  if ((answer.present() & tokens_) == 0 && all_have_tokens_) [[likely]] {
    answer.block(wanted);
  } else {
    add_missing(answer, wanted);
  }
}

void security_headers::add_missing(response& answer, const http::header_block& wanted) {
  for (const auto& [name, value] : wanted.fields()) {
    const http::header token = http::token_of(name);
    const bool there =
        token == http::header::unknown ? answer.headers().get(name).data() != nullptr : answer.has(token);
    if (!there) answer.header(name, value);
  }
}

CANDELA_STAGE("security_headers", security_headers);

}  // namespace candela::middleware
