// Base64 with the alphabet of RFC 4648, section 4: what Basic credentials and password hashes are written in.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace candela::jose {

/// With padding.
[[nodiscard]] std::string encode_base64(std::string_view text);

/// Strict: nothing for other characters, for bits that are left over and not zero, and for padding that is not exactly
/// what belongs there. `padded` says whether it does.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text, bool padded);

}  // namespace candela::jose
