#include "tests/structure/cpp_tokens.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace candela::structure {

namespace {

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

class tokenizer {
 public:
  explicit tokenizer(std::string_view text) : text_(text) {}

  std::vector<cpp_token> run() {
    while (at_ < text_.size()) step();
    return std::move(tokens_);
  }

 private:
  using kind = cpp_token::kind;

  void step() {
    const char c = text_[at_];
    if (c == '\n') return end_line();
    if (c == ' ' || c == '\t' || c == '\r' || c == '\\') return skip_to(at_ + 1);
    if (rest().starts_with("//")) return skip_to(std::min(text_.find('\n', at_), text_.size()));
    if (rest().starts_with("/*")) return skip_to(after("*/", at_ + 2));
    if (c == '#' && first_on_line_) return begin_directive();
    if (c == '"') return take(kind::literal, closing_quote(c));
    if (c == '\'') return take(kind::literal, closing_quote(c));
    if (is_word_character(c)) return take_word();
    take(kind::punctuation, at_ + 1);
  }

  void end_line() {
    const bool goes_on = at_ > 0 && text_[at_ - 1] == '\\';
    if (in_directive_ && !goes_on) {
      in_directive_ = false;
      tokens_.push_back({kind::punctuation, ";", line_});
    }
    skip_to(at_ + 1);
    first_on_line_ = true;
  }

  void begin_directive() {
    in_directive_ = true;
    tokens_.push_back({kind::punctuation, ";", line_});
    skip_to(at_ + 1);
  }

  void take_word() {
    std::size_t end = at_;
    while (end < text_.size() && (is_word_character(text_[end]) || is_digit_separator(end))) ++end;
    if (end < text_.size() && text_[end] == '"' && text_[end - 1] == 'R') return take_raw_string(end);
    take(kind::word, end);
  }

  // The apostrophe in 1'000.
  [[nodiscard]] bool is_digit_separator(std::size_t at) const {
    const bool in_number = text_[at_] >= '0' && text_[at_] <= '9';
    return in_number && text_[at] == '\'' && at + 1 < text_.size() && is_word_character(text_[at + 1]);
  }

  void take_raw_string(std::size_t quote) {
    const auto open = std::min(text_.find('(', quote), text_.size() - 1);
    const std::string closing = ")" + std::string(text_.substr(quote + 1, open - quote - 1)) + "\"";
    const auto end = std::min(text_.find(closing, open), text_.size());
    const auto begin = open + 1;
    skip_to(begin);
    tokens_.push_back({kind::raw_string, text_.substr(begin, end - begin), line_});
    skip_to(std::min(end + closing.size(), text_.size()));
  }

  [[nodiscard]] std::size_t closing_quote(char quote) const {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n') end += text_[end] == '\\' ? 2 : 1;
    return std::min(end + 1, text_.size());
  }

  [[nodiscard]] std::size_t after(std::string_view mark, std::size_t from) const {
    const auto found = text_.find(mark, from);
    return found == std::string_view::npos ? text_.size() : found + mark.size();
  }

  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }

  void take(kind what, std::size_t end) {
    tokens_.push_back({what, text_.substr(at_, end - at_), line_});
    skip_to(end);
    first_on_line_ = false;
  }

  void skip_to(std::size_t end) {
    line_ += static_cast<std::size_t>(std::ranges::count(text_.substr(at_, end - at_), '\n'));
    at_ = end;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  bool first_on_line_ = true;
  bool in_directive_ = false;
  std::vector<cpp_token> tokens_;
};

}  // namespace

std::vector<cpp_token> cpp_tokens(std::string_view text) { return tokenizer(text).run(); }

}  // namespace candela::structure
