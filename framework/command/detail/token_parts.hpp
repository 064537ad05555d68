// Private to the room: tokens by their own word, for what only shows them.
#pragma once

#include <candela/core/arena.hpp>
#include <optional>
#include <string_view>
#include <vector>

namespace candela::command {

/// What stands between the dots.
[[nodiscard]] std::vector<std::string_view> parts_of(std::string_view token);

/// What stands in base64url there; nothing for what does not.
[[nodiscard]] std::optional<std::string_view> decoded(std::string_view encoded, arena& memory);

}  // namespace candela::command
