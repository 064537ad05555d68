// Private to the room: keys in PEM and DER.
#pragma once

#include <candela/jose/detail/openssl.hpp>
#include <candela/jose/error.hpp>
#include <candela/jose/key.hpp>
#include <expected>
#include <span>
#include <string_view>

namespace candela::jose::detail {

/// The first key or certificate in it. Encrypted ones are refused.
[[nodiscard]] std::expected<pkey_ptr, error> read_pem(std::string_view text);
/// The one key or certificate that it is, to its last byte.
[[nodiscard]] std::expected<pkey_ptr, error> read_der(std::span<const std::byte> bytes);

/// SubjectPublicKeyInfo or unencrypted PKCS #8.
[[nodiscard]] std::expected<secret_bytes, error> write_pem(const EVP_PKEY& from, key_part which);
[[nodiscard]] std::expected<secret_bytes, error> write_der(const EVP_PKEY& from, key_part which);

}  // namespace candela::jose::detail
