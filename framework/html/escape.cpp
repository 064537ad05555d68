#include <bit>
#include <candela/html/escape.hpp>
#include <cstddef>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace candela::html {

namespace {

constexpr std::string_view reference_for(char byte) noexcept {
  switch (byte) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return {};
  }
}

#if defined(__SSE2__)
constexpr std::size_t block = 16;

// A bit for each of the sixteen bytes that must not stand as it is.
unsigned special_bytes(const char* bytes) noexcept {
  const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
  const auto equals = [&](char byte) { return _mm_cmpeq_epi8(text, _mm_set1_epi8(byte)); };
  const __m128i quotes = _mm_or_si128(equals('"'), equals('\''));
  const __m128i brackets = _mm_or_si128(equals('<'), equals('>'));
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quotes, brackets), equals('&'))));
}
#endif

// The position of the next such byte from `at` on, or the size.
std::size_t find_special(std::string_view text, std::size_t at) noexcept {
#if defined(__SSE2__)
  for (; text.size() - at >= block; at += block) {
    const unsigned found = special_bytes(text.data() + at);
    if (found != 0) return at + static_cast<std::size_t>(std::countr_zero(found));
  }
#endif
  while (at != text.size() && reference_for(text[at]).empty()) ++at;
  return at;
}

}  // namespace

void write_escaped(json::output& out, std::string_view text) {
  for (std::size_t at = 0;;) {
    const std::size_t next = find_special(text, at);
    out.append(text.substr(at, next - at));
    if (next == text.size()) return;
    out.append(reference_for(text[next]));
    at = next + 1;
  }
}

}  // namespace candela::html
