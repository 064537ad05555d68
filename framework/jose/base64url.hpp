// Base64url without padding (RFC 4648, section 5; RFC 7515, appendix C), strict both ways.
#pragma once

#include <candela/core/arena.hpp>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace candela::jose {

/// The characters that `bytes` bytes become.
[[nodiscard]] constexpr std::size_t encoded_size(std::size_t bytes) noexcept {
  return bytes / 3 * 4 + (bytes % 3 == 0 ? 0 : bytes % 3 + 1);
}

/// The bytes that `characters` characters stand for; as many as are needed at most where the number is impossible.
[[nodiscard]] constexpr std::size_t decoded_size(std::size_t characters) noexcept {
  return characters / 4 * 3 + characters % 4 * 3 / 4;
}

/// Writes `bytes`, which may be a secret, in base64url to `out`, which has room for `encoded_size`, and returns the
/// end.
char* encode_base64url(char* out, std::span<const std::byte> bytes) noexcept;
[[nodiscard]] std::string encode_base64url(std::span<const std::byte> bytes);
[[nodiscard]] std::string_view encode_base64url(std::span<const std::byte> bytes, arena& memory);

/// Decodes `text` to `out`, which has room for `decoded_size`, and returns the number of bytes. Nothing for padding,
/// any character outside of the alphabet (white space, `+` and `/` included), an impossible length, or bits beyond the
/// last byte that are not zero.
[[nodiscard]] std::optional<std::size_t> decode_base64url(std::string_view text, std::byte* out) noexcept;
/// The same for secrets: neither time nor the touched memory tell what the text consists of. Several times slower.
[[nodiscard]] std::optional<std::size_t> decode_secret_base64url(std::string_view text, std::byte* out) noexcept;

}  // namespace candela::jose
