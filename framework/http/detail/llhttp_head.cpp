// Runs llhttp over a head that the strict reader accepted and compares element by element.
#include <llhttp.h>

#include <algorithm>
#include <candela/http/detail/characters.hpp>
#include <candela/http/detail/llhttp_head.hpp>

namespace candela::http::detail {
namespace {

struct comparison {
  const request_head& head;
  std::size_t field = 0;  // the next one that llhttp should report
  std::string_view target{};
  std::string_view name{};
  std::string_view value{};
  bool complete = false;
};

comparison& comparison_of(llhttp_t* parser) noexcept { return *static_cast<comparison*>(parser->data); }

// Adjacent spans of one element come as several calls.
void extend(std::string_view& text, const char* at, std::size_t length) noexcept {
  text = text.empty() ? std::string_view(at, length) : std::string_view(text.data(), text.size() + length);
}

// A name without a token is compared as received: it is turned to lower case only after this judgement.
bool same_name(std::string_view received, const header_field& expected) noexcept {
  return expected.token == header::unknown ? received == expected.name : token_of(received) == expected.token;
}

int on_url(llhttp_t* parser, const char* at, std::size_t length) {
  extend(comparison_of(parser).target, at, length);
  return 0;
}

int on_name(llhttp_t* parser, const char* at, std::size_t length) {
  extend(comparison_of(parser).name, at, length);
  return 0;
}

int on_value(llhttp_t* parser, const char* at, std::size_t length) {
  extend(comparison_of(parser).value, at, length);
  return 0;
}

int on_value_complete(llhttp_t* parser) {
  comparison& seen = comparison_of(parser);
  if (seen.field == seen.head.headers.size()) return HPE_USER;
  const header_field& expected = seen.head.headers[seen.field++];
  const bool same = same_name(seen.name, expected) && trim(seen.value) == expected.value;
  seen.name = {};
  seen.value = {};
  return same ? HPE_OK : HPE_USER;
}

int on_headers_complete(llhttp_t* parser) {
  comparison_of(parser).complete = true;
  return HPE_PAUSED;
}

const llhttp_settings_t settings = [] {
  llhttp_settings_t callbacks;
  llhttp_settings_init(&callbacks);
  callbacks.on_url = on_url;
  callbacks.on_header_field = on_name;
  callbacks.on_header_value = on_value;
  callbacks.on_header_value_complete = on_value_complete;
  callbacks.on_headers_complete = on_headers_complete;
  return callbacks;
}();

std::uint8_t options_of(unsigned flags) noexcept {
  return static_cast<std::uint8_t>(((flags & F_CONNECTION_CLOSE) != 0 ? option_close : 0) |
                                   ((flags & F_CONNECTION_KEEP_ALIVE) != 0 ? option_keep_alive : 0) |
                                   ((flags & F_CONNECTION_UPGRADE) != 0 ? option_upgrade : 0));
}

bool same_framing(const llhttp_t& parser, const request_head& head) noexcept {
  return ((parser.flags & F_CHUNKED) != 0) == (head.framing == body_framing::chunked) &&
         ((parser.flags & F_CONTENT_LENGTH) != 0) == (head.framing == body_framing::length) &&
         parser.content_length == head.content_length;
}

bool same_connection(const llhttp_t& parser, const head_facts& facts) noexcept {
  return options_of(parser.flags) == (facts.connection | facts.proxy_connection) &&
         ((parser.flags & F_UPGRADE) != 0) == facts.has_upgrade;
}

llhttp_errno_t feed(llhttp_t& parser, const char* from, const char* to) noexcept {
  return llhttp_execute(&parser, from, static_cast<std::size_t>(to - from));
}

// Whitespace behind a value is left out: llhttp takes none but spaces behind those that it reads itself, where a tab is
// as good (RFC 9110, section 5.5). The strict reader has seen that nothing else stands there.
llhttp_errno_t feed(llhttp_t& parser, const char* from, const char* to, const request_head& head) noexcept {
  for (const header_field& field : head.headers) {
    const char* value_end = field.value.data() + field.value.size();
    if (*value_end != ' ' && *value_end != '\t') continue;
    const llhttp_errno_t result = feed(parser, from, value_end);
    if (result != HPE_OK) return result;
    from = std::find(value_end, to, '\r');
  }
  return feed(parser, from, to);
}

}  // namespace

bool llhttp_agrees(const char* begin, const request_head& head, const head_facts& facts) noexcept {
  comparison seen{head};
  llhttp_t parser;
  llhttp_init(&parser, HTTP_REQUEST, &settings);
  parser.data = &seen;
  // llhttp refuses methods that it has no number for and reads some (PRI, SOURCE, RTSP's) as other protocols; a method
  // is only a name to us, so it gets GET in place of every one without a meaning here.
  const std::string_view method = head.method == method::other ? name_of(method::get) : head.method_name;
  if (llhttp_execute(&parser, method.data(), method.size()) != HPE_OK) return false;
  const char* end = begin + head.bytes;
  if (feed(parser, begin + head.method_name.size(), end, head) != HPE_PAUSED || !seen.complete) return false;
  return llhttp_get_error_pos(&parser) == end &&
         llhttp_method_name(static_cast<llhttp_method_t>(parser.method)) == method && seen.target == head.target &&
         parser.http_major == 1 && parser.http_minor == head.minor_version && seen.field == head.headers.size() &&
         same_framing(parser, head) && same_connection(parser, facts);
}

}  // namespace candela::http::detail
