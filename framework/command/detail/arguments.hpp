// Private to the room: how every verb reads its arguments.
#pragma once

#include <candela/command/detail/verb.hpp>
#include <optional>

namespace CLI {
class App;
}

namespace candela::command {

/// Has `app` read them. An exit status when there is nothing more to do: help was shown, or a mistake was told in one
/// line on the error stream.
[[nodiscard]] std::optional<int> parse(CLI::App& app, arguments given);

}  // namespace candela::command
