// Status codes and their reason phrases (RFC 9110, section 15, and the registry that follows it).
#pragma once

#include <cstdint>
#include <string_view>

namespace candela::http {

/// The registered reason phrase; empty for a code without one, which is a valid phrase too (RFC 9112, section 4).
[[nodiscard]] std::string_view reason_of(std::uint16_t status) noexcept;

/// Whether a response of that status never has content (RFC 9110, section 6.4.1).
[[nodiscard]] constexpr bool never_has_content(std::uint16_t status) noexcept {
  return status < 200 || status == 204 || status == 304;
}

}  // namespace candela::http
