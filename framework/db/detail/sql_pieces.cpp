#include <algorithm>
#include <candela/db/detail/sql_pieces.hpp>
#include <initializer_list>
#include <utility>

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

constexpr bool is_digit(char letter) noexcept { return letter >= '0' && letter <= '9'; }

std::size_t word_length(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_word) - text.begin());
}

// Within a name, a dollar sign is a letter like others.
constexpr bool is_name(char letter) noexcept { return is_word(letter) || letter == '$'; }

bool is_any(std::string_view word, std::initializer_list<std::string_view> of) noexcept {
  return std::ranges::any_of(of, [&](std::string_view each) { return same_word(word, each); });
}

}  // namespace

bool same_word(std::string_view left, std::string_view right) noexcept {
  return std::ranges::equal(left, right, {}, lower, lower);
}

std::string_view first_word(std::string_view sql) noexcept {
  if (sql.empty() || !is_word(sql.front()) || is_digit(sql.front())) return sql.substr(0, word_length(sql));
  return sql.substr(0, static_cast<std::size_t>(std::ranges::find_if_not(sql, is_name) - sql.begin()));
}

bool ends_transaction(std::string_view sql) noexcept {
  const auto next = [&sql] {
    sql = {std::ranges::find_if_not(sql, is_blank), sql.end()};
    const std::string_view word = first_word(sql);
    sql.remove_prefix(word.size());
    return word;
  };
  std::string_view word = next();
  if (!same_word(word, "rollback")) return is_any(word, {"begin", "start", "commit", "end", "abort"});
  // Back to a savepoint: the transaction goes on.
  word = next();
  if (is_any(word, {"work", "transaction"})) word = next();
  return !same_word(word, "to");
}

std::optional<sql_piece> sql_pieces::next() noexcept {
  skip_blanks();
  if (is_at_end()) return std::nullopt;
  const std::size_t begin = at_;
  std::size_t end = begin;
  first_word_ = true;
  is_definition_ = in_body_ = may_end_ = false;
  while (!is_at_end() && (file_[at_] != ';' || in_body_)) {
    if (skip_blank_or_comment()) continue;
    skip_one();
    end = at_;
  }
  return sql_piece{file_.substr(begin, end - begin), begin};
}

// Between two statements: semicolons that end nothing as well.
void sql_pieces::skip_blanks() noexcept {
  while (!is_at_end()) {
    if (file_[at_] == ';') {
      ++at_;
    } else if (!skip_blank_or_comment()) {
      return;
    }
  }
}

bool sql_pieces::skip_blank_or_comment() noexcept {
  if (!is_blank(file_[at_])) return skip_comment();
  ++at_;
  return true;
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
  const bool ended = std::exchange(may_end_, letter == ';');
  if (letter == '\'' || letter == '"' || letter == '`') return skip_quoted(letter, false);
  if (letter == '$' && skip_dollar_quoted()) return;
  if (is_word(letter)) return skip_word(ended);
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

// `ended`: a statement stands before it, of the body.
void sql_pieces::skip_word(bool ended) noexcept {
  const std::string_view word = first_word(rest());
  at_ += word.size();
  if (!is_at_end() && file_[at_] == '\'' && same_word(word, "e")) return skip_quoted('\'', true);
  if (first_word_) is_definition_ = same_word(word, "create");
  first_word_ = false;
  if (!is_definition_) return;
  if (!in_body_) {
    in_body_ = same_word(word, "begin") && body_follows();
  } else if (same_word(word, "atomic")) {
    may_end_ = true;
  } else if (ended && same_word(word, "end")) {
    in_body_ = false;
  }
}

// What stands behind a BEGIN that is none of a column: PostgreSQL's ATOMIC, or the first statement of a trigger.
bool sql_pieces::body_follows() const noexcept {
  sql_pieces ahead(*this);
  while (!ahead.is_at_end() && ahead.skip_blank_or_comment()) continue;
  return is_any(first_word(ahead.rest()),
                {"atomic", "insert", "update", "delete", "replace", "select", "values", "with"});
}

}  // namespace candela::db::detail
