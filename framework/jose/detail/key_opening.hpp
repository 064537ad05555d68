// Private to the room: how a recipient gets the content key (RFC 7518, section 4).
#pragma once

#include <candela/core/arena.hpp>
#include <candela/jose/algorithms.hpp>
#include <candela/jose/detail/joint_header.hpp>
#include <candela/jose/detail/key_numbers.hpp>
#include <candela/jose/error.hpp>
#include <candela/jose/secret.hpp>
#include <cstdint>
#include <expected>
#include <string_view>

namespace candela::jose::detail {

/// What one recipient was given.
struct wrapped_content_key {
  key_algorithm algorithm;
  content_algorithm content;
  std::string_view encrypted_key;  ///< in base64url
  joint_header header;
};

/// The content key, of the size that `content` takes, with the private key `by`, which fits. What is wrong with sizes
/// and header members is told by its own code before any key is used; all else is `decryption_failed`. A badly wrapped
/// RSA key gives a random content key, with which nothing opens. `iterations_left` is what passwords may still cost.
[[nodiscard]] std::expected<secret_bytes, error> open_content_key(const key_numbers& by,
                                                                  const wrapped_content_key& wrapped,
                                                                  std::uint32_t& iterations_left, arena& memory);

}  // namespace candela::jose::detail
