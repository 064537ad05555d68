// Private to the room: ECDSA signatures between their two forms (RFC 7518, section 3.4): two numbers of fixed length,
// and the DER sequence that OpenSSL takes.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace candela::jose::detail {

/// The longest DER form: that of P-521.
inline constexpr std::size_t max_ecdsa_der = 141;
using ecdsa_der = std::array<unsigned char, max_ecdsa_der>;

/// Writes the DER form of `fixed`, which holds both numbers in equal halves of at most 66 bytes, and returns its size.
[[nodiscard]] std::size_t to_der(std::span<const std::byte> fixed, ecdsa_der& out) noexcept;

/// Writes both numbers of a DER form to `fixed`, with leading zeros. False when it is none or a number is too long.
[[nodiscard]] bool from_der(std::span<const unsigned char> der, std::span<std::byte> fixed) noexcept;

}  // namespace candela::jose::detail
