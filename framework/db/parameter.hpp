// One value on its way into a statement.
#pragma once

#include <candela/db/values.hpp>
#include <candela/json/describe.hpp>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ranges>
#include <span>
#include <string_view>
#include <type_traits>

namespace candela::db {

/// A parameter as drivers see it. A view: what it refers to lives until the query has ended, which an await at once
/// guarantees. Costs no allocation.
struct parameter {
  enum class kind : std::uint8_t { null, boolean, integer, natural, real, text, bytes, time, uuid, json, array };

  kind what = kind::null;
  union {
    std::int64_t integer = 0;  ///< also of `boolean`; of `time` the microseconds since 1970
    std::uint64_t natural;     ///< above what `integer` holds
    double real;
    const char* data;      ///< of `text`, `bytes`, `json` and `uuid`
    const void* elements;  ///< of `array`
  };
  std::size_t size = 0;                                                              ///< bytes, or elements
  parameter (*element)(const void* elements, std::size_t index) noexcept = nullptr;  ///< of `array`

  [[nodiscard]] std::string_view bytes() const noexcept { return {data, size}; }
  [[nodiscard]] parameter at(std::size_t index) const noexcept { return element(elements, index); }
};

namespace detail {

template <class Type>
inline constexpr bool is_optional = false;
template <class Type>
inline constexpr bool is_optional<std::optional<Type>> = true;

template <class Type>
concept number_type =
    std::integral<Type> && !std::same_as<Type, bool> && !std::same_as<Type, char> && !std::same_as<Type, wchar_t> &&
    !std::same_as<Type, char8_t> && !std::same_as<Type, char16_t> && !std::same_as<Type, char32_t>;

template <class Type>
concept byte_range =
    std::ranges::contiguous_range<const Type> && std::same_as<std::ranges::range_value_t<const Type>, std::byte>;

template <class Enum, class... Enumerators>
constexpr std::string_view enumerator_name(Enum value, json::enum_description<Enum, Enumerators...>) noexcept {
  std::string_view found;
  static_cast<void>(((value == Enumerators::value && (found = Enumerators::name, true)) || ...));
  return found;
}

inline parameter text_parameter(parameter::kind what, const void* data, std::size_t size) noexcept {
  parameter made;
  made.what = what;
  made.data = static_cast<const char*>(data);
  made.size = size;
  return made;
}

inline parameter integer_parameter(parameter::kind what, std::int64_t value) noexcept {
  parameter made;
  made.what = what;
  made.integer = value;
  return made;
}

}  // namespace detail

inline parameter to_parameter(std::nullopt_t) noexcept { return {}; }
inline parameter to_parameter(std::nullptr_t) noexcept { return {}; }

template <std::same_as<bool> Boolean>
parameter to_parameter(Boolean value) noexcept {
  return detail::integer_parameter(parameter::kind::boolean, value ? 1 : 0);
}

template <detail::number_type Integer>
parameter to_parameter(Integer value) noexcept {
  if constexpr (std::unsigned_integral<Integer> && sizeof(Integer) == sizeof(std::int64_t)) {
    if (value > static_cast<std::uint64_t>(INT64_MAX)) {
      parameter made;
      made.what = parameter::kind::natural;
      made.natural = value;
      return made;
    }
  }
  return detail::integer_parameter(parameter::kind::integer, static_cast<std::int64_t>(value));
}

template <std::floating_point Real>
parameter to_parameter(Real value) noexcept {
  parameter made;
  made.what = parameter::kind::real;
  made.real = static_cast<double>(value);
  return made;
}

template <class Text>
  requires std::convertible_to<const Text&, std::string_view>
parameter to_parameter(const Text& value) noexcept {
  const std::string_view text = value;
  return detail::text_parameter(parameter::kind::text, text.data(), text.size());
}

template <detail::byte_range Bytes>
parameter to_parameter(const Bytes& value) noexcept {
  return detail::text_parameter(parameter::kind::bytes, std::ranges::data(value), std::ranges::size(value));
}

template <class Duration>
parameter to_parameter(const std::chrono::sys_time<Duration>& value) noexcept {
  const auto rounded = std::chrono::floor<std::chrono::microseconds>(value);
  return detail::integer_parameter(parameter::kind::time, rounded.time_since_epoch().count());
}

inline parameter to_parameter(const uuid& value) noexcept {
  return detail::text_parameter(parameter::kind::uuid, value.bytes.data(), value.bytes.size());
}

inline parameter to_parameter(const json_text& value) noexcept {
  return detail::text_parameter(parameter::kind::json, value.text.data(), value.text.size());
}

/// A described enumeration goes by its enumerator's name.
template <json::described Enum>
  requires std::is_enum_v<Enum>
parameter to_parameter(Enum value) noexcept {
  const std::string_view name = detail::enumerator_name(value, json::description_of<Enum>());
  return detail::text_parameter(parameter::kind::text, name.data(), name.size());
}

// Declared before the optional of one is read.
template <class Range>
  requires(std::ranges::contiguous_range<const Range> && !detail::byte_range<Range> &&
           !std::convertible_to<const Range&, std::string_view>)
parameter to_parameter(const Range& values) noexcept;

template <class Type>
parameter to_parameter(const std::optional<Type>& value) noexcept {
  return value ? to_parameter(*value) : parameter();
}

/// Elements that stand side by side are an array (PostgreSQL).
template <class Range>
  requires(std::ranges::contiguous_range<const Range> && !detail::byte_range<Range> &&
           !std::convertible_to<const Range&, std::string_view>)
parameter to_parameter(const Range& values) noexcept {
  using element = std::ranges::range_value_t<const Range>;
  parameter made;
  made.what = parameter::kind::array;
  made.elements = std::ranges::data(values);
  made.size = std::ranges::size(values);
  made.element = [](const void* elements, std::size_t index) noexcept {
    return to_parameter(static_cast<const element*>(elements)[index]);
  };
  return made;
}

/// What can be a parameter.
template <class Type>
concept bindable = requires(const Type& value) {
  { to_parameter(value) } -> std::same_as<parameter>;
};

}  // namespace candela::db
