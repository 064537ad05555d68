// Writing JSON: described values whole, or piece by piece with a writer. Neither allocates from the heap.
#pragma once

#include <candela/json/describe.hpp>
#include <candela/json/escape.hpp>
#include <candela/json/kinds.hpp>
#include <candela/json/output.hpp>
#include <candela/json/value.hpp>
#include <concepts>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

namespace candela::json {

/// Writes a number. Doubles take the shortest form that reads back as the same double; NaN and the infinities, which
/// JSON cannot say, become `null`.
void write_number(output& out, std::int64_t number);
void write_number(output& out, std::uint64_t number);
void write_number(output& out, double number);
void write_number(output& out, float number);

/// Writes `true` or `false`, and `null`.
void write_bool(output& out, bool truth);
void write_null(output& out);

/// Writes a dynamic value and all it holds.
void write_value(output& out, const value& item);

template <class Type>
void write(output& out, const Type& item);

/// Writes an array of what `items` holds.
template <class Sequence>
void write_sequence(output& out, const Sequence& items) {
  char before = '[';
  for (const auto& item : items) {
    out.append(before);
    write(out, item);
    before = ',';
  }
  if (before == '[') out.append('[');
  out.append(']');
}

/// Writes an object with a member for each entry.
template <class Dictionary>
void write_dictionary(output& out, const Dictionary& entries) {
  char before = '{';
  for (const auto& [name, item] : entries) {
    out.append(before);
    write_string(out, name);
    out.append(':');
    write(out, item);
    before = ',';
  }
  if (before == '{') out.append('{');
  out.append('}');
}

/// Writes one described member with the comma before it; an empty optional writes nothing.
template <class Member, class Type>
void write_member(output& out, const Type& object) {
  const auto& item = object.*Member::pointer;
  if constexpr (is_optional<typename Member::type>) {
    if (!item) return;
  }
  out.append_fixed(Member::key.text);
  write(out, item);
}

/// Writes a described struct. Each key brings its comma along, and the first one then becomes the opening brace.
template <class Type, class... Members>
void write_members(output& out, const Type& object, description<Type, Members...>) {
  const std::size_t start = out.size();
  (write_member<Members>(out, object), ...);
  if (out.size() == start) {
    out.append('{');
  } else {
    out.overwrite(start, '{');
  }
  out.append('}');
}

/// Writes a described enum as its name. Throws `std::invalid_argument` for a value without one.
template <class Type, class... Enumerators>
void write_enumerator(output& out, Type item, enum_description<Type, Enumerators...>) {
  const bool named = ((item == Enumerators::value && (write_string(out, Enumerators::name), true)) || ...);
  if (!named) throw std::invalid_argument("an enum value without a described name cannot be written as JSON");
}

/// Writes `item` as JSON: every type that a description may hold (see `CANDELA_DESCRIBE`), anything that converts to a
/// `std::string_view`, and spans. An empty optional writes `null`, and as a member of a described struct nothing.
template <class Type>
void write(output& out, const Type& item) {
  if constexpr (std::same_as<Type, bool>) {
    write_bool(out, item);
  } else if constexpr (integer<Type>) {
    write_number(out, std::conditional_t<std::is_signed_v<Type>, std::int64_t, std::uint64_t>{item});
  } else if constexpr (std::floating_point<Type>) {
    write_number(out, item);
  } else if constexpr (std::convertible_to<const Type&, std::string_view>) {
    write_string(out, item);
  } else if constexpr (std::same_as<Type, value>) {
    write_value(out, item);
  } else if constexpr (is_optional<Type>) {
    item ? write(out, *item) : write_null(out);
  } else if constexpr (is_sequence<Type>) {
    write_sequence(out, item);
  } else if constexpr (is_dictionary<Type>) {
    write_dictionary(out, item);
  } else {
    static_assert(described<Type>, "describe this type with CANDELA_DESCRIBE or CANDELA_DESCRIBE_ENUM");
    if constexpr (std::is_enum_v<Type>) {
      write_enumerator(out, item, description_of<Type>{});
    } else {
      write_members(out, item, description_of<Type>{});
    }
  }
}

/// `item` as JSON text in `memory`; valid as long as the arena's content.
template <class Type>
[[nodiscard]] std::string_view to_text(const Type& item, arena& memory) {
  output out(memory);
  write(out, item);
  return out.text();
}

/// `item` as JSON text of its own.
template <class Type>
[[nodiscard]] std::string to_string(const Type& item) {
  arena memory;
  return std::string(to_text(item, memory));
}

/// Writes JSON piece by piece and sets the commas:
///
///     json::writer json(out);
///     json.begin_object();
///     json.member("name", "Ada");
///     json.key("tags").begin_array();
///     for (const auto& tag : tags) json.item(tag);
///     json.end_array();
///     json.end_object();
///
/// Brackets and keys are the caller's to balance.
class writer {
 public:
  explicit writer(output& out) noexcept : out_(out) {}

  writer& begin_object() { return open('{'); }
  writer& end_object() { return close('}'); }
  writer& begin_array() { return open('['); }
  writer& end_array() { return close(']'); }

  /// A member's name; its value comes next.
  writer& key(std::string_view name);

  /// A value: an array's element, what a key announced, or the whole text.
  template <class Type>
  writer& item(const Type& content) {
    separate();
    write(out_, content);
    return *this;
  }
  writer& null();
  /// A value that is JSON text already; written as it is, unchecked.
  writer& raw(std::string_view text);

  /// A key and its value.
  template <class Type>
  writer& member(std::string_view name, const Type& content) {
    return key(name).item(content);
  }

 private:
  writer& open(char bracket);
  writer& close(char bracket);
  // A comma goes before whatever follows a complete value.
  void separate() {
    if (after_value_) out_.append(',');
    after_value_ = true;
  }

  output& out_;
  bool after_value_ = false;
};

}  // namespace candela::json
