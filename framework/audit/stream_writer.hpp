// Puts the lines of one audit trail in order: numbers, links and signs them.
#pragma once

#include <candela/audit/checkpoint.hpp>
#include <candela/audit/line.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace candela::audit {

/// How far a trail has come.
struct stream_position {
  std::uint64_t sequence = 0;        ///< of the last line; 0 before the first
  digest head = no_digest;           ///< of the last line
  std::string file;                  ///< that the last line stands in; empty before the first
  std::string last_checkpoint;       ///< the newest token; empty before the first
  std::uint64_t requests = 0;        ///< records in the whole trail
  std::uint64_t unsigned_lines = 0;  ///< behind the newest checkpoint
  bool ended = false;                ///< the newest checkpoint is the last of its file, and nothing stands behind it
};

/// Knows nothing of files but their names. One thread.
class stream_writer {
 public:
  /// `stream` is a name as `is_stream_name` takes it. The signer outlives this.
  stream_writer(std::string stream, const signer& signs) : stream_(std::move(stream)), signer_(signs) {}

  /// Goes on where a trail stands.
  void resume(stream_position where) { at_ = std::move(where); }
  [[nodiscard]] const stream_position& position() const noexcept { return at_; }
  [[nodiscard]] const std::string& stream() const noexcept { return stream_; }

  /// The name of the file that would begin with the next line.
  [[nodiscard]] std::string next_file() const;

  // Each appends whole lines, line feeds included. What throws `std::runtime_error`, as no signature can be made, or
  // `std::bad_alloc` has appended nothing.

  /// The first line of `next_file()`, and a checkpoint that signs it.
  void begin_file(std::string& out);
  /// A record, as `record_text` makes it.
  void append_request(std::string& out, std::string_view content);
  /// What was found when a trail was taken up that nobody had ended: `torn` is what stood behind the last line feed.
  /// A checkpoint follows, by which the lines that a crash left unsigned are signed as they were found.
  void append_recovery(std::string& out, std::string_view torn);
  /// How many requests could not be recorded, as the queue was full: those that were refused for it, and those that had
  /// happened already.
  void append_gap(std::string& out, std::uint64_t refused, std::uint64_t unrecorded);
  /// Signs all that stands before it.
  void append_checkpoint(std::string& out, bool last);

 private:
  void append(std::string& out, std::string_view content);

  std::string stream_;
  const signer& signer_;
  stream_position at_;
};

/// Letters, digits, `-`, `_` and `.`, not as the first; 1 to 64 of them. A trail's name is part of its files' names.
[[nodiscard]] bool is_stream_name(std::string_view name) noexcept;

/// `STREAM.000000000001.jsonl`: a trail's name and the number of the file's first line.
struct file_name {
  std::string stream;
  std::uint64_t first = 0;
};
[[nodiscard]] std::string text_of(const file_name& name);
/// Nothing for any other name.
[[nodiscard]] std::optional<file_name> parse_file_name(std::string_view name);

/// The content of a file's first line. `after` is the last checkpoint of the file before it; empty for none.
[[nodiscard]] std::string open_content(std::string_view stream, std::string_view file, std::string_view at,
                                       std::string_view after);
/// The content of a checkpoint's line.
[[nodiscard]] std::string checkpoint_content(std::string_view token);

}  // namespace candela::audit
