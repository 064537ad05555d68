// The rules on single fields and on their combination (RFC 9110, sections 7 and 10.1.1; RFC 9112, sections 3.2, 6
// and 9.3).
#include <arpa/inet.h>

#include <candela/http/detail/characters.hpp>
#include <candela/http/detail/head_errors.hpp>
#include <candela/http/detail/head_rules.hpp>
#include <candela/http/uri.hpp>
#include <cstring>
#include <limits>

namespace candela::http::detail {
namespace {

bool valid_port(std::string_view text) noexcept {
  unsigned port = 0;
  for (const char c : text) {
    if (!is(c, digit_character)) return false;
    port = port * 10 + static_cast<unsigned>(c - '0');
    if (port > 65535) return false;
  }
  return true;
}

bool valid_port_suffix(std::string_view text) noexcept {
  return text.empty() || (text.front() == ':' && valid_port(text.substr(1)));
}

bool valid_ip_literal(std::string_view text) noexcept {
  char terminated[INET6_ADDRSTRLEN] = {};
  in6_addr address;
  if (text.size() >= sizeof terminated) return false;
  std::memcpy(terminated, text.data(), text.size());
  return std::strlen(terminated) == text.size() && inet_pton(AF_INET6, terminated, &address) == 1;
}

bool valid_registered_name(std::string_view text) noexcept {
  for (const char c : text) {
    if (!is(c, host_character) && c != '%') return false;
  }
  return !text.empty() && valid_escapes(text);
}

}  // namespace

std::uint8_t connection_options(std::string_view value) noexcept {
  std::uint8_t options = 0;
  while (!value.empty()) {
    const std::size_t comma = std::min(value.find(','), value.size());
    const std::string_view option = trim(value.substr(0, comma));
    if (equals_lower(option, "close")) options |= option_close;
    if (equals_lower(option, "keep-alive")) options |= option_keep_alive;
    if (equals_lower(option, "upgrade")) options |= option_upgrade;
    value.remove_prefix(std::min(comma + 1, value.size()));
  }
  return options;
}

bool valid_host(std::string_view text) noexcept {
  if (!text.empty() && text.front() == '[') {
    const std::size_t bracket = text.find(']');
    return bracket != std::string_view::npos && valid_ip_literal(text.substr(1, bracket - 1)) &&
           valid_port_suffix(text.substr(bracket + 1));
  }
  const std::size_t colon = std::min(text.find(':'), text.size());
  return valid_registered_name(text.substr(0, colon)) && valid_port_suffix(text.substr(colon));
}

const head_error* read_content_length(std::string_view value, std::uint64_t& length) noexcept {
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  if (value.empty()) return &errors::content_length_malformed;
  length = 0;
  bool overflow = false;
  for (const char c : value) {
    if (!is(c, digit_character)) return &errors::content_length_malformed;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    overflow = overflow || length > (most - digit) / 10;
    length = length * 10 + digit;
  }
  return overflow ? &errors::content_length_overflow : nullptr;
}

const head_error* head_facts::take(const header_field& field, const request_head& head) noexcept {
  switch (field.token) {
    case header::host: return take_host(field.value, head);
    case header::content_length: return take_length(field.value);
    case header::transfer_encoding: return take_transfer_encoding(field.value, head);
    case header::expect: return take_expect(field.value, head);
    case header::connection: connection |= connection_options(field.value); return nullptr;
    case header::upgrade: has_upgrade = true; return nullptr;
    case header::unknown:
      if (equals_lower(field.name, "proxy-connection")) proxy_connection |= connection_options(field.value);
      return nullptr;
    default: return nullptr;
  }
}

const head_error* head_facts::take_host(std::string_view value, const request_head& head) noexcept {
  if (has_host) return &errors::host_repeated;
  has_host = true;
  host = value;
  // An empty Host says that the target's URI has no authority, which only CONNECT's own form can afford.
  if (value.empty() && head.form == target_form::authority) return nullptr;
  return valid_host(value) ? nullptr : &errors::host_invalid;
}

const head_error* head_facts::take_length(std::string_view value) noexcept {
  if (has_length) return &errors::content_length_repeated;
  if (chunked) return &errors::length_with_chunked;
  has_length = true;
  return read_content_length(value, content_length);
}

const head_error* head_facts::take_transfer_encoding(std::string_view value, const request_head& head) noexcept {
  if (chunked) return &errors::transfer_encoding_repeated;
  if (has_length) return &errors::length_with_chunked;
  if (head.minor_version == 0) return &errors::transfer_encoding_version;
  chunked = true;
  return equals_lower(value, "chunked") ? nullptr : &errors::transfer_encoding_unknown;
}

const head_error* head_facts::take_expect(std::string_view value, const request_head& head) noexcept {
  if (head.minor_version == 0) return nullptr;  // RFC 9110, section 10.1.1: a 1.0 expectation is ignored
  expects_continue = true;
  return equals_lower(value, "100-continue") ? nullptr : &errors::expectation_unknown;
}

const head_error* head_facts::conclude(request_head& head) const noexcept {
  const bool modern = head.minor_version == 1;
  if (!has_host && modern) return &errors::host_missing;
  head.framing = chunked ? body_framing::chunked : has_length ? body_framing::length : body_framing::none;
  head.content_length = content_length;
  head.keep_alive = (connection & option_close) == 0 && (modern || (connection & option_keep_alive) != 0);
  head.upgrade = modern && has_upgrade && (connection & option_upgrade) != 0;
  head.expect_continue = expects_continue && (chunked || content_length != 0);
  if (head.authority.empty()) head.authority = host;  // the target's own comes first: RFC 9112, section 3.2.2
  return nullptr;
}

}  // namespace candela::http::detail
