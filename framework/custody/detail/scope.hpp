// Private to the room: scopes as lists of words (RFC 6749, section 3.3).
#pragma once

#include <optional>
#include <string_view>

namespace candela::custody::detail {

/// Whether each word of `narrower` is one of `wider`. Nothing is in a scope that was never given.
[[nodiscard]] bool is_within(std::string_view narrower, const std::optional<std::string_view>& wider) noexcept;

}  // namespace candela::custody::detail
