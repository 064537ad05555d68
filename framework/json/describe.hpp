// Described types: one macro beside a struct or an enum, and it converts to and from JSON.
#pragma once

#include <candela/json/for_each.hpp>
#include <cstddef>
#include <string_view>
#include <type_traits>

/// Describes a struct; stands in the struct's namespace, behind it. Names on the wire are the members' names, and their
/// order is the order of writing. Members are public; up to 64 of them.
///
///     struct order {
///       std::uint64_t id;
///       std::string customer;
///       std::vector<item> items;
///       std::optional<std::string> note;   // may be absent or null
///     };
///     CANDELA_DESCRIBE(order, id, customer, items, note)
///
/// A member has one of these types: `bool`, an integer, `float`, `double`, `std::string`, `std::string_view` (reading
/// makes it a view into the arena), `std::optional`, `std::vector`, `std::array`, `std::map` keyed by `std::string`,
/// `json::value`, and any described struct or enum, itself inside a vector, an optional or a map included.
#define CANDELA_DESCRIBE(type, ...)                                                                                    \
  [[maybe_unused]] consteval auto candela_describe(const type*) {                                                      \
    using candela_described [[maybe_unused]] = type;                                                                   \
    return ::candela::json::description<type __VA_OPT__(, CANDELA_JSON_FOR_EACH(CANDELA_JSON_MEMBER, __VA_ARGS__))>{}; \
  }

/// As `CANDELA_DESCRIBE`, with names on the wire that differ: each member is `(member, "name")`, or
/// `(member, "name", candela::json::defaulted)` when it keeps its initial value where the text has no such member.
///
///     CANDELA_DESCRIBE_AS(page, (size, "page-size", candela::json::defaulted), (token, "next"))
#define CANDELA_DESCRIBE_AS(type, ...)                                    \
  [[maybe_unused]] consteval auto candela_describe(const type*) {         \
    using candela_described [[maybe_unused]] = type;                      \
    return ::candela::json::description<type __VA_OPT__(                  \
        , CANDELA_JSON_FOR_EACH(CANDELA_JSON_MEMBER_AS, __VA_ARGS__))>{}; \
  }

/// Describes an enum by the names of its enumerators, which stand as strings on the wire.
///
///     enum class state { open, paid, sent };
///     CANDELA_DESCRIBE_ENUM(state, open, paid, sent)
#define CANDELA_DESCRIBE_ENUM(type, ...)                                                                           \
  [[maybe_unused]] consteval auto candela_describe(const type*) {                                                  \
    using candela_described [[maybe_unused]] = type;                                                               \
    return ::candela::json::enum_description<type, CANDELA_JSON_FOR_EACH(CANDELA_JSON_ENUMERATOR, __VA_ARGS__)>{}; \
  }

/// As `CANDELA_DESCRIBE_ENUM`, each enumerator as `(enumerator, "name")`.
#define CANDELA_DESCRIBE_ENUM_AS(type, ...)                                                                           \
  [[maybe_unused]] consteval auto candela_describe(const type*) {                                                     \
    using candela_described [[maybe_unused]] = type;                                                                  \
    return ::candela::json::enum_description<type, CANDELA_JSON_FOR_EACH(CANDELA_JSON_ENUMERATOR_AS, __VA_ARGS__)>{}; \
  }

#define CANDELA_JSON_MEMBER(name) ::candela::json::described_member<&candela_described::name, #name>
#define CANDELA_JSON_MEMBER_AS(pair) CANDELA_JSON_MEMBER_AS_PAIR pair
#define CANDELA_JSON_MEMBER_AS_PAIR(member, ...) \
  ::candela::json::described_member<&candela_described::member, __VA_ARGS__>
#define CANDELA_JSON_ENUMERATOR(name) ::candela::json::described_enumerator<candela_described::name, #name>
#define CANDELA_JSON_ENUMERATOR_AS(pair) CANDELA_JSON_ENUMERATOR_AS_PAIR pair
#define CANDELA_JSON_ENUMERATOR_AS_PAIR(enumerator, ...) \
  ::candela::json::described_enumerator<candela_described::enumerator, __VA_ARGS__>

namespace candela::json {

/// Whether the text must have the member. An optional member may be absent without any mark.
enum class presence { required, defaulted };

/// Marks a member that keeps its initial value where the text doesn't have it (see `CANDELA_DESCRIBE_AS`).
inline constexpr presence defaulted = presence::defaulted;

/// A name on the wire as a template argument. Names need no escape: no quote, no backslash, no control character.
template <std::size_t Size>
struct wire_name {
  char text[Size];

  consteval wire_name(const char (&name)[Size]) {
    for (std::size_t i = 0; i != Size; ++i) text[i] = name[i];
    for (std::size_t i = 0; i + 1 != Size; ++i) {
      if (static_cast<unsigned char>(text[i]) < 0x20 || text[i] == '"' || text[i] == '\\')
        throw "a name that needs escapes";
    }
  }

  [[nodiscard]] constexpr std::string_view view() const { return {text, Size - 1}; }
};

/// `prefix"name"suffix`, rendered when the program is compiled.
template <wire_name Name, char Prefix, char Suffix>
struct rendered_name {
  static constexpr std::size_t length = Name.view().size() + 4;
  char text[length];

  consteval rendered_name() {
    std::size_t at = 0;
    text[at++] = Prefix;
    text[at++] = '"';
    for (const char byte : Name.view()) text[at++] = byte;
    text[at++] = '"';
    text[at] = Suffix;
  }
};

/// The type that a pointer to member points to.
template <class Pointer>
struct member_pointer;
template <class Owner, class Type>
struct member_pointer<Type Owner::*> {
  using type = Type;
};

/// One member of a description.
template <auto Pointer, wire_name Name, presence Presence = presence::required>
struct described_member {
  using type = typename member_pointer<decltype(Pointer)>::type;
  static constexpr auto pointer = Pointer;
  static constexpr std::string_view name = Name.view();
  static constexpr bool required = Presence == presence::required;
  /// `,"name":`, ready to be written.
  static constexpr rendered_name<Name, ',', ':'> key{};
};

/// What `CANDELA_DESCRIBE` makes.
template <class Type, class... Members>
struct description {
  static_assert(sizeof...(Members) <= 64, "a description takes up to 64 members");
};

/// One enumerator of a description.
template <auto Value, wire_name Name>
struct described_enumerator {
  static constexpr auto value = Value;
  static constexpr std::string_view name = Name.view();
};

/// What `CANDELA_DESCRIBE_ENUM` makes.
template <class Type, class... Enumerators>
struct enum_description {};

/// A struct or an enum that one of the macros describes.
template <class Type>
concept described = (std::is_class_v<Type> || std::is_enum_v<Type>) &&
                    requires { candela_describe(static_cast<const Type*>(nullptr)); };

/// The description of a described type.
template <described Type>
using description_of = decltype(candela_describe(static_cast<const Type*>(nullptr)));

}  // namespace candela::json
