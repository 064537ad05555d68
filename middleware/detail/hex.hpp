// 128 bits as 32 hexadecimal digits, in few instructions: every request without an identifier of its own gets one.
#pragma once

#include <cstdint>
#include <cstring>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace candela::middleware::detail {

inline constexpr std::size_t hex_id_bytes = 32;

#if defined(__SSE2__)

inline __m128i hex_digits(__m128i nibbles) noexcept {
  const __m128i letters = _mm_and_si128(_mm_cmpgt_epi8(nibbles, _mm_set1_epi8(9)), _mm_set1_epi8('a' - '0' - 10));
  return _mm_add_epi8(_mm_add_epi8(nibbles, _mm_set1_epi8('0')), letters);
}

/// Writes `first` and `second`, lowest byte first, as `hex_id_bytes` lower-case digits.
inline void write_hex_id(char* out, std::uint64_t first, std::uint64_t second) noexcept {
  const __m128i bytes = _mm_set_epi64x(static_cast<long long>(second), static_cast<long long>(first));
  const __m128i low_bits = _mm_set1_epi8(0x0F);
  const __m128i high = _mm_and_si128(_mm_srli_epi16(bytes, 4), low_bits);
  const __m128i low = _mm_and_si128(bytes, low_bits);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out), hex_digits(_mm_unpacklo_epi8(high, low)));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out + 16), hex_digits(_mm_unpackhi_epi8(high, low)));
}

#else

/// Writes `first` and `second`, lowest byte first, as `hex_id_bytes` lower-case digits.
inline void write_hex_id(char* out, std::uint64_t first, std::uint64_t second) noexcept {
  for (const std::uint64_t word : {first, second}) {
    for (int shift = 0; shift != 64; shift += 8) {
      *out++ = "0123456789abcdef"[word >> (shift + 4) & 15];
      *out++ = "0123456789abcdef"[word >> shift & 15];
    }
  }
}

#endif

}  // namespace candela::middleware::detail
