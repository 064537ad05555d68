// Private to the room: a statement as one connection has prepared it.
#pragma once

#include <candela/db/error.hpp>
#include <candela/db/sqlite/detail/batch.hpp>
#include <candela/db/sqlite/detail/shapes.hpp>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace candela::db::sqlite {

/// Owned by its connection.
class prepared {
 public:
  [[nodiscard]] static std::expected<std::unique_ptr<prepared>, error> make(sqlite3* connection, std::string_view sql,
                                                                            shape_table& shapes);
  prepared(const prepared&) = delete;
  prepared& operator=(const prepared&) = delete;
  ~prepared();

  /// Gives the parameters their values. `lasting`: their bytes stay in place until the statement has ended; otherwise
  /// they are copied.
  [[nodiscard]] std::optional<error> bind(std::span<const bound_value> values, const char* texts, bool lasting);
  /// One of SQLite's codes: a row, the end, or a failure.
  [[nodiscard]] int step() noexcept;
  void reset() noexcept;

  /// The columns of its rows; null when it gives none. After the first step: a changed table shows by then.
  [[nodiscard]] const shape* columns();
  /// Whether it changes nothing by its nature.
  [[nodiscard]] bool reads() const noexcept { return reads_; }
  /// Whether it only deals with rows, so that it may stand in a transaction with others.
  [[nodiscard]] bool shares() const noexcept { return shares_; }

  [[nodiscard]] sqlite3_stmt* native() const noexcept { return native_; }
  [[nodiscard]] std::string_view sql() const noexcept { return sql_; }

 private:
  prepared(sqlite3_stmt* native, std::string_view sql, shape_table& shapes);
  [[nodiscard]] std::optional<error> find_parameters();
  [[nodiscard]] int bind_one(int slot, const bound_value& value, const char* texts, bool lasting) noexcept;

  sqlite3_stmt* native_;
  std::string_view sql_;
  shape_table& shapes_;
  std::vector<std::uint16_t> numbers_;  // of the parameter that stands at each of SQLite's places
  std::size_t parameters_ = 0;          // the highest number
  const shape* columns_ = nullptr;
  int preparations_ = 0;
  bool reads_;
  bool shares_;
};

/// `sql` without the blanks, semicolons and comments that it begins with.
[[nodiscard]] std::string_view from_first_word(std::string_view sql) noexcept;

/// Whether the first word of `sql`, behind blanks and comments, is `word` (given in upper case).
[[nodiscard]] bool begins_with(std::string_view sql, std::string_view word) noexcept;

}  // namespace candela::db::sqlite
