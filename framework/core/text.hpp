// Small text work that the request path does often: numbers to digits, ASCII comparison, trimming.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace candela {

/// The most digits that `write_decimal` writes for an unsigned number, and the most characters for a signed one.
inline constexpr std::size_t max_decimal_digits = 20;

namespace detail {
inline constexpr char digit_pairs[] =
    "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
    "5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";
}

/// How many digits `value` has in decimal; 1 for zero.
[[nodiscard]] constexpr std::size_t count_decimal_digits(std::uint64_t value) noexcept {
  std::size_t digits = 1;
  for (; value >= 10; value /= 10) ++digits;
  return digits;
}

/// Copies `text`, which has at most 32 bytes, to `out` and returns the end: a few moves that overlap, and no call.
inline char* copy_up_to_32(char* out, std::string_view text) noexcept {
  const std::size_t size = text.size();
  const char* from = text.data();
  const auto ends = [&]<std::size_t Width> {
    char first[Width];
    char last[Width];
    std::memcpy(first, from, Width);
    std::memcpy(last, from + size - Width, Width);
    std::memcpy(out, first, Width);
    std::memcpy(out + size - Width, last, Width);
  };
  if (size >= 16) {
    ends.template operator()<16>();
  } else if (size >= 8) {
    ends.template operator()<8>();
  } else if (size >= 4) {
    ends.template operator()<4>();
  } else {
    for (std::size_t i = 0; i != size; ++i) out[i] = from[i];
  }
  return out + size;
}

/// Copies `text` to `out` and returns the end, as above where it is short.
inline char* copy_short(char* out, std::string_view text) noexcept {
  if (text.size() <= 32) return copy_up_to_32(out, text);
  return static_cast<char*>(std::memcpy(out, text.data(), text.size())) + text.size();
}

/// Writes `value` in decimal and returns the end. `out` has room for `max_decimal_digits`; no NUL is added.
inline char* write_decimal(char* out, std::uint64_t value) noexcept {
  if (value < 10) {
    *out = static_cast<char>('0' + value);
    return out + 1;
  }
  if (value < 100) {
    std::memcpy(out, detail::digit_pairs + value * 2, 2);
    return out + 2;
  }
  char* const end = out + count_decimal_digits(value);
  char* at = end;
  for (; value >= 100; value /= 100) {
    at -= 2;
    std::memcpy(at, detail::digit_pairs + value % 100 * 2, 2);
  }
  if (value >= 10) {
    std::memcpy(at - 2, detail::digit_pairs + value * 2, 2);
  } else {
    at[-1] = static_cast<char>('0' + value);
  }
  return end;
}

/// The same for a signed number, with a minus sign where it belongs.
inline char* write_signed_decimal(char* out, std::int64_t value) noexcept {
  if (value >= 0) return write_decimal(out, static_cast<std::uint64_t>(value));
  *out = '-';
  return write_decimal(out + 1, std::uint64_t{0} - static_cast<std::uint64_t>(value));
}

/// Writes exactly `digits` decimal digits with leading zeros and returns the end; higher digits are left out.
inline char* write_padded_decimal(char* out, std::uint64_t value, std::size_t digits) noexcept {
  for (char* at = out + digits; at != out; value /= 10) *--at = static_cast<char>('0' + value % 10);
  return out + digits;
}

/// Writes `value` in lower-case hexadecimal without leading zeros (at most 16 digits) and returns the end.
inline char* write_hex(char* out, std::uint64_t value) noexcept {
  int shift = 60;
  while (shift != 0 && (value >> shift) == 0) shift -= 4;
  for (; shift >= 0; shift -= 4) *out++ = "0123456789abcdef"[value >> shift & 15];
  return out;
}

/// Lower case for the letters A to Z, every other byte unchanged.
[[nodiscard]] constexpr char ascii_lower(char byte) noexcept {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte | 0x20) : byte;
}

/// Whether both are equal but for the case of ASCII letters.
[[nodiscard]] constexpr bool equal_ignoring_case(std::string_view left, std::string_view right) noexcept {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i != left.size(); ++i) {
    if (ascii_lower(left[i]) != ascii_lower(right[i])) return false;
  }
  return true;
}

/// `text` without spaces and tabs at its ends (the optional white space of RFC 9110, section 5.6.3).
[[nodiscard]] constexpr std::string_view trim(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace candela
