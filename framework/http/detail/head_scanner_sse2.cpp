// The scanner on SSE2, which every x86-64 processor has.
#if defined(__x86_64__)

#include <emmintrin.h>

#include <algorithm>
#include <bit>
#include <candela/http/detail/characters.hpp>
#include <candela/http/detail/head_rules.hpp>
#include <candela/http/detail/head_scanner.hpp>
#include <candela/http/detail/name_table.hpp>
#include <cstddef>
#include <cstring>

namespace candela::http::detail {
namespace {

/// 32 bytes in two vectors. Comparisons give a block of 0xff and 0x00.
class byte_block {
 public:
  byte_block(__m128i low, __m128i high) noexcept : low_(low), high_(high) {}

  static byte_block load(const char* from) noexcept {
    const auto* at = reinterpret_cast<const __m128i*>(from);
    return {_mm_loadu_si128(at), _mm_loadu_si128(at + 1)};
  }
  void store(char* to) const noexcept {
    auto* at = reinterpret_cast<__m128i*>(to);
    _mm_storeu_si128(at, low_);
    _mm_storeu_si128(at + 1, high_);
  }
  /// Bit `i` is set where byte `i` has its highest bit set.
  std::uint32_t bits() const noexcept {
    return static_cast<std::uint32_t>(_mm_movemask_epi8(low_)) | static_cast<std::uint32_t>(_mm_movemask_epi8(high_))
                                                                     << 16;
  }
  /// Whether the bits that `mask` names are those of `text`.
  bool matches(const char* text, const char* mask) const noexcept {
    const byte_block expected = load(text);
    const byte_block matter = load(mask);
    const __m128i low = _mm_and_si128(_mm_xor_si128(low_, expected.low_), matter.low_);
    const __m128i high = _mm_and_si128(_mm_xor_si128(high_, expected.high_), matter.high_);
    const __m128i same = _mm_cmpeq_epi8(_mm_or_si128(low, high), _mm_setzero_si128());
    return _mm_movemask_epi8(same) == 0xffff;
  }
  byte_block operator==(byte_block other) const noexcept {
    return {_mm_cmpeq_epi8(low_, other.low_), _mm_cmpeq_epi8(high_, other.high_)};
  }
  byte_block operator&(byte_block other) const noexcept {
    return {_mm_and_si128(low_, other.low_), _mm_and_si128(high_, other.high_)};
  }
  byte_block operator|(byte_block other) const noexcept {
    return {_mm_or_si128(low_, other.low_), _mm_or_si128(high_, other.high_)};
  }
  byte_block operator-(byte_block other) const noexcept {
    return {_mm_sub_epi8(low_, other.low_), _mm_sub_epi8(high_, other.high_)};
  }
  byte_block operator+(byte_block other) const noexcept {
    return {_mm_add_epi8(low_, other.low_), _mm_add_epi8(high_, other.high_)};
  }
  /// Signed.
  byte_block greater(byte_block other) const noexcept {
    return {_mm_cmpgt_epi8(low_, other.low_), _mm_cmpgt_epi8(high_, other.high_)};
  }
  /// Unsigned.
  byte_block least(byte_block other) const noexcept {
    return {_mm_min_epu8(low_, other.low_), _mm_min_epu8(high_, other.high_)};
  }

 private:
  __m128i low_;
  __m128i high_;
};

/// A block of one ASCII character.
[[gnu::always_inline]] inline byte_block all(unsigned char byte) noexcept {
  return byte_block::load(byte_patterns[byte].bytes);
}

[[gnu::always_inline]] inline byte_block at_most(byte_block bytes, unsigned char most) noexcept {
  return bytes.least(all(most)) == bytes;
}

/// A bit for each byte outside of `word_characters`.
[[gnu::always_inline]] inline std::uint32_t outside_words(byte_block bytes) noexcept {
  const byte_block letters = at_most((bytes | all(0x20)) - all('a'), 25);
  return ~(letters | at_most(bytes - all('0'), 9) | at_most(bytes - all('-'), 1)).bits();
}

/// A bit for each byte outside of `plain_target_characters`. Each pair of refused characters that differ in one bit
/// is one comparison.
[[gnu::always_inline]] inline std::uint32_t target_stops(byte_block bytes) noexcept {
  const byte_block bit0 = bytes | all(1);
  const byte_block bit1 = bytes | all(2);
  const byte_block refused = all(0x22).greater(bytes + all(1)) | (bit0 == all('#')) | (bit1 == all('>')) |
                             (bit1 == all('^')) | (bytes == all('`')) | at_most(bytes - all('{'), 2);
  return (refused | (bytes == all('%')) | (bytes == all('?'))).bits();
}

}  // namespace
}  // namespace candela::http::detail

#include <candela/http/detail/byte_blocks.ipp>
#include <candela/http/detail/plain_head.ipp>
#include <candela/http/detail/similar_head.ipp>

namespace candela::http::detail {

head_outcome scan_plain_head_sse2(char* begin, char* end, const head_limits& limits, request_head& head,
                                  head_error& error, head_reader& otherwise) noexcept {
  char last_lines[plain_head::last_lines_bytes];
  if (plain_head(begin, end, limits, head, last_lines).read()) return head_outcome::complete;
  return otherwise(begin, end, limits, head, error);
}

bool read_similar_head_sse2(const char* begin, const char* end, const head_limits& limits, head_pattern& known,
                            request_head& head) noexcept {
  return similar_head(begin, end, limits, known, head).read();
}

}  // namespace candela::http::detail

#endif
