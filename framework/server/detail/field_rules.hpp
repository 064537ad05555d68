// Private to the room: what may stand in a header field that a stage or handler sets (RFC 9110, sections 5.1 and 5.5).
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace candela::detail {

[[nodiscard]] inline bool is_token_byte(char byte) noexcept {
  const auto code = static_cast<unsigned char>(byte);
  return code > 0x20 && code < 0x7F && std::string_view("\"(),/:;<=>?@[\\]{}").find(byte) == std::string_view::npos;
}

[[nodiscard]] inline bool is_value_byte(char byte) noexcept {
  const auto code = static_cast<unsigned char>(byte);
  return (code >= 0x20 && code != 0x7F) || code == '\t';
}

/// Throws `std::invalid_argument` unless `name` is a token.
inline void check_field_name(std::string_view name) {
  if (name.empty() || !std::ranges::all_of(name, is_token_byte))
    throw std::invalid_argument("not a header field's name");
}

/// Throws `std::invalid_argument` for control characters, line ends among them: they would begin another field.
inline void check_field_value(std::string_view value) {
  if (std::ranges::all_of(value, is_value_byte)) return;
  throw std::invalid_argument("a header field's value has control characters");
}

}  // namespace candela::detail
