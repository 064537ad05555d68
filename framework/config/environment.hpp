// Where `${NAME}` in a configuration takes its values from.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace candela::config {

/// The value of a variable, or nothing when it is not set. Tests pass a lambda over a table.
using environment = std::function<std::optional<std::string>(const std::string& name)>;

/// The environment of this process. Must not run while another thread changes it.
[[nodiscard]] environment process_environment();

}  // namespace candela::config
