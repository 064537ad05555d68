// What each byte may be part of, as tables of 256 bytes (RFC 9110, section 5.6.2; RFC 3986, section 2). Private.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace candela::http::detail {

/// The places a byte may stand in; a set of them per byte.
enum character_class : std::uint8_t {
  token_character = 1,       ///< tchar of methods and field names
  value_character = 2,       ///< HTAB, SP, VCHAR and obs-text of field values
  target_character = 4,      ///< of a request target
  unreserved_character = 8,  ///< RFC 3986, section 2.3
  host_character = 16,       ///< of a registered name, '%' left out
  digit_character = 32,
  hex_character = 64,
};

consteval std::array<std::uint8_t, 256> make_characters() {
  std::array<std::uint8_t, 256> table{};
  const auto mark = [&table](std::string_view text, int classes) {
    for (const char c : text) table[static_cast<unsigned char>(c)] |= static_cast<std::uint8_t>(classes);
  };
  constexpr int word = token_character | unreserved_character | host_character;
  for (int c = 'a'; c <= 'z'; ++c) table[c] |= word;
  for (int c = 'A'; c <= 'Z'; ++c) table[c] |= word;
  mark("0123456789", word | digit_character | hex_character);
  mark("abcdefABCDEF", hex_character);
  mark("!#$%&'*+-.^_`|~", token_character);
  mark("-._~", unreserved_character | host_character);
  mark("!$&'()*+,;=", host_character);
  // Raw '[' and ']' in a query are sent by every browser; what stands out here is refused by RFC 3986 and by them.
  for (int c = 0x21; c < 0x7f; ++c) table[c] |= target_character;
  for (const char c : std::string_view("\"#<>\\^`{|}"))
    table[static_cast<unsigned char>(c)] &= static_cast<std::uint8_t>(~target_character);
  table['\t'] |= value_character;
  for (int c = 0x20; c < 256; ++c) table[c] |= value_character;
  table[0x7f] &= static_cast<std::uint8_t>(~value_character);
  return table;
}

inline constexpr std::array<std::uint8_t, 256> characters = make_characters();

/// Whether `c` belongs to one of `classes`.
[[nodiscard]] constexpr bool is(char c, std::uint8_t classes) noexcept {
  return (characters[static_cast<unsigned char>(c)] & classes) != 0;
}

[[nodiscard]] constexpr char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

/// Equality of ASCII text in any letter case; `lower` is in lower case already.
[[nodiscard]] constexpr bool equals_lower(std::string_view text, std::string_view lower) noexcept {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i != text.size(); ++i) {
    if (to_lower(text[i]) != lower[i]) return false;
  }
  return true;
}

/// `text` without spaces and tabs at its ends (OWS, RFC 9110, section 5.6.3).
[[nodiscard]] constexpr std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// The value of a hexadecimal digit.
[[nodiscard]] constexpr unsigned hex_value(char c) noexcept {
  return is(c, digit_character) ? static_cast<unsigned>(c - '0') : static_cast<unsigned>((c | 0x20) - 'a' + 10);
}

}  // namespace candela::http::detail
