// The two serializations as JSON (RFC 7515, section 7.2; RFC 7516, section 7.2).
#pragma once

#include <cstdint>

namespace candela::jose {

/// Which of the two.
enum class json_form : std::uint8_t {
  flattened,  ///< one signature or recipient, its members beside the content
  general,    ///< a list of them
};

}  // namespace candela::jose
