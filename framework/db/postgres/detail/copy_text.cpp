#include <algorithm>
#include <candela/db/postgres/detail/copy_text.hpp>
#include <candela/db/postgres/detail/parameter_encoding.hpp>

namespace candela::db::postgres {

namespace {

// What stands behind the backslash; 0 for those that stand for themselves.
constexpr char escaped(char letter) noexcept {
  switch (letter) {
    case '\\': return '\\';
    case '\t': return 't';
    case '\n': return 'n';
    case '\r': return 'r';
    default: return '\0';
  }
}

void escape_from(std::string& line, std::size_t begin) {
  const std::size_t end = line.size();
  const auto first = line.begin() + static_cast<std::ptrdiff_t>(begin);
  const auto escapes = std::count_if(first, line.end(), [](char letter) { return escaped(letter) != '\0'; });
  if (escapes == 0) return;
  line.resize(end + static_cast<std::size_t>(escapes));
  char* target = line.data() + line.size();
  const char* from = line.data() + end;
  while (target != from) {
    const char letter = *--from;
    const char other = escaped(letter);
    *--target = other != '\0' ? other : letter;
    if (other != '\0') *--target = '\\';
  }
}

bool append_value(std::string& line, const parameter& value) {
  if (value.what == parameter::kind::null) {
    line += "\\N";
    return true;
  }
  const std::size_t begin = line.size();
  line.resize(begin + encoded_bound(value));
  char* at = line.data() + begin;
  const bool written = encode_as_text(value, at);
  line.resize(static_cast<std::size_t>(at - line.data()));
  escape_from(line, begin);
  return written;
}

}  // namespace

std::size_t append_copy_row(std::string& line, std::span<const parameter> values) {
  for (std::size_t i = 0; i != values.size(); ++i) {
    if (i != 0) line += '\t';
    if (!append_value(line, values[i])) return i;
  }
  line += '\n';
  return values.size();
}

}  // namespace candela::db::postgres
