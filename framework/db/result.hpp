// All rows of a query.
#pragma once

#include <candela/db/row.hpp>
#include <cstddef>
#include <cstdint>
#include <iterator>

namespace candela::db {

/// A row as it is kept in an arena, its cells behind it.
struct stored_row {
  stored_row* next = nullptr;

  [[nodiscard]] const cell* cells() const noexcept { return reinterpret_cast<const cell*>(this + 1); }
  /// Copies a row's cells and what they point to.
  [[nodiscard]] static stored_row* store(arena& memory, std::size_t columns, const cell* cells);
};
static_assert(sizeof(stored_row) % alignof(cell) == 0);

/// A view of rows that stand in the query's arena (of an exchange: as long as that lives). Copied freely.
class result {
 public:
  class iterator {
   public:
    using value_type = row;
    using difference_type = std::ptrdiff_t;
    iterator() noexcept = default;
    iterator(const result& owner, const stored_row* at) noexcept : owner_(&owner), at_(at) {}
    row operator*() const noexcept { return owner_->row_at(*at_); }
    iterator& operator++() noexcept {
      at_ = at_->next;
      return *this;
    }
    iterator operator++(int) noexcept {
      const iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const iterator& left, const iterator& right) noexcept { return left.at_ == right.at_; }

   private:
    const result* owner_ = nullptr;
    const stored_row* at_ = nullptr;
  };

  result() noexcept = default;
  result(const description* columns, arena& memory) noexcept : columns_(columns), memory_(&memory) {}

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] iterator begin() const noexcept { return {*this, first_}; }
  [[nodiscard]] iterator end() const noexcept { return {*this, nullptr}; }
  /// The first row; there must be one.
  [[nodiscard]] row front() const noexcept { return row_at(*first_); }
  /// Null when the statement gives no rows by its nature.
  [[nodiscard]] const description* columns() const noexcept { return columns_; }
  /// Rows that the statement inserted, updated, deleted or gave.
  [[nodiscard]] std::uint64_t affected() const noexcept { return affected_; }

  /// For drivers and awaits: appends a row; sets what else came.
  void append(const description& columns, const cell* cells);
  void complete(const description* columns, std::uint64_t affected) noexcept {
    columns_ = columns;
    affected_ = affected;
  }

 private:
  [[nodiscard]] row row_at(const stored_row& kept) const noexcept { return {*columns_, kept.cells(), *memory_}; }

  const description* columns_ = nullptr;
  arena* memory_ = nullptr;
  stored_row* first_ = nullptr;
  stored_row* last_ = nullptr;
  std::size_t size_ = 0;
  std::uint64_t affected_ = 0;
};

}  // namespace candela::db
