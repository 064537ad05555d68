// Where a piece of configuration was written.
#pragma once

#include <cstdint>
#include <string>

namespace candela::config {

/// A place in a configuration file, or a whole file (`line` 0), or code (`file` is `code`, `line` 0).
struct position {
  /// The file as it was given to `load_file` or `parse_text`; `code` for nodes made by code.
  std::string file = "code";
  /// Counted from 1.
  std::uint32_t line = 0;
  /// Characters (code points) from the start of the line, counted from 1.
  std::uint32_t column = 0;

  friend bool operator==(const position&, const position&) = default;
};

/// `service.yml:12:7`, or only the file where there is no line.
[[nodiscard]] std::string to_string(const position& where);

}  // namespace candela::config
