// How many rows a request asks for.
#pragma once

#include <optional>
#include <string_view>

namespace techempower {

inline constexpr unsigned most_items = 500;

/// From 1 to `most_items`: what is missing, no number or too small counts as 1, what is too large as the most.
[[nodiscard]] unsigned item_count(std::optional<std::string_view> parameter) noexcept;

}  // namespace techempower
