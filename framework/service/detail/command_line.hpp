// Private to the room: what a service's command line says.
#pragma once

#include <candela/service/detail/composition.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace candela::detail {

/// An option of the service author's own.
struct own_option {
  std::string name;  // with its dashes
  std::string help;
  bool takes_value = false;
};

struct command_line {
  overrides values;
  std::optional<std::string> config_file;
  bool check = false;            ///< validate and end
  bool routes = false;           ///< list the routes and end
  bool version = false;          ///< tell the version and end
  std::optional<int> exit_code;  ///< set when there is nothing more to do: help was shown, or a mistake
};

/// Reads `arguments` (without the program's name). Writes help to the standard output stream, and one line about a
/// mistake to the error stream.
[[nodiscard]] command_line read_command_line(const std::string& program, const std::vector<std::string>& arguments,
                                             std::span<const own_option> own);

/// The value that follows `name` in `arguments`, or stands behind it after '='; nothing when it isn't there.
[[nodiscard]] std::optional<std::string> value_of(const std::vector<std::string>& arguments, std::string_view name);

}  // namespace candela::detail
