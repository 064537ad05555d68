// The comparison of what nobody may guess piece by piece.
#pragma once

#include <cstddef>
#include <span>

namespace candela {

/// Whether both are equal, in time that depends on the sizes only. The one comparison for tags, digests and secrets.
[[nodiscard]] bool equal_secrets(std::span<const std::byte> left, std::span<const std::byte> right) noexcept;

}  // namespace candela
