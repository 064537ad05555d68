// Private to the room: a key as the bytes of its numbers, between its file formats and OpenSSL's objects.
#pragma once

#include <array>
#include <candela/jose/algorithms.hpp>
#include <candela/jose/detail/key_numbers.hpp>
#include <candela/jose/error.hpp>
#include <candela/jose/secret.hpp>
#include <expected>
#include <memory>
#include <string_view>

namespace candela::jose::detail {

/// A number by the name that it has in a JWK (RFC 7518, section 6).
enum class part : std::uint8_t { n, e, d, p, q, dp, dq, qi, x, y, k };
inline constexpr std::size_t part_count = 11;
[[nodiscard]] std::string_view name_of(part which) noexcept;
[[nodiscard]] constexpr bool is_secret(part which) noexcept {
  return which != part::n && which != part::e && which != part::x && which != part::y;
}

/// Numbers in big-endian order; those of EC keys as long as the curve wants them, those of RSA without leading zeros.
struct raw_key {
  key_kind kind = key_kind::oct;
  curve on_curve = curve::none;
  std::array<secret_bytes, part_count> parts;

  [[nodiscard]] secret_bytes& operator[](part which) noexcept { return parts[static_cast<std::size_t>(which)]; }
  [[nodiscard]] const secret_bytes& operator[](part which) const noexcept {
    return parts[static_cast<std::size_t>(which)];
  }
  [[nodiscard]] bool has(part which) const noexcept { return !(*this)[which].empty(); }
};

/// The bytes of one coordinate or raw key of that curve.
[[nodiscard]] std::size_t field_size(curve which) noexcept;
/// OpenSSL's name of it.
[[nodiscard]] const char* group_name(curve which) noexcept;

/// A key that can be used, after all checks that `key::from_jwk` promises.
[[nodiscard]] std::expected<std::shared_ptr<const key_numbers>, error> assemble(const raw_key& from);

/// The numbers of OpenSSL's key. Refused: kinds and curves that are none of ours.
[[nodiscard]] std::expected<raw_key, error> take_apart(const EVP_PKEY& from);
/// The same of one of ours, symmetric ones included. Without memory `out_of_resources`.
[[nodiscard]] std::expected<raw_key, error> take_apart(const key_numbers& from);

}  // namespace candela::jose::detail
