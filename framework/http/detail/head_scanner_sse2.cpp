// The scanner on SSE2, which every x86-64 processor has.
#if defined(__x86_64__)

#include <emmintrin.h>

#include <algorithm>
#include <bit>
#include <candela/http/detail/characters.hpp>
#include <candela/http/detail/head_rules.hpp>
#include <candela/http/detail/head_scanner.hpp>
#include <candela/http/detail/name_table.hpp>
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
  byte_block operator==(byte_block other) const noexcept {
    return {_mm_cmpeq_epi8(low_, other.low_), _mm_cmpeq_epi8(high_, other.high_)};
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

}  // namespace
}  // namespace candela::http::detail

#include <candela/http/detail/plain_head.ipp>

namespace candela::http::detail {

head_outcome scan_plain_head_sse2(char* begin, char* end, const head_limits& limits, request_head& head,
                                  head_error& error, head_reader& otherwise) noexcept {
  if (plain_head(begin, end, limits, head).read()) return head_outcome::complete;
  return otherwise(begin, end, limits, head, error);
}

}  // namespace candela::http::detail

#endif
