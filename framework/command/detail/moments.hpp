// Private to the room: dates and durations as people read and write them.
#pragma once

#include <candela/jose/claims.hpp>
#include <chrono>
#include <string>

namespace candela::command {

/// `2026-03-01T12:00:00Z, 5 minutes ago`
[[nodiscard]] std::string moment_text(jose::token_time moment, jose::token_time now);

/// `30s`, `5m`, `1h`, `2d`: nothing negative. Throws `misuse`.
[[nodiscard]] std::chrono::seconds duration_of(const std::string& text);

/// The present, by the system's clock.
[[nodiscard]] jose::token_time present();

}  // namespace candela::command
