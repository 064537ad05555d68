// What links a line of an audit trail to the one before it.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace candela::audit {

/// SHA-256 in base64url without padding: 43 characters.
inline constexpr std::size_t digest_characters = 43;
using digest = std::array<char, digest_characters>;

/// What the first line of a trail is linked to: 32 zero bytes.
inline constexpr digest no_digest = [] {
  digest zeros{};
  zeros.fill('A');
  return zeros;
}();

/// Of these bytes; of a line, without its line feed. Throws `std::bad_alloc`.
[[nodiscard]] digest digest_of(std::string_view bytes);

[[nodiscard]] constexpr std::string_view text_of(const digest& value) noexcept { return {value.data(), value.size()}; }

}  // namespace candela::audit
