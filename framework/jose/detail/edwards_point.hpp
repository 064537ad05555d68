// Private to the room: which bytes are a public key of an Edwards curve (RFC 8032, sections 5.1.3 and 5.2.3).
#pragma once

#include <candela/jose/algorithms.hpp>
#include <candela/jose/error.hpp>
#include <candela/jose/secret.hpp>
#include <expected>

namespace candela::jose::detail {

/// OpenSSL finds out only when it checks a signature. Refused: `key_weak` points of small order, with which everybody
/// can sign; `key_invalid` what is not on the curve or not reduced. Other curves have nothing to check.
[[nodiscard]] std::expected<void, error> check_edwards_point(curve on, const secret_bytes& point);

}  // namespace candela::jose::detail
