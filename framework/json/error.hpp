// What was wrong with a JSON text, in words that its sender understands.
#pragma once

#include <cstddef>
#include <string>

namespace candela::json {

/// The first thing that was wrong: where, what was expected, and what stood there.
struct error {
  /// JSON Pointer (RFC 6901) to the value, such as `/items/2/price`; empty for the whole text.
  std::string path;
  /// Such as "an integer from 0 to 255".
  std::string expected;
  /// Such as "a string". It never repeats the text's content beyond a single byte or a number.
  std::string found;
  /// Where in the text, in bytes from its beginning.
  std::size_t offset = 0;

  /// One line for people: "/items/2/price: expected an integer from 0 to 255, found a string (at byte 41)".
  [[nodiscard]] std::string message() const;
};

}  // namespace candela::json
