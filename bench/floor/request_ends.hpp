// Counting where request heads end: all that the bare responder knows of HTTP.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace candela::bench {

/// Counts head ends (an empty line, "\r\n\r\n") in a byte stream that arrives in pieces. Knows no bodies.
class request_ends {
 public:
  /// The number of head ends that `piece` completes.
  std::size_t count(std::string_view piece) {
    if (tail_.empty() && piece.ends_with(empty_line)) return inside(piece);
    const std::size_t found = across(piece) + inside(piece);
    keep_tail(piece);
    return found;
  }

 private:
  static constexpr std::string_view empty_line = "\r\n\r\n";
  static constexpr std::size_t most_tail = empty_line.size() - 1;

  // An end shows as two line feeds two bytes apart; only where they are is the whole of it compared.
  static std::size_t inside(std::string_view piece) {
    std::size_t at = 0;
    std::size_t found = 0;
#if defined(__SSE2__)
    constexpr std::size_t block = 64;
    std::uint64_t before = 0;  // line feeds in the last two bytes of the block before
    for (; piece.size() - at >= block; at += block) {
      const std::uint64_t feeds = line_feeds(piece.data() + at);
      for (std::uint64_t pairs = feeds & (feeds << 2 | before); pairs != 0; pairs &= pairs - 1) {
        found += ends_at(piece, at + static_cast<std::size_t>(std::countr_zero(pairs)));
      }
      before = feeds >> (block - 2);
    }
#endif
    for (; at < piece.size(); ++at) {
      if (piece[at] == '\n') found += ends_at(piece, at);
    }
    return found;
  }

  // 1 when the piece holds a whole end whose last byte is at `last`.
  static std::size_t ends_at(std::string_view piece, std::size_t last) {
    if (last < most_tail) return 0;
    return static_cast<std::size_t>(
        std::memcmp(piece.data() + last - most_tail, empty_line.data(), empty_line.size()) == 0);
  }

#if defined(__SSE2__)
  // A bit for each of 64 bytes: whether it is a line feed.
  static std::uint64_t line_feeds(const char* bytes) {
    const auto feeds = [bytes](int from) {
      const __m128i sixteen = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + from));
      const int mask = _mm_movemask_epi8(_mm_cmpeq_epi8(sixteen, _mm_set1_epi8('\n')));
      return static_cast<std::uint64_t>(mask) << from;
    };
    return feeds(0) | feeds(16) | feeds(32) | feeds(48);
  }
#endif

  // Three bytes of each side of the seam: whatever is found in them lies across it.
  [[nodiscard]] std::size_t across(std::string_view piece) const {
    const std::string seam = tail_ + std::string(piece.substr(0, most_tail));
    return static_cast<std::size_t>(seam.find(empty_line) != std::string::npos);
  }

  void keep_tail(std::string_view piece) {
    tail_.append(piece.substr(piece.size() - std::min(piece.size(), most_tail)));
    if (tail_.size() > most_tail) tail_.erase(0, tail_.size() - most_tail);
    if (piece.ends_with(empty_line)) tail_.clear();
  }

  std::string tail_;
};

}  // namespace candela::bench
