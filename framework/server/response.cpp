#include <algorithm>
#include <candela/server/response.hpp>
#include <string>

namespace candela {

namespace {

bool belongs_to_codec(http::header name) noexcept {
  switch (name) {
    case http::header::connection:
    case http::header::content_length:
    case http::header::date:
    case http::header::keep_alive:
    case http::header::server:
    case http::header::trailer:
    case http::header::transfer_encoding: return true;
    default: return false;
  }
}

bool valid_value_byte(char byte) noexcept {
  const auto code = static_cast<unsigned char>(byte);
  return (code >= 0x20 && code != 0x7F) || code == '\t';
}

bool token_byte(char byte) noexcept {
  const auto code = static_cast<unsigned char>(byte);
  return code > 0x20 && code < 0x7F && std::string_view("\"(),/:;<=>?@[\\]{}").find(byte) == std::string_view::npos;
}

void check_name(std::string_view name) {
  if (name.empty() || !std::ranges::all_of(name, token_byte)) throw std::invalid_argument("not a header field's name");
}

}  // namespace

std::string_view response::checked(http::header name, std::string_view value) const {
  if (belongs_to_codec(name)) {
    throw std::invalid_argument(std::string(lower_name(name)) + " is written by the framework");
  }
  if (!std::ranges::all_of(value, valid_value_byte))
    throw std::invalid_argument("a header field's value has control characters");
  return headers_.memory().copy(value);
}

response& response::header(http::header name, std::string_view value) {
  headers_.set(name, checked(name, value));
  return *this;
}

response& response::header(std::string_view name, std::string_view value) {
  check_name(name);
  headers_.set(name, checked(http::token_of(name), value));
  return *this;
}

response& response::add_header(http::header name, std::string_view value) {
  headers_.add(name, checked(name, value));
  return *this;
}

response& response::add_header(std::string_view name, std::string_view value) {
  check_name(name);
  headers_.add(name, checked(http::token_of(name), value));
  return *this;
}

}  // namespace candela
