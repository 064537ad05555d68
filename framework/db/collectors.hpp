// What becomes of the rows of a query: each of these is the result side of one kind of await.
#pragma once

#include <candela/db/arena_list.hpp>
#include <candela/db/operation.hpp>
#include <candela/db/result.hpp>
#include <candela/db/row_reader.hpp>
#include <cstdint>
#include <expected>
#include <optional>
#include <utility>

namespace candela::db::detail {

/// Keeps every row.
class keep_rows {
 public:
  using value_type = result;
  keep_rows(arena& memory, const operation&) : rows_(nullptr, memory) {}
  void take(operation& asked, std::uint32_t, const cell* cells) { rows_.append(*asked.columns, cells); }
  std::expected<value_type, error> finish(operation& asked) {
    rows_.complete(asked.columns, asked.affected);
    return rows_;
  }

 private:
  result rows_;
};

/// Only counts.
class count_rows {
 public:
  using value_type = std::uint64_t;
  count_rows(arena&, const operation&) {}
  void take(operation&, std::uint32_t, const cell*) {}
  std::expected<value_type, error> finish(operation& asked) { return asked.affected; }
};

/// One row or none, read as it comes.
template <class Type>
class read_one {
 public:
  using value_type = std::optional<Type>;
  read_one(arena& memory, const operation&) : memory_(memory) {}
  void take(operation& asked, std::uint32_t, const cell* cells) {
    if (value_) return asked.fail(error(errc::too_many_rows, "at most one row was expected"));
    row_fault fault;
    const read_memory memory(memory_);
    if (!row_reader<Type>::read(*asked.columns, cells, memory, value_.emplace(), fault)) {
      asked.fail(fault.to_error(*asked.columns));
    }
  }
  std::expected<value_type, error> finish(operation&) { return std::move(value_); }

 private:
  arena& memory_;
  value_type value_;
};

/// Every row, read as it comes.
template <class Type>
class read_all {
 public:
  using value_type = list<Type>;
  read_all(arena& memory, const operation&) : memory_(memory), values_(arena_allocator<Type>(memory)) {}
  void take(operation& asked, std::uint32_t, const cell* cells) {
    row_fault fault;
    const read_memory memory(memory_);
    if (!row_reader<Type>::read(*asked.columns, cells, memory, values_.emplace_back(), fault)) {
      asked.fail(fault.to_error(*asked.columns));
    }
  }
  std::expected<value_type, error> finish(operation&) { return std::move(values_); }

 private:
  arena& memory_;
  value_type values_;
};

template <class Type>
inline constexpr bool is_optional_row = false;
template <class Type>
inline constexpr bool is_optional_row<std::optional<Type>> = true;

/// One row of each of several queries, in their order.
template <class Type>
class read_each {
 public:
  using value_type = list<Type>;
  read_each(arena& memory, const operation& asked)
      : memory_(memory), values_(arena_allocator<Type>(memory)), filled_(arena_allocator<bool>(memory)) {
    values_.resize(asked.repeat);
    filled_.resize(asked.repeat);
  }
  // Answers need not come in the order of the queries: some may have been asked again.
  void take(operation& asked, std::uint32_t index, const cell* cells) {
    if (filled_[index]) return asked.fail(error(errc::too_many_rows, "at most one row of each query was expected"));
    filled_[index] = true;
    ++rows_;
    row_fault fault;
    const read_memory memory(memory_);
    if (!read(asked, cells, memory, values_[index], fault)) asked.fail(fault.to_error(*asked.columns));
  }
  std::expected<value_type, error> finish(operation& asked) {
    if constexpr (!is_optional_row<Type>) {
      if (rows_ != asked.repeat) return std::unexpected(no_row());
    }
    return std::move(values_);
  }

 private:
  static error no_row() { return error(errc::no_rows, "a query gave no row where one of each was expected"); }
  template <class Value>
  static bool read(operation& asked, const cell* cells, const read_memory& memory, Value& into, row_fault& fault) {
    return row_reader<Value>::read(*asked.columns, cells, memory, into, fault);
  }
  template <class Value>
  static bool read(operation& asked, const cell* cells, const read_memory& memory, std::optional<Value>& into,
                   row_fault& fault) {
    return row_reader<Value>::read(*asked.columns, cells, memory, into.emplace(), fault);
  }

  arena& memory_;
  value_type values_;
  list<bool> filled_;       // which queries gave a row
  std::uint32_t rows_ = 0;  // how many of them
};

}  // namespace candela::db::detail
