// Which C++ types stand for which JSON types, for the writer and the reader alike.
#pragma once

#include <array>
#include <candela/json/value.hpp>
#include <concepts>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace candela::json {

/// Integers that are numbers on the wire; character types are refused, since nobody could tell what was meant.
template <class Type>
concept integer =
    std::integral<Type> && !std::same_as<Type, bool> && !std::same_as<Type, char> && !std::same_as<Type, wchar_t> &&
    !std::same_as<Type, char8_t> && !std::same_as<Type, char16_t> && !std::same_as<Type, char32_t>;

/// What is absent, or `null`, when it is empty.
template <class Type>
inline constexpr bool is_optional = false;
template <class Type>
inline constexpr bool is_optional<std::optional<Type>> = true;

/// What is an array of exactly so many elements.
template <class Type>
inline constexpr bool is_fixed_array = false;
template <class Type, std::size_t Count>
inline constexpr bool is_fixed_array<std::array<Type, Count>> = true;

/// What is an array.
template <class Type>
inline constexpr bool is_sequence = is_fixed_array<Type>;
template <class Type, class Allocator>
inline constexpr bool is_sequence<std::vector<Type, Allocator>> = true;
template <class Type, std::size_t Extent>
inline constexpr bool is_sequence<std::span<Type, Extent>> = true;

/// What is an object whose names are data.
template <class Type>
inline constexpr bool is_dictionary = false;
template <class Type, class Compare, class Allocator>
inline constexpr bool is_dictionary<std::map<std::string, Type, Compare, Allocator>> = true;

/// What the reader fills without a table of parts.
template <class Type>
inline constexpr bool is_scalar =
    std::same_as<Type, bool> || integer<Type> || std::same_as<Type, float> || std::same_as<Type, double> ||
    std::same_as<Type, std::string> || std::same_as<Type, std::string_view> || std::same_as<Type, value>;

}  // namespace candela::json
