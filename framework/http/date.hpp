// Dates as HTTP writes and reads them (RFC 9110, section 5.6.7).
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace candela::http {

/// Length of an IMF-fixdate: "Sun, 06 Nov 1994 08:49:37 GMT".
inline constexpr std::size_t date_bytes = 29;

/// Writes `time` to `target` as an IMF-fixdate, `date_bytes` bytes.
void write_date(char* target, std::chrono::sys_seconds time) noexcept;

/// Reads an IMF-fixdate; nothing for the obsolete forms or anything else. An unreadable date makes a condition void, so
/// that refusing the obsolete forms costs a client a transfer at most.
[[nodiscard]] std::optional<std::chrono::sys_seconds> parse_date(std::string_view text) noexcept;

}  // namespace candela::http
