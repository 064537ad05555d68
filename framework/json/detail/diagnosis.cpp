// A recursive descent over RFC 8259; its recursion is bounded by the depth that the reader accepts.
#include <algorithm>
#include <candela/json/detail/diagnosis.hpp>
#include <candela/json/detail/failure.hpp>
#include <candela/json/detail/utf8.hpp>
#include <charconv>
#include <cstdint>
#include <utility>

namespace candela::json::detail {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

void append_code_point(std::string& text, unsigned point) {
  const auto put = [&](unsigned byte) { text += static_cast<char>(byte); };
  if (point < 0x80) return put(point);
  if (point < 0x800) {
    put(0xC0 | point >> 6);
  } else if (point < 0x10000) {
    put(0xE0 | point >> 12);
    put(0x80 | (point >> 6 & 0x3F));
  } else {
    put(0xF0 | point >> 18);
    put(0x80 | (point >> 12 & 0x3F));
    put(0x80 | (point >> 6 & 0x3F));
  }
  put(0x80 | (point & 0x3F));
}

// Whether a number that no double holds is too great rather than too small: the decimal place of its first digit that
// is not zero, moved by the exponent.
bool is_too_great(std::string_view number) {
  const std::size_t mark = number.find_first_of("eE");
  const std::string_view mantissa = number.substr(0, mark);
  const std::size_t first = mantissa.find_first_of("123456789");
  if (first == std::string_view::npos) return false;
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  std::int64_t exponent = 0;
  if (mark != std::string_view::npos) {
    const std::size_t sign = number[mark + 1] == '+' ? mark + 2 : mark + 1;
    const auto wrong = std::from_chars(number.data() + sign, number.data() + number.size(), exponent).ec;
    if (wrong != std::errc{}) return number[sign] != '-';
  }
  return exponent > static_cast<std::int64_t>(first) - static_cast<std::int64_t>(point);
}

}  // namespace

std::string depth_expectation(std::size_t max_depth) {
  return "arrays and objects at most " + std::to_string(max_depth) + " deep";
}

error diagnosis::run() && {
  if (document()) fail("well-formed JSON", "something else", 0);
  return std::move(error_);
}

bool diagnosis::document() {
  if (text_.starts_with(byte_order_mark)) return fail("a value", "a byte order mark", 0);
  if (!value(1)) return false;
  skip_space();
  return at_end() || fail("the end of the text");
}

bool diagnosis::value(std::size_t depth) {
  skip_space();
  std::string content;
  switch (peek()) {
    case '{': return object(depth);
    case '[': return array(depth);
    case '"': return string(content);
    case 't': return literal("true");
    case 'f': return literal("false");
    case 'n': return literal("null");
    default: return peek() == '-' || is_digit(peek()) ? number() : fail("a value");
  }
}

bool diagnosis::object(std::size_t depth) {
  if (depth > max_depth_) return fail(depth_expectation(max_depth_), "another object", at_);
  ++at_;
  skip_space();
  if (take('}')) return true;
  do {
    if (!member(depth)) return false;
    skip_space();
  } while (take(','));
  return expect('}', "a comma or a closing brace");
}

bool diagnosis::member(std::size_t depth) {
  skip_space();
  if (peek() != '"') return fail("the name of a member");
  std::string name;
  if (!string(name)) return false;
  skip_space();
  if (expect(':', "a colon") && value(depth + 1)) return true;
  prepend_token(error_.path, name);
  return false;
}

bool diagnosis::array(std::size_t depth) {
  if (depth > max_depth_) return fail(depth_expectation(max_depth_), "another array", at_);
  ++at_;
  skip_space();
  if (take(']')) return true;
  std::size_t ordinal = 0;
  do {
    if (!value(depth + 1)) {
      prepend_token(error_.path, std::to_string(ordinal));
      return false;
    }
    ++ordinal;
    skip_space();
  } while (take(','));
  return expect(']', "a comma or a closing bracket");
}

bool diagnosis::literal(std::string_view word) {
  const std::size_t begin = at_;
  while (!at_end() && peek() >= 'a' && peek() <= 'z') ++at_;
  if (text_.substr(begin, at_ - begin) == word) return true;
  return fail("a value", "an unknown word", begin);
}

bool diagnosis::string(std::string& content) {
  for (++at_; !take('"');) {
    if (at_end()) return fail("a closing quote");
    const auto byte = static_cast<unsigned char>(peek());
    if (byte < 0x20) return fail("an escape in place of a control character");
    if (!(byte == '\\' ? escape(content) : sequence(content))) return false;
  }
  return true;
}

bool diagnosis::sequence(std::string& content) {
  const auto [length, valid] = next_sequence(text_.data() + at_, text_.data() + text_.size());
  if (!valid) return fail("UTF-8");
  content += text_.substr(at_, length);
  at_ += length;
  return true;
}

bool diagnosis::escape(std::string& content) {
  constexpr std::string_view letters = "\"\\/bfnrt";
  constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
  ++at_;
  if (take('u')) return unicode_escape(content);
  const std::size_t which = at_end() ? std::string_view::npos : letters.find(peek());
  if (which == std::string_view::npos) return fail("one of the escapes of JSON");
  content += meanings[which];
  ++at_;
  return true;
}

bool diagnosis::unicode_escape(std::string& content) {
  const std::size_t begin = at_ - 2;
  unsigned point = 0;
  if (!hex_unit(point)) return false;
  if (point >= 0xDC00 && point <= 0xDFFF) return fail("a pair of surrogates", "a low surrogate alone", begin);
  if (point >= 0xD800 && point <= 0xDBFF) {
    unsigned low = 0;
    if (!text_.substr(at_).starts_with("\\u")) return fail("a pair of surrogates", "a high surrogate alone", begin);
    at_ += 2;
    if (!hex_unit(low)) return false;
    if (low < 0xDC00 || low > 0xDFFF) return fail("a pair of surrogates", "a high surrogate alone", begin);
    point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
  }
  append_code_point(content, point);
  return true;
}

bool diagnosis::hex_unit(unsigned& unit) {
  const std::string_view four = text_.substr(at_, 4);
  const char* const end = four.data() + four.size();
  const auto parsed = std::from_chars(four.data(), end, unit, 16);
  if (four.size() == 4 && parsed.ec == std::errc{} && parsed.ptr == end) {
    at_ += 4;
    return true;
  }
  at_ = static_cast<std::size_t>((parsed.ec == std::errc{} ? parsed.ptr : four.data()) - text_.data());
  return fail("four hexadecimal digits");
}

bool diagnosis::number() {
  const std::size_t begin = at_;
  take('-');
  if (!take('0') && !digits()) return false;
  bool whole = true;
  if (take('.')) {
    whole = false;
    if (!digits()) return false;
  }
  if (take('e') || take('E')) {
    whole = false;
    if (!take('+')) take('-');
    if (!digits()) return false;
  }
  return in_range(begin, whole);
}

bool diagnosis::digits() {
  if (!is_digit(peek())) return fail("a digit");
  while (is_digit(peek())) ++at_;
  return true;
}

bool diagnosis::in_range(std::size_t begin, bool whole) {
  const std::string_view number = text_.substr(begin, at_ - begin);
  const char* const end = number.data() + number.size();
  if (whole) {
    std::int64_t negative = 0;
    std::uint64_t positive = 0;
    const auto parsed = number[0] == '-' ? std::from_chars(number.data(), end, negative)
                                         : std::from_chars(number.data(), end, positive);
    return parsed.ec == std::errc{} || fail("an integer that 64 bits hold", "one that they don't", begin);
  }
  double fraction = 0;
  const bool fits = std::from_chars(number.data(), end, fraction).ec == std::errc{} || !is_too_great(number);
  return fits || fail("a number that a double holds", "a greater one", begin);
}

bool diagnosis::expect(char byte, const char* expected) { return take(byte) || fail(expected); }

bool diagnosis::fail(std::string expected) { return fail(std::move(expected), here(), at_); }

bool diagnosis::fail(std::string expected, std::string found, std::size_t offset) {
  error_ = {{}, std::move(expected), std::move(found), offset};
  return false;
}

void diagnosis::skip_space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

bool diagnosis::take(char byte) {
  if (at_end() || text_[at_] != byte) return false;
  ++at_;
  return true;
}

std::string diagnosis::here() const {
  if (at_end()) return "the end of the text";
  const auto byte = static_cast<unsigned char>(text_[at_]);
  if (byte > 0x20 && byte < 0x7F) return std::string("the character ") + text_[at_];
  constexpr std::string_view hex = "0123456789ABCDEF";
  return std::string("the byte 0x") + hex[byte >> 4] + hex[byte & 15];
}

}  // namespace candela::json::detail
