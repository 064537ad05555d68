// Private to the room: how a content key is made ready for a recipient (RFC 7518, section 4).
#pragma once

#include <candela/core/arena.hpp>
#include <candela/jose/error.hpp>
#include <candela/jose/jwe.hpp>
#include <candela/jose/secret.hpp>
#include <cstddef>
#include <expected>
#include <span>
#include <string_view>

namespace candela::jose::detail {

/// What is random in a new message, where it is to be something in particular: printed examples are repeated so. What
/// is empty is drawn.
struct chosen_randomness {
  std::span<const std::byte> content_key = {};
  std::span<const std::byte> iv = {};
  std::span<const std::byte> wrapping_iv = {};
  std::span<const std::byte> salt = {};
  const key* ephemeral = nullptr;
};

/// The content key for one recipient. Views into the arena.
struct wrapped_key {
  std::string_view encrypted_key;         ///< in base64url; empty where the algorithm has none
  std::span<const json::member> members;  ///< what the header has to say for it
};

/// A content key of that algorithm.
[[nodiscard]] std::expected<secret_bytes, error> new_content_key(content_algorithm encryption,
                                                                 const chosen_randomness& chosen);

/// Wraps the content key for `to`, whose key fits; `dir` and `ECDH-ES`, which leave no choice of it, set it instead.
[[nodiscard]] std::expected<wrapped_key, error> wrap_content_key(const recipient& to, content_algorithm encryption,
                                                                 const encryption_header& said,
                                                                 const chosen_randomness& chosen,
                                                                 secret_bytes& content_key, arena& memory);

/// Fills `into` with what was chosen, which has the same size, or by drawing.
[[nodiscard]] bool fill(std::span<std::byte> into, std::span<const std::byte> chosen) noexcept;

}  // namespace candela::jose::detail
