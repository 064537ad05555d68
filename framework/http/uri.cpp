// Percent-encoding both ways, and looking up a query parameter.
#include <algorithm>
#include <candela/http/detail/characters.hpp>
#include <candela/http/uri.hpp>

namespace candela::http {
namespace {

using detail::hex_character;
using detail::hex_value;
using detail::is;

// Whether the two characters after the '%' at `at` make an escape that is allowed.
bool valid_escape(std::string_view text, std::size_t at) noexcept {
  if (text.size() - at < 3 || !is(text[at + 1], hex_character) || !is(text[at + 2], hex_character)) return false;
  return text[at + 1] != '0' || text[at + 2] != '0';
}

// Writes the decoded text, which is never longer than `text`, and returns its end.
char* decode_into(char* out, std::string_view text, bool plus_is_space) noexcept {
  for (std::size_t i = 0; i != text.size(); ++i) {
    if (text[i] == '%') {
      *out++ = static_cast<char>(hex_value(text[i + 1]) << 4 | hex_value(text[i + 2]));
      i += 2;
    } else {
      *out++ = plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::optional<std::string_view> decode(std::string_view text, arena& memory, bool plus_is_space) {
  const std::string_view special = plus_is_space ? "%+" : "%";
  if (text.find_first_of(special) == std::string_view::npos) return text;
  if (!valid_escapes(text)) return std::nullopt;
  char* copy = static_cast<char*>(memory.allocate(text.size(), 1));
  return std::string_view(copy, static_cast<std::size_t>(decode_into(copy, text, plus_is_space) - copy));
}

}  // namespace

bool valid_escapes(std::string_view text) noexcept {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 3)) {
    if (!valid_escape(text, at)) return false;
  }
  return true;
}

std::optional<std::string_view> decode_segment(std::string_view text, arena& memory) {
  return decode(text, memory, false);
}

std::optional<std::string_view> decode_query(std::string_view text, arena& memory) {
  return decode(text, memory, true);
}

std::optional<std::string_view> query_parameter(std::string_view query, std::string_view name, arena& memory) {
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (decode_query(pair.substr(0, equals), memory) == name && !pair.empty()) {
      return decode_query(pair.substr(std::min(equals + 1, pair.size())), memory);
    }
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return std::nullopt;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is(c, detail::unreserved_character)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return out;
}

}  // namespace candela::http
