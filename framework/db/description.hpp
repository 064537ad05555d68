// What the rows of a result look like, and the values of one of them.
#pragma once

#include <array>
#include <candela/db/sql_type.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace candela::db {

/// One column of a result.
struct column {
  std::string name;
  sql_type type = sql_type::unknown;

  friend bool operator==(const column&, const column&) = default;
};

/// One value of a row, as PostgreSQL's binary format writes it (integers and floats in network byte order, text as
/// UTF-8). Every driver gives values in this form.
struct cell {
  const char* data = nullptr;
  std::int32_t size = -1;             ///< in bytes; -1 is NULL
  sql_type type = sql_type::unknown;  ///< of the value, where the column is `dynamic`; otherwise not looked at

  [[nodiscard]] bool is_null() const noexcept { return size < 0; }
  [[nodiscard]] std::string_view bytes() const noexcept { return {data, static_cast<std::size_t>(size)}; }
};

/// The columns of a statement's rows. Kept by the driver from the statement's first use until the driver ends, so
/// that results and rows may refer to it. One worker.
class description {
 public:
  explicit description(std::vector<column> columns) : columns_(std::move(columns)) {}
  description(const description&) = delete;
  description& operator=(const description&) = delete;

  [[nodiscard]] std::span<const column> columns() const noexcept { return columns_; }
  [[nodiscard]] std::size_t size() const noexcept { return columns_.size(); }
  /// The position of the first column of that name, whose case does not count (ASCII); `npos` when there is none.
  [[nodiscard]] std::size_t find(std::string_view name) const noexcept;
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);

  /// Where a struct's members stand among the columns, found out once and kept here under `key`, an address that stands
  /// for the struct. Null when `missing_ok` is clear for a member that has no column; `missing` then names it.
  struct member_request {
    std::string_view name;
    bool optional = false;
  };
  [[nodiscard]] const std::uint16_t* positions(const void* key, std::span<const member_request> members,
                                               std::string_view& missing) const {
    for (const known& entry : known_) {
      if (entry.key == key) return entry.positions.get();
    }
    return find_positions(key, members, missing);
  }
  /// In `positions`: the member has no column.
  static constexpr std::uint16_t absent = 0xFFFF;

 private:
  struct known {
    const void* key;
    std::unique_ptr<std::uint16_t[]> positions;
  };
  [[gnu::noinline]] const std::uint16_t* find_positions(const void* key, std::span<const member_request> members,
                                                        std::string_view& missing) const;

  std::vector<column> columns_;
  mutable std::vector<known> known_;
};

}  // namespace candela::db
