// Private to the room: members of a JSON object that options name one by one.
#pragma once

#include <candela/core/arena.hpp>
#include <candela/json/value.hpp>
#include <span>
#include <string>

namespace candela::command {

/// The members of `object`, which may be null, and those of `NAME=VALUE`: these count where both have one. A value is
/// JSON where it can be read as that, and a text otherwise. Null when there is no member. Throws `misuse`.
[[nodiscard]] json::value with_members(const json::value& object, std::span<const std::string> assignments,
                                       arena& memory);

/// JSON on as many lines as people like to read. Without a line end.
[[nodiscard]] std::string indented(const json::value& shown);

}  // namespace candela::command
