// Checks that cost one pass over the bytes and keep hostile text away from the YAML library.
#include <candela/config/detail/document_text.hpp>

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include <candela/config/error.hpp>
#include <candela/config/parse.hpp>

namespace candela::config::detail {

namespace {

// Brackets that were opened and not closed, in any place (strings and comments included, which only makes it stricter).
// The library queues every token up to the end of an open flow, so this bounds its work, not the document's depth.
constexpr std::size_t most_open_brackets = 1000;

// Bytes of the well-formed UTF-8 sequence at the start of `text` (RFC 3629, section 4); 0 when there is none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [text](std::size_t i) { return i < text.size() ? static_cast<std::uint8_t>(text[i]) : 0U; };
  const auto follows = [&byte](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0), second = byte(1);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && second < 0xA0, surrogate = first == 0xED && second >= 0xA0;
    return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && second < 0x90, too_large = first == 0xF4 && second >= 0x90;
    return follows(1) && follows(2) && follows(3) && !overlong && !too_large ? 4 : 0;
  }
  return 0;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

}  // namespace

document_text::document_text(std::string_view text, const std::string& file_name) : text_(text), file_name_(file_name) {
  if (text_.size() > max_document_bytes) {
    throw error(position{file_name, 0, 0}, {}, fmt::format("larger than {} bytes", max_document_bytes));
  }
  if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
  line_starts_.push_back(0);
  for (std::size_t i = 0; i != text_.size(); ++i) {
    if (text_[i] == '\n') line_starts_.push_back(i + 1);
  }
  check_bytes();
  check_nesting();
}

std::string document_text::content() const {
  std::string result(text_);
  if (text_.ends_with('\n')) result += '#';
  if (text_.ends_with(' ') || text_.ends_with('\t')) result += "\n#";
  return result;
}

std::string_view document_text::line(std::size_t number) const {
  if (number >= line_starts_.size()) return {};
  const std::string_view rest = text_.substr(line_starts_[number]);
  return rest.substr(0, rest.find('\n'));
}

position document_text::at(std::size_t line, std::size_t byte) const {
  line = std::min(line, line_starts_.size() - 1);
  const std::string_view before = text_.substr(line_starts_[line], byte);
  const auto is_start = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  const auto characters = static_cast<std::uint32_t>(std::ranges::count_if(before, is_start));
  return {file_name_, static_cast<std::uint32_t>(line + 1), characters + 1};
}

void document_text::check_bytes() const {
  for (std::size_t i = 0; i < text_.size();) {
    const std::size_t length = sequence_length(text_.substr(i));
    if (length == 0) refuse(i, "not valid UTF-8");
    if (is_control(text_[i])) refuse(i, "a control character");
    // The library counts lines by line feeds alone.
    if (text_[i] == '\r' && (i + 1 == text_.size() || text_[i + 1] != '\n')) refuse(i, "a carriage return alone");
    i += length;
  }
}

void document_text::check_nesting() const {
  std::size_t open = 0;
  for (std::size_t i = 0; i != text_.size(); ++i) {
    if (text_[i] == '[' || text_[i] == '{') {
      if (++open > most_open_brackets) refuse(i, "too many open brackets");
    } else if ((text_[i] == ']' || text_[i] == '}') && open > 0) {
      --open;
    }
  }
}

void document_text::refuse(std::size_t offset, std::string_view message) const {
  const auto next = std::ranges::upper_bound(line_starts_, offset);
  const auto line = static_cast<std::size_t>(next - line_starts_.begin()) - 1;
  throw error(at(line, offset - line_starts_[line]), {}, message);
}

}  // namespace candela::config::detail
