// The escape scan: sixteen bytes at a time while they need nothing, byte by byte around those that do.
#include <bit>
#include <candela/json/detail/utf8.hpp>
#include <candela/json/escape.hpp>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace candela::json {
namespace {

constexpr std::size_t longest_escape = 6;
constexpr std::size_t step_bytes = 16;
constexpr std::string_view replacement = "\xEF\xBF\xBD";

constexpr bool is_plain(unsigned char byte) { return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\'; }

#ifdef __SSE2__
// A bit for each byte that is no plain one. Compared as signed, bytes from 0x80 are less than 0x20 as controls are.
unsigned special_bytes(__m128i block) {
  const __m128i low = _mm_cmplt_epi8(block, _mm_set1_epi8(0x20));
  const __m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
  const __m128i backslash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(low, _mm_or_si128(quote, backslash))));
}

// Copies plain bytes in steps of sixteen; `target` has room for a whole step more than is left to copy.
void copy_plain(const char*& from, const char* end, char*& target) {
  while (end - from >= static_cast<std::ptrdiff_t>(step_bytes)) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(target), block);
    const unsigned special = special_bytes(block);
    const auto plain = special == 0 ? static_cast<int>(step_bytes) : std::countr_zero(special);
    from += plain;
    target += plain;
    if (special != 0) return;
  }
  // Two loads that overlap cover every rest of 8 to 15 bytes without reading beyond it.
  const auto rest = static_cast<std::size_t>(end - from);
  if (rest >= 8) {
    const __m128i head = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from));
    const __m128i tail = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(end - 8));
    if (special_bytes(_mm_unpacklo_epi64(head, tail)) == 0) {
      _mm_storel_epi64(reinterpret_cast<__m128i*>(target), head);
      _mm_storel_epi64(reinterpret_cast<__m128i*>(target + rest - 8), tail);
      from = end;
      target += rest;
      return;
    }
  }
  while (from != end && is_plain(static_cast<unsigned char>(*from))) *target++ = *from++;
}
#else
void copy_plain(const char*& from, const char* end, char*& target) {
  while (from != end && is_plain(static_cast<unsigned char>(*from))) *target++ = *from++;
}
#endif

char* put(char* target, std::string_view bytes) {
  std::memcpy(target, bytes.data(), bytes.size());
  return target + bytes.size();
}

// The escape of a quote, a backslash or a control character; the short forms where RFC 8259 has one.
char* put_escape(char* target, unsigned char byte) {
  switch (byte) {
    case '"': return put(target, "\\\"");
    case '\\': return put(target, "\\\\");
    case '\b': return put(target, "\\b");
    case '\f': return put(target, "\\f");
    case '\n': return put(target, "\\n");
    case '\r': return put(target, "\\r");
    case '\t': return put(target, "\\t");
    default: break;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  target = put(target, "\\u00");
  *target++ = digits[byte >> 4];
  *target++ = digits[byte & 15];
  return target;
}

// Copies the sequence at `from` when it is valid, or replaces its longest invalid part.
char* put_sequence(const char*& from, const char* end, char* target) {
  const auto [length, valid] = detail::next_sequence(from, end);
  target = put(target, valid ? std::string_view(from, length) : replacement);
  from += length;
  return target;
}

}  // namespace

void write_string(output& out, std::string_view text) {
  const char* from = text.data();
  const char* const end = from + text.size();
  // Room for the rest as it is, the widest escape, the quotes and the surplus of a vector store.
  const auto room = [&] { return static_cast<std::size_t>(end - from) + longest_escape + 2 + step_bytes; };
  char* target = out.reserve(room());
  *target++ = '"';
  copy_plain(from, end, target);
  while (from != end) [[unlikely]] {
      out.advance(target);
      target = out.reserve(room());
      const auto byte = static_cast<unsigned char>(*from);
      if (byte >= 0x80) {
        target = put_sequence(from, end, target);
        continue;
      }
      if (!is_plain(byte)) {
        target = put_escape(target, byte);
        ++from;
      }
      copy_plain(from, end, target);
    }
  *target++ = '"';
  out.advance(target);
}

}  // namespace candela::json
