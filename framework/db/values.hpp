// Values that SQL has and C++ has not.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace candela::db {

/// A moment, in microseconds as databases keep it. PostgreSQL's `timestamp` without a zone is taken as UTC.
using timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// 128 bits that name something (RFC 9562), in the order of their text.
struct uuid {
  std::array<std::uint8_t, 16> bytes{};

  /// Reads `8-4-4-4-12` hexadecimal digits of either case; nothing when the text is anything else.
  [[nodiscard]] static std::optional<uuid> parse(std::string_view text) noexcept;
  /// Writes the 36 characters in lower case.
  void write(char* target) const noexcept;
  [[nodiscard]] std::string text() const;

  friend auto operator<=>(const uuid&, const uuid&) = default;
};

/// JSON as it is written. As a parameter it goes to a `json` or `jsonb` column, as a result it comes from one. A view:
/// what a row gives lives in the arena of the query.
struct json_text {
  std::string_view text;

  friend bool operator==(const json_text&, const json_text&) = default;
};

/// Writes `2026-11-22T07:30:00.000000Z` (27 characters for the years 0 to 9999); says how many characters it took, at
/// most 40.
std::size_t write_timestamp(char* target, timestamp time) noexcept;
/// Reads `2026-11-22`, `2026-11-22 07:30:00`, `...T07:30:00.123456Z` and the like: with up to six digits of a second,
/// an offset (`Z`, `+02`, `+02:00`) or none, which means UTC. Nothing when the text is anything else.
[[nodiscard]] std::optional<timestamp> parse_timestamp(std::string_view text) noexcept;

}  // namespace candela::db
