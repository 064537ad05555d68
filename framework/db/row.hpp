// One row of a result.
#pragma once

#include <candela/db/row_reader.hpp>
#include <cstddef>
#include <expected>
#include <string_view>

namespace candela::db {

/// A view of one row: copied freely, valid as long as the result's arena (in a stream, until the next row is asked
/// for).
class row {
 public:
  row(const description& columns, const cell* cells, arena& memory) noexcept
      : columns_(&columns), cells_(cells), memory_(&memory) {}

  [[nodiscard]] std::size_t size() const noexcept { return columns_->size(); }
  [[nodiscard]] const description& columns() const noexcept { return *columns_; }

  /// Whether the value is NULL. `index` is within `size()`.
  [[nodiscard]] bool is_null(std::size_t index) const noexcept { return cells_[index].is_null(); }

  /// The value at that position, from 0. `wrong_type` names the column, its type and what was asked for; `wrong_column`
  /// says that there is none. NULL is an error unless an optional is asked for.
  template <readable_value Type>
  [[nodiscard]] std::expected<Type, error> get(std::size_t index) const {
    if (index >= size()) return std::unexpected(detail::column_error(*columns_, index));
    detail::row_fault fault;
    std::expected<Type, error> value;
    const read_memory stable(*memory_, true);
    if (!detail::read_cell(*columns_, index, cells_, stable, *value, fault)) {
      return std::unexpected(fault.to_error(*columns_));
    }
    return value;
  }

  /// The value of that column; the case of its name does not count.
  template <readable_value Type>
  [[nodiscard]] std::expected<Type, error> get(std::string_view name) const {
    const std::size_t index = columns_->find(name);
    if (index == description::npos) return std::unexpected(detail::column_error(*columns_, name));
    return get<Type>(index);
  }

  /// The row as a described struct, a tuple or one value.
  template <readable_row Type>
  [[nodiscard]] std::expected<Type, error> as() const {
    detail::row_fault fault;
    std::expected<Type, error> value;
    const read_memory stable(*memory_, true);
    if (!row_reader<Type>::read(*columns_, cells_, stable, *value, fault)) {
      return std::unexpected(fault.to_error(*columns_));
    }
    return value;
  }

  /// The value as it came; see `cell`.
  [[nodiscard]] const cell& raw(std::size_t index) const noexcept { return cells_[index]; }

 private:
  const description* columns_;
  const cell* cells_;
  arena* memory_;
};

}  // namespace candela::db
