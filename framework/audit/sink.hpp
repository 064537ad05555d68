// Where the lines of an audit trail are kept.
#pragma once

#include <candela/audit/stream_writer.hpp>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace candela::audit {

/// What a sink has of a trail.
struct found_trail {
  stream_position at;
  std::string torn;              ///< a piece of a line that was kept aside
  std::uint64_t file_bytes = 0;  ///< of the file that goes on; 0 when a new one has to begin
};

/// Files, a database, or what a test puts there. Errors are sentences for the log. Used by one thread.
class sink {
 public:
  template <class Value = void>
  using result = std::expected<Value, std::string>;

  sink() = default;
  sink(const sink&) = delete;
  sink& operator=(const sink&) = delete;
  virtual ~sink() = default;

  /// Whether lines can be kept here at all, before any are. What is away and may come back is no error. Any thread; may
  /// wait for some seconds.
  [[nodiscard]] virtual result<> check() const { return {}; }
  /// Takes up the trail of that name and keeps others from it. What is there has to be right, as far back as its last
  /// file goes: a trail that was changed is not gone on with.
  [[nodiscard]] virtual result<found_trail> open(const std::string& stream, const jose::key_set& keys) = 0;
  /// The following lines stand in a new file of that name.
  [[nodiscard]] virtual result<> begin_file(const std::string& name) = 0;
  /// Takes whole lines: all of them, or, with an error, none.
  [[nodiscard]] virtual result<> append(std::string_view lines) = 0;
  /// Returns when all lines will outlive a failure of the machine.
  [[nodiscard]] virtual result<> sync() = 0;
  /// Lets go of the trail.
  virtual void close() noexcept = 0;
};

/// Files in a folder, which must be there, readable by their owner only.
[[nodiscard]] std::unique_ptr<sink> make_file_sink(std::filesystem::path folder);

/// Rows of the table `candela_audit` (see `table_sql`), which must be there. `url` is as `db::settings::url`. Throws
/// `std::invalid_argument` for one that no database has.
[[nodiscard]] std::unique_ptr<sink> make_database_sink(const std::string& url);

/// The migration that makes the table. A service needs no more rights on it than to read and to insert.
[[nodiscard]] std::string_view table_sql() noexcept;

}  // namespace candela::audit
