// Private to the room: what actions read and write. Any of it may be a secret.
#pragma once

#include <candela/jose/secret.hpp>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace candela::command {

/// The files of one run, and its standard input, which can be read once.
class input_files {
 public:
  static constexpr std::size_t max_bytes = 64 * 1024 * 1024;

  /// The content of a file, or of the standard input for `-` and an empty name. Throws `misuse` when it cannot be read,
  /// when it is longer than `max_bytes`, and when the standard input is asked for again.
  [[nodiscard]] jose::secret_bytes read(const std::string& file);
  /// The same without the line end that a text file has behind its last line.
  [[nodiscard]] jose::secret_bytes read_line(const std::string& file);
  /// A password: the first line of a file. For `-` it is asked for at the terminal, unseen, if there is one.
  [[nodiscard]] jose::secret_bytes read_password(const std::string& file);
  /// A secret from whom it is new to: the one line of the standard input or, at a terminal, asked for twice and unseen.
  /// Throws `misuse` when it is empty or no line of text, and when it is not the same again.
  [[nodiscard]] jose::secret_bytes read_new_secret(const char* called);

 private:
  bool standard_input_read_ = false;
};

/// Writes to the standard output past its buffer, so that no copy stays behind. Throws `std::system_error`.
void write_output(std::span<const std::byte> content);
void write_output(std::string_view content);
/// The same for messages and what is in them: nothing else goes to a file or a pipe; on a terminal its line ends.
void write_message(std::string_view content);

/// Who may read a new file.
enum class readers : bool { everybody, owner };

/// Makes a file, whole or not at all, and replaces an existing one only by `force`. Throws `std::runtime_error`.
void write_file(const std::string& path, std::span<const std::byte> content, readers of, bool force);

}  // namespace candela::command
