// The place where log lines end: spdlog's sinks behind a batch, with every failure counted and survived.
#pragma once

#include <atomic>
#include <candela/core/detail/log_format.hpp>
#include <candela/core/log_options.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace spdlog::sinks {
class sink;
}

namespace candela::log::detail {

/// One configured output. Only the log thread uses it, but for its making.
class log_output {
 public:
  /// Opens the file. Throws `std::runtime_error` that names it when that fails. Failed records are added to `failures`.
  log_output(const output_options& wanted, std::atomic<std::uint64_t>& failures);
  ~log_output();
  log_output(const log_output&) = delete;
  log_output& operator=(const log_output&) = delete;

  /// Adds a record to the batch; a full batch is written.
  void append(record_reader record);

  /// Writes the batch through to the system.
  void flush() noexcept;

  /// Closes the file; the next batch opens it again.
  void reopen() noexcept;

 private:
  void write_batch() noexcept;
  void write_file() noexcept;
  void write_stderr() noexcept;
  void file_failed() noexcept;

  output_options options_;
  std::atomic<std::uint64_t>& failures_;
  log_formatter formatter_;
  std::string batch_;
  std::uint64_t batch_records_ = 0;
  std::uint64_t unflushed_records_ = 0;  // given to the file, but not known to have left the process
  std::shared_ptr<spdlog::sinks::sink> file_;
  std::shared_ptr<spdlog::sinks::sink> stderr_;
  std::chrono::steady_clock::time_point retry_at_{};
};

}  // namespace candela::log::detail
