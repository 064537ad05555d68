// Private to the room: what may stand in a header field that a stage or handler sets (RFC 9110, sections 5.1 and 5.5).
#pragma once

#include <candela/http/field_text.hpp>
#include <stdexcept>
#include <string_view>

namespace candela::detail {

/// Throws `std::invalid_argument` unless `name` is a token.
inline void check_field_name(std::string_view name) {
  if (!http::is_token(name)) throw std::invalid_argument("not a header field's name");
}

/// Throws `std::invalid_argument` for control characters, line ends among them: they would begin another field.
inline void check_field_value(std::string_view value) {
  if (!http::is_field_value(value)) throw std::invalid_argument("a header field's value has control characters");
}

}  // namespace candela::detail
