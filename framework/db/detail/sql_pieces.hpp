// Private to the room: a file of SQL, one statement at a time.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace candela::db::detail {

/// One statement, without the semicolon that ends it.
struct sql_piece {
  std::string_view text;
  std::size_t at = 0;  ///< where it stands in the file, in bytes
};

/// Finds the semicolons that end statements: not those in quotes of any kind (dollar quotes of PostgreSQL included), in
/// comments, or in the body of a trigger or function between BEGIN and END. `begin` and `end` may also be names of
/// columns. What is no valid SQL gives pieces that the database will refuse.
class sql_pieces {
 public:
  explicit sql_pieces(std::string_view file) noexcept : file_(file) {}

  /// The next statement; nothing at the end. Blanks and comments alone are none.
  [[nodiscard]] std::optional<sql_piece> next() noexcept;

 private:
  void skip_blanks() noexcept;
  bool skip_blank_or_comment() noexcept;
  bool skip_comment() noexcept;
  void skip_one() noexcept;
  void skip_quoted(char quote, bool with_escapes) noexcept;
  bool skip_dollar_quoted() noexcept;
  void skip_word(bool ended) noexcept;
  [[nodiscard]] bool body_follows() const noexcept;
  [[nodiscard]] bool is_at_end() const noexcept { return at_ == file_.size(); }
  [[nodiscard]] std::string_view rest() const noexcept { return file_.substr(at_); }

  std::string_view file_;
  std::size_t at_ = 0;
  bool first_word_ = true;      // of the statement, is yet to come
  bool is_definition_ = false;  // it begins with CREATE
  bool in_body_ = false;        // behind its BEGIN
  bool may_end_ = false;        // a statement of the body has ended, so that an END is the body's
};

/// The first word of a statement, in its own letters.
[[nodiscard]] std::string_view first_word(std::string_view sql) noexcept;
/// Whether it ends the transaction around it, or begins one.
[[nodiscard]] bool ends_transaction(std::string_view sql) noexcept;
/// Whether two words are the same in either case (ASCII).
[[nodiscard]] bool same_word(std::string_view left, std::string_view right) noexcept;

}  // namespace candela::db::detail
