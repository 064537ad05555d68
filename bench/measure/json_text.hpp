// Text as a JSON string, for the benchmark's reports.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace candela::bench {

/// `text` in quotes, with everything escaped that JSON wants escaped; bytes beyond ASCII are replaced.
inline std::string json_text(std::string_view text) {
  std::string quoted = "\"";
  for (const char byte : text) {
    if (byte == '"' || byte == '\\') {
      quoted.append(1, '\\').append(1, byte);
    } else if (byte >= ' ' && byte <= '~') {
      quoted += byte;
    } else {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", byte >= 0 && byte < ' ' ? byte : 0xfffd);
      quoted += escape;
    }
  }
  return quoted + '"';
}

}  // namespace candela::bench
