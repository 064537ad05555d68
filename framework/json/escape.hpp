// Strings on the wire: quoted, escaped, and always valid UTF-8.
#pragma once

#include <candela/json/output.hpp>
#include <string_view>

namespace candela::json {

/// Writes `text` as a JSON string with its quotes (RFC 8259 section 7). Quotes, backslashes and control characters are
/// escaped, valid UTF-8 passes as it is, and each maximal invalid part of a sequence becomes U+FFFD (Unicode 15.0,
/// section 3.9), so that what leaves is always valid UTF-8.
void write_string(output& out, std::string_view text);

}  // namespace candela::json
