// Private to the room: authenticated encryption of the content (RFC 7518, section 5).
#pragma once

#include <candela/jose/algorithms.hpp>
#include <candela/jose/detail/aes.hpp>
#include <candela/jose/secret.hpp>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace candela::jose::detail {

inline constexpr std::size_t max_iv_size = 16;
inline constexpr std::size_t max_tag_size = 32;

[[nodiscard]] constexpr bool is_gcm(content_algorithm algorithm) noexcept {
  return algorithm >= content_algorithm::a128gcm;
}
[[nodiscard]] constexpr std::size_t iv_size(content_algorithm algorithm) noexcept {
  return is_gcm(algorithm) ? gcm_iv_size : aes_block;
}
/// The tag of CBC with HMAC is half of the MAC: 16, 24 or 32 bytes.
[[nodiscard]] constexpr std::size_t tag_size(content_algorithm algorithm) noexcept {
  return is_gcm(algorithm) ? gcm_tag_size : 16 + 8 * static_cast<std::size_t>(algorithm);
}
/// The bytes that so many become.
[[nodiscard]] constexpr std::size_t ciphertext_size(content_algorithm algorithm, std::size_t content) noexcept {
  return is_gcm(algorithm) ? content : content / aes_block * aes_block + aes_block;
}
/// Whether content can have become so many bytes.
[[nodiscard]] constexpr bool is_ciphertext_size(content_algorithm algorithm, std::size_t size) noexcept {
  return is_gcm(algorithm) || (size != 0 && size % aes_block == 0);
}

/// A key and an IV of the algorithm's sizes, and a text, in pieces, that is authenticated besides.
struct content_keying {
  content_algorithm algorithm;
  bytes key;
  bytes iv;
  std::span<const std::string_view> additional;
};

/// Writes `ciphertext_size` and `tag_size` bytes. False when OpenSSL refuses or has no memory.
[[nodiscard]] bool seal(const content_keying& with, bytes content, std::byte* ciphertext, std::byte* tag);
/// The content, or nothing when anything was changed. `ciphertext` and `tag` are of possible sizes.
[[nodiscard]] std::optional<secret_bytes> open(const content_keying& with, bytes ciphertext, bytes tag);

}  // namespace candela::jose::detail
