#include <algorithm>
#include <candela/db/detail/sql_pieces.hpp>

namespace candela::db::detail {

namespace {

constexpr bool is_blank(char letter) noexcept {
  return letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r' || letter == '\f';
}

constexpr char lower(char letter) noexcept {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter | 0x20) : letter;
}

constexpr bool is_word(char letter) noexcept {
  const char small = lower(letter);
  return (small >= 'a' && small <= 'z') || (letter >= '0' && letter <= '9') || letter == '_' ||
         static_cast<unsigned char>(letter) >= 0x80;
}

std::size_t word_length(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_word) - text.begin());
}

}  // namespace

bool same_word(std::string_view left, std::string_view right) noexcept {
  return std::ranges::equal(left, right, {}, lower, lower);
}

std::string_view first_word(std::string_view sql) noexcept { return sql.substr(0, word_length(sql)); }

std::optional<sql_piece> sql_pieces::next() noexcept {
  skip_blanks();
  if (is_at_end()) return std::nullopt;
  const std::size_t begin = at_;
  std::size_t end = begin;
  depth_ = 0;
  first_word_ = true;
  is_definition_ = false;
  while (!is_at_end() && (file_[at_] != ';' || depth_ != 0)) {
    if (is_blank(file_[at_])) {
      ++at_;
    } else if (!skip_comment()) {
      skip_one();
      end = at_;
    }
  }
  return sql_piece{file_.substr(begin, end - begin), begin};
}

// Between two statements: semicolons that end nothing as well.
void sql_pieces::skip_blanks() noexcept {
  while (!is_at_end()) {
    if (is_blank(file_[at_]) || file_[at_] == ';') {
      ++at_;
    } else if (!skip_comment()) {
      return;
    }
  }
}

bool sql_pieces::skip_comment() noexcept {
  if (rest().starts_with("--")) {
    at_ = std::min(file_.find('\n', at_), file_.size());
    return true;
  }
  if (!rest().starts_with("/*")) return false;
  // PostgreSQL's comments nest; in SQLite's, nobody writes the opening twice.
  unsigned open = 0;
  do {
    if (rest().starts_with("/*")) {
      ++open;
      at_ += 2;
    } else if (rest().starts_with("*/")) {
      --open;
      at_ += 2;
    } else {
      ++at_;
    }
  } while (open != 0 && !is_at_end());
  return true;
}

void sql_pieces::skip_one() noexcept {
  const char letter = file_[at_];
  if (letter == '\'' || letter == '"' || letter == '`') return skip_quoted(letter, false);
  if (letter == '$' && skip_dollar_quoted()) return;
  if (is_word(letter)) return skip_word();
  ++at_;
}

// A doubled quote is two quoted texts side by side, which ends at the same place.
void sql_pieces::skip_quoted(char quote, bool with_escapes) noexcept {
  for (++at_; !is_at_end(); ++at_) {
    if (with_escapes && file_[at_] == '\\' && at_ + 1 != file_.size()) {
      ++at_;
    } else if (file_[at_] == quote) {
      ++at_;
      return;
    }
  }
}

bool sql_pieces::skip_dollar_quoted() noexcept {
  const std::string_view text = rest();
  const std::size_t tag = word_length(text.substr(1)) + 1;
  const bool opens = tag < text.size() && text[tag] == '$' && !(text[1] >= '0' && text[1] <= '9');
  if (!opens) return false;
  const std::string_view mark = text.substr(0, tag + 1);
  const std::size_t closing = text.find(mark, mark.size());
  at_ = closing == std::string_view::npos ? file_.size() : at_ + closing + mark.size();
  return true;
}

void sql_pieces::skip_word() noexcept {
  const std::string_view word = first_word(rest());
  at_ += word.size();
  if (!is_at_end() && file_[at_] == '\'' && same_word(word, "e")) return skip_quoted('\'', true);
  if (first_word_) is_definition_ = same_word(word, "create");
  first_word_ = false;
  if (!is_definition_) return;
  if (same_word(word, "begin") || same_word(word, "case")) ++depth_;
  if (same_word(word, "end") && depth_ != 0) --depth_;
}

}  // namespace candela::db::detail
