// One UTF-8 sequence at a time, by the table of well-formed ones (Unicode 15.0, table 3-7). Private.
#pragma once

#include <cstddef>

namespace candela::json::detail {

/// Bytes that belong together: a valid sequence, or the longest invalid part that a decoder replaces as one.
struct utf8_sequence {
  std::size_t length;
  bool valid;
};

/// What may follow a lead byte. The second byte's range carries the rules against overlong forms, surrogates and code
/// points above U+10FFFF.
struct utf8_rule {
  std::size_t length;
  unsigned char second_low, second_high;
};

constexpr utf8_rule utf8_rule_of(unsigned char lead) noexcept {
  if (lead < 0x80) return {1, 0, 0};
  if (lead >= 0xC2 && lead <= 0xDF) return {2, 0x80, 0xBF};
  if (lead == 0xE0) return {3, 0xA0, 0xBF};
  if (lead == 0xED) return {3, 0x80, 0x9F};
  if (lead >= 0xE1 && lead <= 0xEF) return {3, 0x80, 0xBF};
  if (lead == 0xF0) return {4, 0x90, 0xBF};
  if (lead >= 0xF1 && lead <= 0xF3) return {4, 0x80, 0xBF};
  if (lead == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

/// The sequence that begins at `from`, which is before `end`.
constexpr utf8_sequence next_sequence(const char* from, const char* end) noexcept {
  const utf8_rule rule = utf8_rule_of(static_cast<unsigned char>(*from));
  std::size_t length = 1;
  while (length < rule.length && from + length != end) {
    const auto byte = static_cast<unsigned char>(from[length]);
    const bool fits = length == 1 ? byte >= rule.second_low && byte <= rule.second_high : (byte & 0xC0) == 0x80;
    if (!fits) break;
    ++length;
  }
  return {length, length == rule.length};
}

}  // namespace candela::json::detail
