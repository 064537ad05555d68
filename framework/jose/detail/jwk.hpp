// Private to the room: a JWK as JSON, in and out (RFC 7517, RFC 7518 section 6, RFC 8037 section 2).
#pragma once

#include <candela/jose/detail/raw_key.hpp>
#include <candela/jose/key.hpp>
#include <candela/json/value.hpp>
#include <string>

namespace candela::jose::detail {

struct read_jwk {
  raw_key numbers;
  key_description described;
  bool known = true;  ///< false: a `kty` or `crv` that is none of ours; the rest is not read then
};

/// What stands in it, by the rules of the RFCs; whether its numbers make a key, `assemble` says.
[[nodiscard]] std::expected<read_jwk, error> read(const json::value& object);

/// The members of a JWK, private ones included when asked for.
[[nodiscard]] secret_bytes write_jwk(const raw_key& numbers, const key_description& described, key_part which);

/// The required members in the order of RFC 7638, section 3: what a thumbprint is made over.
[[nodiscard]] secret_bytes thumbprint_input(const raw_key& numbers);

/// Names of `use` and `key_ops`.
[[nodiscard]] std::string_view name_of(key_use use) noexcept;
[[nodiscard]] std::string_view name_of(key_operation operation) noexcept;

}  // namespace candela::jose::detail
