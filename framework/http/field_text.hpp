// What RFC 9110 calls a token and a field value, for whoever is given names and values from outside.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace candela::http {

namespace detail {

constexpr std::array<bool, 256> make_token_table() noexcept {
  std::array<bool, 256> table{};
  for (unsigned char byte = '0'; byte <= '9'; ++byte) table[byte] = true;
  for (unsigned char byte = 'a'; byte <= 'z'; ++byte) table[byte] = true;
  for (unsigned char byte = 'A'; byte <= 'Z'; ++byte) table[byte] = true;
  for (const char byte : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(byte)] = true;
  return table;
}

inline constexpr std::array<bool, 256> token_table = make_token_table();

}  // namespace detail

/// Whether `text` is a token: the name of a field, a method (RFC 9110, section 5.6.2).
[[nodiscard]] constexpr bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char byte) { return detail::token_table[byte]; });
}

/// Whether `text` can be a field's value: no control characters but the tab (RFC 9110, section 5.5).
[[nodiscard]] constexpr bool is_field_value(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](unsigned char byte) { return (byte >= 0x20 && byte != 0x7F) || byte == '\t'; });
}

}  // namespace candela::http
