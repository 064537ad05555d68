// How a row becomes a value: a described struct by column names, a tuple by positions, one value alone from the first.
#pragma once

#include <array>
#include <candela/db/value_reader.hpp>
#include <candela/json/describe.hpp>
#include <cstddef>
#include <tuple>
#include <utility>

namespace candela::db {

namespace detail {

/// Where a row could not be read.
struct row_fault {
  std::size_t column = 0;
  reading how = reading::good;
  std::string_view asked;           // of the value
  std::string_view missing_member;  // has no column

  [[nodiscard]] error to_error(const description& columns) const {
    return missing_member.empty() ? reading_error(columns, column, how, asked) : column_error(columns, missing_member);
  }
};

template <class Type>
bool read_cell(const description& columns, std::size_t index, const cell* cells, const read_memory& memory, Type& into,
               row_fault& fault) {
  sql_type type = columns.columns()[index].type;
  if (type == sql_type::dynamic) type = cells[index].type;
  const reading how = value_reader<Type>::read(type, cells[index], memory, into);
  if (how == reading::good) [[likely]]
    return true;
  fault = {index, how, value_reader<Type>::asked, {}};
  return false;
}

template <class Struct, class Description>
class struct_reader;

template <class Struct, class... Members>
class struct_reader<Struct, json::description<Struct, Members...>> {
 public:
  static bool read(const description& columns, const cell* cells, const read_memory& memory, Struct& into,
                   row_fault& fault) {
    const std::uint16_t* positions = columns.positions(&key_, members_, fault.missing_member);
    if (positions == nullptr) [[unlikely]]
      return false;
    std::size_t member = 0;
    return (read_member<Members>(columns, positions[member++], cells, memory, into, fault) && ...);
  }

 private:
  template <class Member>
  static bool read_member(const description& columns, std::uint16_t position, const cell* cells,
                          const read_memory& memory, Struct& into, row_fault& fault) {
    if (position == description::absent) return true;
    return read_cell(columns, position, cells, memory, into.*Member::pointer, fault);
  }

  static constexpr std::array<description::member_request, sizeof...(Members)> members_{
      {{Members::name, is_optional<typename Members::type> || !Members::required}...}};
  static constexpr char key_ = 0;
};

}  // namespace detail

/// Specialised for what a row can be read as.
template <class Type>
struct row_reader;

template <readable_value Type>
struct row_reader<Type> {
  static bool read(const description& columns, const cell* cells, const read_memory& memory, Type& into,
                   detail::row_fault& fault) {
    if (columns.size() == 0) {
      fault.missing_member = "1";
      return false;
    }
    return detail::read_cell(columns, 0, cells, memory, into, fault);
  }
};

/// Members find their columns by name, whose case does not count; columns that no member wants are left out. A member
/// that is an optional, or was described as defaulted, may have no column.
template <json::described Struct>
  requires std::is_class_v<Struct>
struct row_reader<Struct> : detail::struct_reader<Struct, json::description_of<Struct>> {};

template <readable_value... Types>
struct row_reader<std::tuple<Types...>> {
  static bool read(const description& columns, const cell* cells, const read_memory& memory, std::tuple<Types...>& into,
                   detail::row_fault& fault) {
    if (columns.size() < sizeof...(Types)) {
      fault.missing_member = "tuple";
      return false;
    }
    return [&]<std::size_t... Index>(std::index_sequence<Index...>) {
      return (detail::read_cell(columns, Index, cells, memory, std::get<Index>(into), fault) && ...);
    }(std::index_sequence_for<Types...>());
  }
};

/// What a row can be read as: a described struct, a tuple of values, or one value.
template <class Type>
concept readable_row = requires(const description& columns, const cell* cells, const read_memory& memory, Type& into,
                                detail::row_fault& fault) {
  { row_reader<Type>::read(columns, cells, memory, into, fault) } -> std::same_as<bool>;
};

}  // namespace candela::db
