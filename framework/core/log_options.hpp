// Where log records go, and which.
#pragma once

#include <candela/core/log_level.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace candela::log {

/// How a record is written: `text` as `TIME level [channel] message name=value ...`, `json` as one object a line.
/// Either way a record is one line, whatever it holds.
enum class format { text, json };

/// A place to write to: the standard error stream, a file, or both.
struct output_options {
  format style = format::text;
  bool to_stderr = true;
  std::string file;              ///< appended to, its folder is made; empty: none
  std::size_t rotate_bytes = 0;  ///< starts a new file near this size; 0: never
  std::size_t rotate_files = 5;  ///< how many old files are kept as `name.1.log`, `name.2.log`, ...
};

/// What differs for one channel.
struct channel_options {
  std::string name;
  std::optional<level> minimum;          ///< otherwise the general one
  std::optional<output_options> output;  ///< otherwise the general one
};

/// Everything that `log::configure` takes.
struct options {
  level minimum = level::info;
  output_options output;
  std::vector<channel_options> channels;
};

}  // namespace candela::log
