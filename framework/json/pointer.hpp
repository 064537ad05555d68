// JSON Pointers (RFC 6901) beside `value::at`: whether a text is one, and the bytes that it names.
#pragma once

#include <candela/json/value.hpp>
#include <string_view>

namespace candela::json {

/// Whether `text` is a pointer (RFC 6901, section 3): empty, or tokens with a slash before each, in which `~` stands
/// only in `~0` and `~1`. A place has one pointer only, so that pointers may be compared as texts.
[[nodiscard]] bool is_pointer(std::string_view text) noexcept;

/// Whether two pointers name the same place, or one a place inside of the other's.
[[nodiscard]] bool pointers_overlap(std::string_view left, std::string_view right) noexcept;

/// The bytes of the value that `pointer` names, as they stand in `text`, which `root` was parsed from; a null view when
/// there is no such place or the pointer is malformed. Linear in the bytes before it.
[[nodiscard]] std::string_view text_at(std::string_view text, const value& root, std::string_view pointer);

}  // namespace candela::json
