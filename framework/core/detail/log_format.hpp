// A log record as a line of text or JSON, safe whatever bytes it holds.
#pragma once

#include <candela/core/detail/log_record.hpp>
#include <candela/core/log_options.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace candela::log::detail {

/// Formats records one after the other; remembers the last second's date.
class log_formatter {
 public:
  /// Appends the record and a line feed to `out`.
  void append(std::string& out, format style, record_reader record);

 private:
  void append_text(std::string& out, record_reader& record);
  void append_json(std::string& out, record_reader& record);
  void append_time(std::string& out, std::int64_t time_ns);

  std::int64_t second_ = INT64_MIN;
  std::string date_;  // `2026-11-22T04:11:22` for that second
};

/// Appends `text` as the inside of a JSON string; bytes that are no UTF-8 become U+FFFD.
void append_json_escaped(std::string& out, std::string_view text);

/// Appends `text` with control characters, backslashes and bytes that are no UTF-8 made visible (`\n`, `\x1b`, `\\`),
/// and quotes, too, if asked for.
void append_text_escaped(std::string& out, std::string_view text, bool quotes);

}  // namespace candela::log::detail
