// Private: numbers, sizes and durations as people write them. No locale, no exceptions.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

namespace candela::config::detail {

/// An optional sign and decimal digits without leading zeros; nothing when it is anything else or does not fit.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);

/// A finite decimal number, `1`, `-0.5`, `2e6`.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);

/// Bytes; on error a hint for the person who wrote it (perhaps empty).
[[nodiscard]] std::expected<std::uint64_t, std::string_view> parse_size(std::string_view text);

/// A whole number and a unit; on error a hint for the person who wrote it (perhaps empty).
[[nodiscard]] std::expected<std::chrono::nanoseconds, std::string_view> parse_duration(std::string_view text);

}  // namespace candela::config::detail
