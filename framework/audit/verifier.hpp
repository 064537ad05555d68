// Proves that no line of an audit trail was changed, removed or moved.
#pragma once

#include <candela/audit/stream_writer.hpp>
#include <candela/core/arena.hpp>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace candela::audit {

/// The first thing that is wrong with a trail.
struct finding {
  std::string file;            ///< without a folder; empty for a trail that is no file
  std::uint64_t line = 0;      ///< from 1, in the file; 0 where it is about a whole file
  std::uint64_t sequence = 0;  ///< that the line has, or should have; 0 where none is known
  std::string what;            ///< a sentence

  /// `FILE:LINE: sequence N: WHAT`
  [[nodiscard]] std::string text() const;
};

/// What is known of a trail that was read to its end and is right.
struct stream_summary {
  std::string stream;
  std::uint64_t files = 0;
  std::uint64_t first = 0;        ///< number of the first line that was read; above 1 when older files are elsewhere
  std::uint64_t checkpoints = 0;  ///< read, and verified where there was a key
  stream_position at;             ///< where it ends
  std::string signed_at;          ///< when the newest checkpoint was made
};

/// Reads one trail, line by line, from its first file or any later one on. One thread.
///
/// What a trail that is right in itself cannot show: that lines behind its newest checkpoint were not changed (they are
/// linked, but whoever changes one can link the others anew), and that nothing stood behind its end (`at.ended` tells
/// whether the service itself has ended the file). The former is bounded by the interval of checkpoints, the latter by
/// what is known from elsewhere, such as the log, of how far the trail had come.
class verifier {
 public:
  /// Without keys (null) signatures are not checked, all else is. The keys outlive this.
  explicit verifier(const jose::key_set* keys) noexcept : keys_(keys) {}

  /// The following lines stand in a file of that name, without a folder. Lines of a database need no such call.
  [[nodiscard]] std::expected<void, finding> begin_file(std::string_view name);
  /// That was all of the file.
  [[nodiscard]] std::expected<void, finding> end_file() const;
  /// The next line, without its line feed.
  [[nodiscard]] std::expected<void, finding> read(std::string_view line);

  /// Where it stands.
  [[nodiscard]] const stream_summary& summary() const noexcept { return known_; }
  /// That something is wrong here, at the line behind the last one that was read.
  [[nodiscard]] finding wrong(std::string what) const;

 private:
  using result = std::expected<void, finding>;

  [[nodiscard]] result check_place(const line_view& line) const;
  [[nodiscard]] result check_open(const line_view& line, const json::value& members);
  [[nodiscard]] result check_after(const line_view& line, std::string_view token);
  [[nodiscard]] result check_checkpoint(const line_view& line, const json::value& members);
  [[nodiscard]] result check_kind(const line_view& line, const json::value& members);
  [[nodiscard]] std::unexpected<finding> refuse(std::string what) const {
    return std::unexpected(wrong(std::move(what)));
  }

  const jose::key_set* keys_;
  stream_summary known_;
  std::string file_;            // as `begin_file` named it
  std::uint64_t line_ = 0;      // that is read, or was read last
  std::uint64_t sequence_ = 0;  // of it
  bool must_open_ = true;       // the next line is a file's first
  arena memory_;
};

/// Reads a whole file into `checked`. A piece behind the last line feed goes to `torn`; without one it is refused.
[[nodiscard]] std::expected<void, finding> verify_file(verifier& checked, const std::filesystem::path& file,
                                                       std::string* torn = nullptr);

/// One trail's files, in the order of their numbers.
struct stream_files {
  std::string stream;
  std::vector<std::filesystem::path> files;
};

/// Every trail in these files and folders; other files of a folder are passed over. Throws `std::runtime_error` with a
/// sentence for what cannot be read, and for a file that is named otherwise than those of a trail.
[[nodiscard]] std::vector<stream_files> find_streams(std::span<const std::filesystem::path> places);

/// Reads one trail whole.
[[nodiscard]] std::expected<stream_summary, finding> verify_files(const stream_files& trail, const jose::key_set* keys);

}  // namespace candela::audit
