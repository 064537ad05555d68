// Private to the room: keys made of passwords (RFC 7518, section 4.8).
#pragma once

#include <candela/jose/algorithms.hpp>
#include <candela/jose/secret.hpp>
#include <cstddef>
#include <cstdint>
#include <span>

namespace candela::jose::detail {

/// RFC 7518, section 4.8.1.1.
inline constexpr std::size_t least_salt_size = 8;

/// The wrapping key by PBKDF2, of a PBES2 algorithm; empty when OpenSSL refuses or has no memory. Takes some 0.3 µs for
/// each iteration.
[[nodiscard]] secret_bytes password_key(key_algorithm algorithm, const secret_bytes& password,
                                        std::span<const std::byte> salt, std::uint32_t iterations);

}  // namespace candela::jose::detail
