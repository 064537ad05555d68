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

/// How far a string has been copied.
struct progress {
  const char* from;
  char* target;
};

progress copy_plain_bytes(const char* from, const char* end, char* target) {
  while (from != end && is_plain(static_cast<unsigned char>(*from))) *target++ = *from++;
  return {from, target};
}

#ifdef __SSE2__
// A bit for each byte that is no plain one. Compared as signed, bytes from 0x80 are less than 0x20 as controls are.
unsigned special_bytes(__m128i block) {
  const __m128i low = _mm_cmplt_epi8(block, _mm_set1_epi8(0x20));
  const __m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
  const __m128i backslash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(low, _mm_or_si128(quote, backslash))));
}

// The last 8 to 15 bytes: two loads that overlap cover them without reading beyond the end.
progress copy_plain_rest(const char* from, const char* end, char* target) {
  const __m128i head = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from));
  const __m128i tail = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(end - 8));
  if (special_bytes(_mm_unpacklo_epi64(head, tail)) != 0) return copy_plain_bytes(from, end, target);
  char* const target_end = target + (end - from);
  _mm_storel_epi64(reinterpret_cast<__m128i*>(target), head);
  _mm_storel_epi64(reinterpret_cast<__m128i*>(target_end - 8), tail);
  return {end, target_end};
}

// Copies plain bytes up to the first that isn't. `target` has room for a whole step more than is left to copy.
progress copy_plain(const char* from, const char* end, char* target) {
  while (end - from >= static_cast<std::ptrdiff_t>(step_bytes)) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(target), block);
    if (const unsigned special = special_bytes(block); special != 0) {
      const int plain = std::countr_zero(special);
      return {from + plain, target + plain};
    }
    from += step_bytes;
    target += step_bytes;
  }
  return end - from >= 8 ? copy_plain_rest(from, end, target) : copy_plain_bytes(from, end, target);
}
#else
progress copy_plain(const char* from, const char* end, char* target) { return copy_plain_bytes(from, end, target); }
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

// Copies the sequence at `at` when it is valid, or replaces its longest invalid part.
progress put_sequence(progress at, const char* end) {
  const auto [length, valid] = detail::next_sequence(at.from, end);
  return {at.from + length, put(at.target, valid ? std::string_view(at.from, length) : replacement)};
}

// Room for the rest as it is, the widest escape, the quotes and the surplus of a vector store.
std::size_t room_for(const char* from, const char* end) {
  return static_cast<std::size_t>(end - from) + longest_escape + 2 + step_bytes;
}

// The way of strings that are not plain throughout, from the first byte that isn't. A function of its own, so that
// plain strings don't pay for its registers.
[[gnu::noinline]] progress copy_escaped(output& out, progress at, const char* end) {
  while (at.from != end) {
    out.advance(at.target);
    at.target = out.reserve(room_for(at.from, end));
    const auto byte = static_cast<unsigned char>(*at.from);
    if (byte >= 0x80) {
      at = put_sequence(at, end);
      continue;
    }
    if (!is_plain(byte)) at = {at.from + 1, put_escape(at.target, byte)};
    at = copy_plain(at.from, end, at.target);
  }
  return at;
}

}  // namespace

void write_string(output& out, std::string_view text) {
  const char* const end = text.data() + text.size();
  char* const target = out.reserve(room_for(text.data(), end));
  *target = '"';
  progress at = copy_plain(text.data(), end, target + 1);
  if (at.from != end) [[unlikely]]
    at = copy_escaped(out, at, end);
  *at.target++ = '"';
  out.advance(at.target);
}

}  // namespace candela::json
