// How a value of a row becomes a value of C++.
#pragma once

#include <bit>
#include <candela/core/arena.hpp>
#include <candela/db/description.hpp>
#include <candela/db/error.hpp>
#include <candela/db/parameter.hpp>
#include <candela/db/values.hpp>
#include <concepts>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace candela::db {

/// How reading a value went.
enum class reading : std::uint8_t { good, null, wrong_type, out_of_range, malformed };

/// Where text and bytes of a value go that cannot stay where they are.
struct read_memory {
  arena& memory;
  bool stable = false;  ///< the row itself stands in the arena: views may point into it

  [[nodiscard]] std::string_view keep(std::string_view bytes) const { return stable ? bytes : memory.copy(bytes); }
};

namespace detail {

template <class Unsigned>
[[nodiscard]] inline Unsigned load_network(const char* bytes) noexcept {
  Unsigned value;
  std::memcpy(&value, bytes, sizeof value);
  if constexpr (std::endian::native == std::endian::little) value = std::byteswap(value);
  return value;
}

/// Any type whose value is an integer. Values of `numeric` count when they are whole.
[[nodiscard]] reading read_integer(sql_type type, const cell& value, std::int64_t& into) noexcept;
[[nodiscard]] reading read_real(sql_type type, const cell& value, double& into) noexcept;
[[nodiscard]] reading read_boolean(sql_type type, const cell& value, bool& into) noexcept;
/// Text as it stands, numbers of `numeric` in digits.
[[nodiscard]] reading read_text(sql_type type, const cell& value, const read_memory& memory, std::string_view& into);
[[nodiscard]] reading read_text(sql_type type, const cell& value, std::string& into);
[[nodiscard]] reading read_bytes(sql_type type, const cell& value, std::string_view& into) noexcept;
[[nodiscard]] reading read_time(sql_type type, const cell& value, timestamp& into) noexcept;
[[nodiscard]] reading read_uuid(sql_type type, const cell& value, uuid& into) noexcept;
[[nodiscard]] reading read_json(sql_type type, const cell& value, std::string_view& into) noexcept;

/// Goes along an array of one dimension.
class array_cursor {
 public:
  [[nodiscard]] static reading open(sql_type type, const cell& array, array_cursor& into) noexcept;
  [[nodiscard]] std::size_t left() const noexcept { return left_; }
  [[nodiscard]] sql_type element() const noexcept { return element_; }
  /// False when the array ends within the element.
  [[nodiscard]] bool next(cell& into) noexcept;

 private:
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  std::size_t left_ = 0;
  sql_type element_ = sql_type::unknown;
};

/// The error for a value that could not be read: names the column, its type and what was asked for.
[[nodiscard]] error reading_error(const description& columns, std::size_t index, reading how, std::string_view asked);
[[nodiscard]] error column_error(const description& columns, std::size_t index);
[[nodiscard]] error column_error(const description& columns, std::string_view name);

}  // namespace detail

/// Specialised for every type that one value can be read as: `asked`, its name in errors, and `read`.
template <class Type>
struct value_reader;

template <detail::number_type Integer>
struct value_reader<Integer> {
  static constexpr std::string_view asked = "an integer";
  static reading read(sql_type type, const cell& value, const read_memory&, Integer& into) noexcept {
    if (type == sql_type::int4 && value.size == 4 && sizeof(Integer) >= 4 && std::signed_integral<Integer>) [[likely]] {
      into = static_cast<Integer>(static_cast<std::int32_t>(detail::load_network<std::uint32_t>(value.data)));
      return reading::good;
    }
    std::int64_t wide = 0;
    const reading how = detail::read_integer(type, value, wide);
    if (how != reading::good) return how;
    if (!std::in_range<Integer>(wide)) return reading::out_of_range;
    into = static_cast<Integer>(wide);
    return reading::good;
  }
};

template <std::floating_point Real>
struct value_reader<Real> {
  static constexpr std::string_view asked = "a floating-point number";
  static reading read(sql_type type, const cell& value, const read_memory&, Real& into) noexcept {
    double wide = 0;
    const reading how = detail::read_real(type, value, wide);
    into = static_cast<Real>(wide);
    return how;
  }
};

template <>
struct value_reader<bool> {
  static constexpr std::string_view asked = "a boolean";
  static reading read(sql_type type, const cell& value, const read_memory&, bool& into) noexcept {
    return detail::read_boolean(type, value, into);
  }
};

/// A view into the arena of the query.
template <>
struct value_reader<std::string_view> {
  static constexpr std::string_view asked = "text";
  static reading read(sql_type type, const cell& value, const read_memory& memory, std::string_view& into) {
    if ((type == sql_type::varchar || type == sql_type::text) && !value.is_null()) [[likely]] {
      into = memory.keep(value.bytes());
      return reading::good;
    }
    return detail::read_text(type, value, memory, into);
  }
};

template <>
struct value_reader<std::string> {
  static constexpr std::string_view asked = "text";
  static reading read(sql_type type, const cell& value, const read_memory&, std::string& into) {
    return detail::read_text(type, value, into);
  }
};

/// A view into the arena of the query.
template <>
struct value_reader<std::span<const std::byte>> {
  static constexpr std::string_view asked = "bytes";
  static reading read(sql_type type, const cell& value, const read_memory& memory, std::span<const std::byte>& into) {
    std::string_view bytes;
    const reading how = detail::read_bytes(type, value, bytes);
    if (how != reading::good) return how;
    bytes = memory.keep(bytes);
    into = {reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()};
    return how;
  }
};

template <>
struct value_reader<std::vector<std::byte>> {
  static constexpr std::string_view asked = "bytes";
  static reading read(sql_type type, const cell& value, const read_memory&, std::vector<std::byte>& into) {
    std::string_view bytes;
    const reading how = detail::read_bytes(type, value, bytes);
    if (how != reading::good) return how;
    const auto* first = reinterpret_cast<const std::byte*>(bytes.data());
    into.assign(first, first + bytes.size());
    return how;
  }
};

template <>
struct value_reader<timestamp> {
  static constexpr std::string_view asked = "a timestamp";
  static reading read(sql_type type, const cell& value, const read_memory&, timestamp& into) noexcept {
    return detail::read_time(type, value, into);
  }
};

template <>
struct value_reader<uuid> {
  static constexpr std::string_view asked = "a UUID";
  static reading read(sql_type type, const cell& value, const read_memory&, uuid& into) noexcept {
    return detail::read_uuid(type, value, into);
  }
};

template <>
struct value_reader<json_text> {
  static constexpr std::string_view asked = "JSON";
  static reading read(sql_type type, const cell& value, const read_memory& memory, json_text& into) {
    const reading how = detail::read_json(type, value, into.text);
    if (how == reading::good) into.text = memory.keep(into.text);
    return how;
  }
};

/// A described enumeration is read by its enumerator's name.
template <json::described Enum>
  requires std::is_enum_v<Enum>
struct value_reader<Enum> {
  static constexpr std::string_view asked = "one of the enumerators' names";
  static reading read(sql_type type, const cell& value, const read_memory& memory, Enum& into) {
    std::string_view text;
    const reading how = detail::read_text(type, value, memory, text);
    if (how != reading::good) return how;
    return find(text, into, json::description_of<Enum>()) ? how : reading::out_of_range;
  }

 private:
  template <class... Enumerators>
  static bool find(std::string_view name, Enum& into, json::enum_description<Enum, Enumerators...>) noexcept {
    return ((name == Enumerators::name && (into = Enumerators::value, true)) || ...);
  }
};

/// NULL is an empty optional.
template <class Type>
struct value_reader<std::optional<Type>> {
  static constexpr std::string_view asked = value_reader<Type>::asked;
  static reading read(sql_type type, const cell& value, const read_memory& memory, std::optional<Type>& into) {
    if (value.is_null()) {
      into.reset();
      return reading::good;
    }
    return value_reader<Type>::read(type, value, memory, into.emplace());
  }
};

/// An array of one dimension (PostgreSQL); elements that may be NULL are read as optionals.
template <class Type, class Allocator>
  requires(!std::same_as<Type, std::byte> && !std::same_as<Type, bool>)
struct value_reader<std::vector<Type, Allocator>> {
  static constexpr std::string_view asked = "an array";
  static reading read(sql_type type, const cell& value, const read_memory& memory, std::vector<Type, Allocator>& into) {
    detail::array_cursor cursor;
    reading how = detail::array_cursor::open(type, value, cursor);
    if (how != reading::good) return how;
    into.clear();
    while (cursor.left() != 0) {
      cell element;
      if (!cursor.next(element)) return reading::malformed;
      how = value_reader<Type>::read(cursor.element(), element, memory, into.emplace_back());
      if (how != reading::good) return how;
    }
    return reading::good;
  }
};

/// What one value of a row can be read as.
template <class Type>
concept readable_value = requires { value_reader<Type>::asked; };

}  // namespace candela::db
