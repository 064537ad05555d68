// Private to the room: rows on their way from a database thread to a loop, packed one behind the other.
#pragma once

#include <candela/db/description.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

struct sqlite3_stmt;

namespace candela::db::sqlite {

/// Grows, and keeps its room for the next batch. Written by one thread, then read by another.
class row_buffer {
 public:
  /// Appends the row that `current` stands at, as one of repetition `index`. Throws `std::bad_alloc`.
  void append(sqlite3_stmt* current, std::uint32_t index);

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// Forgets what stands behind `size`.
  void cut(std::size_t size) noexcept { size_ = size; }
  /// Forgets all rows, and gives back what a large result took.
  void clear() noexcept;

  /// Reads the row that stands at `at`, of `cells.size()` columns; the cells point into this buffer. `index` is set to
  /// its repetition. Returns where the next row stands.
  std::size_t read(std::size_t at, std::uint32_t& index, std::vector<cell>& cells) const noexcept;

 private:
  struct value_head {
    std::int32_t size;
    sql_type type;
  };
  static constexpr std::size_t kept_bytes = 256 * 1024;

  char* reserve(std::size_t bytes);
  void put(sql_type type, const void* data, std::size_t size);
  void put_value(sqlite3_stmt* current, int column);

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace candela::db::sqlite
