// How a line of an audit trail looks: one JSON object, its first three members always the same.
//
//     {"seq":12,"prev":"<digest of the line before>","type":"request","at":...}
//
// Members stand in a fixed order and without white space, so that there is one way to write a line, and whoever reads
// one can write it again and compare.
#pragma once

#include <candela/audit/digest.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace candela::audit {

/// A line that is longer is none. Far above what the largest record may take.
inline constexpr std::size_t max_line_bytes = std::size_t{1024} * 1024;

/// A moment of the system's clock, as lines tell it.
using wall_time = std::chrono::sys_time<std::chrono::microseconds>;

enum class line_kind : std::uint8_t {
  open,        ///< the first line of each file
  request,     ///< one decision
  note,        ///< what the trail has to say about itself
  checkpoint,  ///< a signature over all that stands before it
};

/// A line taken apart. Views into it.
struct line_view {
  std::uint64_t sequence = 0;
  std::string_view previous;  ///< the digest of the line before it
  line_kind kind = line_kind::request;
  std::string_view content;  ///< the members from `type` on, without the closing brace
};

/// Takes a line apart; nothing when it does not begin as every line does. That its content is JSON is not asked here.
[[nodiscard]] std::optional<line_view> read_line(std::string_view line) noexcept;

/// Appends a line without a line feed. `content` begins with `"type":"`.
void append_line(std::string& out, std::uint64_t sequence, const digest& previous, std::string_view content);

/// `2026-01-31T12:00:00.000000Z`: 27 characters.
inline constexpr std::size_t time_characters = 27;
char* write_time(char* out, wall_time when) noexcept;
[[nodiscard]] std::string text_of(wall_time when);

/// The moment as the system tells it now.
[[nodiscard]] inline wall_time now() noexcept {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace candela::audit
