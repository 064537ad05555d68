// Private to the room: the inner part of a sealed message.
#pragma once

#include <candela/jose/seal.hpp>

namespace candela::jose::detail {

/// The content with what its author says of it, signed: what is then encrypted.
[[nodiscard]] std::expected<secret_bytes, error> signed_part(std::string_view content, const sealing& how);

/// `cty` of all that is sealed for a place in a document.
inline constexpr std::string_view member_type = "application/json";

/// Whether one of the names means a MAC, with which every recipient could sign as well.
[[nodiscard]] constexpr bool is_mac(signature_algorithm algorithm) noexcept {
  return algorithm <= signature_algorithm::hs512;
}

}  // namespace candela::jose::detail
