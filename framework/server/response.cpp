#include <candela/server/detail/field_rules.hpp>
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

}  // namespace

std::string_view response::checked(http::header name, std::string_view value) const {
  if (belongs_to_codec(name)) {
    throw std::invalid_argument(std::string(lower_name(name)) + " is written by the framework");
  }
  detail::check_field_value(value);
  return headers_.memory().copy(value);
}

response& response::header(http::header name, std::string_view value) {
  headers_.set(name, checked(name, value));
  return *this;
}

response& response::header(std::string_view name, std::string_view value) {
  detail::check_field_name(name);
  headers_.set(name, checked(http::token_of(name), value));
  return *this;
}

response& response::add_header(http::header name, std::string_view value) {
  headers_.add(name, checked(name, value));
  return *this;
}

response& response::add_header(std::string_view name, std::string_view value) {
  detail::check_field_name(name);
  headers_.add(name, checked(http::token_of(name), value));
  return *this;
}

}  // namespace candela
