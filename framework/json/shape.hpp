// How the reader sees a type: a constant table. One reader, compiled once, fills every type by its table, so that a
// program that reads many types instantiates tables and next to no code.
#pragma once

#include <array>
#include <candela/json/describe.hpp>
#include <candela/json/kinds.hpp>
#include <candela/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace candela::json {

struct shape;

/// A member of a described struct.
struct member_shape {
  std::string_view name;
  /// The member's place in the struct.
  void* (*at)(void* object);
  const shape* type;
  bool required;
};

/// An enumerator of a described enum.
struct enumerator_shape {
  std::string_view name;
  void (*assign)(void* target);
};

/// What a type is made of, and how to fill it. Fields that a kind doesn't use are empty.
struct shape {
  enum class kind : std::uint8_t {
    boolean,
    signed_integer,
    unsigned_integer,
    floating,
    string,
    view,
    tree,
    optional,
    sequence,
    fixed_sequence,
    dictionary,
    object,
    enumeration
  };

  kind what;
  /// Bytes of a number; of an element in a fixed sequence.
  std::size_t bytes = 0;
  /// Elements of a fixed sequence, members of an object, enumerators of an enumeration.
  std::size_t count = 0;
  /// What an optional, a sequence or a dictionary holds.
  const shape* inner = nullptr;
  const member_shape* members = nullptr;
  const enumerator_shape* enumerators = nullptr;
  /// Makes an empty container.
  void (*clear)(void* container) = nullptr;
  /// Adds a fresh element to a sequence, or fills an optional with one; where it is.
  void* (*add)(void* container) = nullptr;
  /// Adds a fresh entry to a dictionary; null when there is one of that name.
  void* (*insert)(void* container, std::string_view name) = nullptr;
};

/// The table of a type.
template <class Type>
struct shape_of {
  static const shape table;
};

template <class Container>
void clear_container(void* container) {
  *static_cast<Container*>(container) = Container();
}

template <class Container>
void* add_element(void* container) {
  if constexpr (is_optional<Container>) {
    return &static_cast<Container*>(container)->emplace();
  } else {
    return &static_cast<Container*>(container)->emplace_back();
  }
}

template <class Dictionary>
void* insert_entry(void* container, std::string_view name) {
  const auto [entry, fresh] = static_cast<Dictionary*>(container)->try_emplace(std::string(name));
  return fresh ? &entry->second : nullptr;
}

template <class Type, class Member>
void* place_of(void* object) {
  return &(static_cast<Type*>(object)->*Member::pointer);
}

template <class Type, class Enumerator>
void assign_enumerator(void* target) {
  *static_cast<Type*>(target) = Enumerator::value;
}

/// The members of a described struct as a table.
template <class Description>
struct members_of;
template <class Type, class... Members>
struct members_of<description<Type, Members...>> {
  static constexpr std::size_t count = sizeof...(Members);
  static constexpr std::array<member_shape, count> table{
      {{Members::name, &place_of<Type, Members>, &shape_of<typename Members::type>::table,
        Members::required && !is_optional<typename Members::type>}...}};
};

/// The enumerators of a described enum as a table.
template <class Description>
struct enumerators_of;
template <class Type, class... Enumerators>
struct enumerators_of<enum_description<Type, Enumerators...>> {
  static constexpr std::size_t count = sizeof...(Enumerators);
  static constexpr std::array<enumerator_shape, count> table{
      {{Enumerators::name, &assign_enumerator<Type, Enumerators>}...}};
};

template <class Type>
consteval shape make_scalar_shape() {
  using enum shape::kind;
  if constexpr (std::is_same_v<Type, bool>) return {.what = boolean};
  if constexpr (integer<Type>) {
    return {.what = std::is_signed_v<Type> ? signed_integer : unsigned_integer, .bytes = sizeof(Type)};
  }
  if constexpr (std::is_same_v<Type, float> || std::is_same_v<Type, double>) {
    return {.what = floating, .bytes = sizeof(Type)};
  }
  if constexpr (std::is_same_v<Type, std::string>) return {.what = string};
  if constexpr (std::is_same_v<Type, std::string_view>) return {.what = view};
  if constexpr (std::is_same_v<Type, value>) return {.what = tree};
}

template <class Type>
consteval shape make_container_shape() {
  using enum shape::kind;
  if constexpr (is_fixed_array<Type>) {
    using element = typename Type::value_type;
    return {.what = fixed_sequence,
            .bytes = sizeof(element),
            .count = std::tuple_size_v<Type>,
            .inner = &shape_of<element>::table};
  } else if constexpr (is_dictionary<Type>) {
    return {.what = dictionary,
            .inner = &shape_of<typename Type::mapped_type>::table,
            .clear = &clear_container<Type>,
            .insert = &insert_entry<Type>};
  } else {
    static_assert(!std::is_same_v<Type, std::vector<bool>>, "std::vector<bool> has no elements; hold another type");
    return {.what = is_optional<Type> ? optional : sequence,
            .inner = &shape_of<typename Type::value_type>::table,
            .clear = &clear_container<Type>,
            .add = &add_element<Type>};
  }
}

template <class Type>
consteval shape make_described_shape() {
  static_assert(described<Type>, "describe this type with CANDELA_DESCRIBE or CANDELA_DESCRIBE_ENUM");
  if constexpr (std::is_enum_v<Type>) {
    using enumerators = enumerators_of<description_of<Type>>;
    return {.what = shape::kind::enumeration, .count = enumerators::count, .enumerators = enumerators::table.data()};
  } else {
    using members = members_of<description_of<Type>>;
    return {.what = shape::kind::object, .count = members::count, .members = members::table.data()};
  }
}

template <class Type>
consteval shape make_shape() {
  if constexpr (is_scalar<Type>) {
    return make_scalar_shape<Type>();
  } else if constexpr (is_optional<Type> || is_sequence<Type> || is_dictionary<Type>) {
    return make_container_shape<Type>();
  } else {
    return make_described_shape<Type>();
  }
}

template <class Type>
constinit const shape shape_of<Type>::table = make_shape<Type>();

}  // namespace candela::json
