// Reading JSON into described types or dynamic values; simdjson does the parsing.
#pragma once

#include <candela/core/arena.hpp>
#include <candela/json/describe.hpp>
#include <candela/json/error.hpp>
#include <candela/json/shape.hpp>
#include <candela/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>
#include <utility>

namespace candela::json {

/// What to do with members that no description knows.
enum class unknown_members : std::uint8_t { refuse, ignore };

struct read_options {
  /// The deepest nesting of arrays and objects that is accepted, from 1 to `greatest_depth`.
  std::size_t max_depth = 64;
  /// Content of ignored members must be well-formed JSON, nothing else.
  unknown_members unknown = unknown_members::refuse;

  static constexpr std::size_t greatest_depth = 1000;
};

/// Fills the object of type `type` at `target`; the untyped half of `parse`. What is wrong, or nothing.
[[nodiscard]] std::optional<error> read(std::string_view text, const shape& type, void* target, arena& memory,
                                        const read_options& options);

/// Reads `text`, one JSON value with nothing but white space around it, as a `Type` (see `CANDELA_DESCRIBE` for what it
/// may hold; `json::value` takes any shape).
///
/// Refused, each with the place and what was expected there: another type than described, a missing or unknown member,
/// a member given twice, numbers out of the member's range or of 64 bits, a fraction where an integer stands, invalid
/// UTF-8, a byte order mark, lone surrogates, trailing characters, too deep nesting, and whatever else RFC 8259 doesn't
/// allow. `text` may be changed or freed afterwards: views in the result point into `memory` and are valid as long as
/// its content.
template <class Type>
[[nodiscard]] std::expected<Type, error> parse(std::string_view text, arena& memory, const read_options& options = {}) {
  std::expected<Type, error> result;
  if (auto wrong = read(text, shape_of<Type>::table, &*result, memory, options)) {
    result = std::unexpected(std::move(*wrong));
  }
  return result;
}

}  // namespace candela::json
