// The scanner on AVX2 and BMI. Only the code between the pragmas may use them: what the headers above bring in is
// shared with the rest of the program and must run on every processor.
#if defined(__x86_64__)

#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <candela/http/detail/characters.hpp>
#include <candela/http/detail/head_rules.hpp>
#include <candela/http/detail/head_scanner.hpp>
#include <candela/http/detail/name_table.hpp>
#include <cstddef>
#include <cstring>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2")
#endif

namespace candela::http::detail {
namespace {

/// 32 bytes in one vector. Comparisons give a block of 0xff and 0x00.
class byte_block {
 public:
  explicit byte_block(__m256i bytes) noexcept : bytes_(bytes) {}

  static byte_block load(const char* from) noexcept {
    return byte_block(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
  }
  void store(char* to) const noexcept { _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), bytes_); }
  /// Bit `i` is set where byte `i` has its highest bit set.
  std::uint32_t bits() const noexcept { return static_cast<std::uint32_t>(_mm256_movemask_epi8(bytes_)); }
  /// Whether the bits that `mask` names are those of `text`.
  bool matches(const char* text, const char* mask) const noexcept {
    const __m256i differences = _mm256_xor_si256(bytes_, load(text).bytes_);
    return _mm256_testz_si256(differences, load(mask).bytes_) != 0;
  }
  /// A bit for each byte that is not in `set`: its lower half chooses a row of the set, its upper half a bit of that.
  std::uint32_t outside(const byte_set& set) const noexcept {
    const __m256i uppers = _mm256_and_si256(_mm256_srli_epi16(bytes_, 4), load(byte_patterns[0x0f].bytes).bytes_);
    const __m256i found = _mm256_and_si256(_mm256_shuffle_epi8(load(set.rows).bytes_, bytes_),
                                           _mm256_shuffle_epi8(load(byte_set_bits.bytes).bytes_, uppers));
    return byte_block(_mm256_cmpeq_epi8(found, _mm256_setzero_si256())).bits();
  }
  byte_block operator==(byte_block other) const noexcept { return byte_block(_mm256_cmpeq_epi8(bytes_, other.bytes_)); }
  byte_block operator&(byte_block other) const noexcept { return byte_block(_mm256_and_si256(bytes_, other.bytes_)); }
  byte_block operator|(byte_block other) const noexcept { return byte_block(_mm256_or_si256(bytes_, other.bytes_)); }
  byte_block operator-(byte_block other) const noexcept { return byte_block(_mm256_sub_epi8(bytes_, other.bytes_)); }
  byte_block operator+(byte_block other) const noexcept { return byte_block(_mm256_add_epi8(bytes_, other.bytes_)); }
  /// Signed.
  byte_block greater(byte_block other) const noexcept { return byte_block(_mm256_cmpgt_epi8(bytes_, other.bytes_)); }
  /// Unsigned.
  byte_block least(byte_block other) const noexcept { return byte_block(_mm256_min_epu8(bytes_, other.bytes_)); }

 private:
  __m256i bytes_;
};

/// A block of one ASCII character.
[[gnu::always_inline]] inline byte_block all(unsigned char byte) noexcept {
  return byte_block::load(byte_patterns[byte].bytes);
}

/// A bit for each byte outside of `word_characters`.
[[gnu::always_inline]] inline std::uint32_t outside_words(byte_block bytes) noexcept {
  return bytes.outside(word_characters);
}

/// A bit for each byte outside of `plain_target_characters`.
[[gnu::always_inline]] inline std::uint32_t target_stops(byte_block bytes) noexcept {
  return bytes.outside(plain_target_characters);
}

}  // namespace
}  // namespace candela::http::detail

#include <candela/http/detail/byte_blocks.ipp>
#include <candela/http/detail/plain_head.ipp>
#include <candela/http/detail/similar_head.ipp>

namespace candela::http::detail {

head_outcome scan_plain_head_avx2(char* begin, char* end, const head_limits& limits, request_head& head,
                                  head_error& error, head_reader& otherwise) noexcept {
  char last_lines[plain_head::last_lines_bytes];
  if (plain_head(begin, end, limits, head, last_lines).read()) return head_outcome::complete;
  return otherwise(begin, end, limits, head, error);
}

bool read_similar_head_avx2(const char* begin, const char* end, const head_limits& limits, head_pattern& known,
                            request_head& head) noexcept {
  return similar_head(begin, end, limits, known, head).read();
}

}  // namespace candela::http::detail

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif
