// How serious a log record is.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace candela::log {

/// Levels in rising order; `off` writes nothing.
enum class level : std::uint8_t { trace, debug, info, warn, error, off };

/// `trace`, `debug`, `info`, `warn`, `error` or `off`; valid forever.
[[nodiscard]] constexpr std::string_view name_of(level value) noexcept {
  constexpr std::string_view names[] = {"trace", "debug", "info", "warn", "error", "off"};
  return names[static_cast<std::uint8_t>(value) < 5 ? static_cast<std::uint8_t>(value) : 5];
}

/// The level of that name; nothing for any other text.
[[nodiscard]] constexpr std::optional<level> parse_level(std::string_view name) noexcept {
  for (auto value = level::trace;; value = static_cast<level>(static_cast<std::uint8_t>(value) + 1)) {
    if (name == name_of(value)) return value;
    if (value == level::off) return std::nullopt;
  }
}

}  // namespace candela::log
