// Private to the room: content in DEFLATE (RFC 1951), as `zip` means it: without a header of zlib or gzip.
#pragma once

#include <candela/jose/error.hpp>
#include <candela/jose/secret.hpp>
#include <cstddef>
#include <expected>
#include <span>

namespace candela::jose::detail {

/// Refused: no memory.
[[nodiscard]] std::expected<secret_bytes, error> deflate(std::span<const std::byte> content);

/// Refused: what is not deflated to its last byte, as `decryption_failed`; more than `max_bytes`, as `too_large`, and
/// no more than that is ever written.
[[nodiscard]] std::expected<secret_bytes, error> inflate(std::span<const std::byte> deflated, std::size_t max_bytes);

}  // namespace candela::jose::detail
