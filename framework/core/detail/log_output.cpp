#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <candela/core/detail/log_output.hpp>
#include <cstdio>
#include <stdexcept>
#include <utility>

namespace candela::log::detail {

namespace {

constexpr std::size_t batch_bytes = 16 * 1024;
constexpr std::chrono::seconds retry_pause{1};

using sink_pointer = std::shared_ptr<spdlog::sinks::sink>;

// The lines come finished: the sink's pattern is the text alone.
sink_pointer with_plain_pattern(sink_pointer sink) {
  sink->set_formatter(std::make_unique<spdlog::pattern_formatter>("%v", spdlog::pattern_time_type::utc, ""));
  return sink;
}

sink_pointer open_file(const output_options& wanted) {
  if (wanted.rotate_bytes == 0) {
    return with_plain_pattern(std::make_shared<spdlog::sinks::basic_file_sink_st>(wanted.file));
  }
  return with_plain_pattern(
      std::make_shared<spdlog::sinks::rotating_file_sink_st>(wanted.file, wanted.rotate_bytes, wanted.rotate_files));
}

spdlog::details::log_msg message_of(const std::string& batch) {
  return {spdlog::string_view_t(), spdlog::level::info, spdlog::string_view_t(batch.data(), batch.size())};
}

}  // namespace

log_output::log_output(const output_options& wanted, std::atomic<std::uint64_t>& failures)
    : options_(wanted), failures_(failures) {
  try {
    if (!wanted.file.empty()) file_ = open_file(wanted);
    if (wanted.to_stderr) stderr_ = with_plain_pattern(std::make_shared<spdlog::sinks::stderr_sink_st>());
  } catch (const spdlog::spdlog_ex& error) {
    throw std::runtime_error("cannot open the log file " + wanted.file + ": " + error.what());
  }
}

log_output::~log_output() { flush(); }

void log_output::append(record_reader record) {
  formatter_.append(batch_, options_.style, record);
  ++batch_records_;
  if (batch_.size() >= batch_bytes) write_batch();
}

void log_output::flush() noexcept {
  write_batch();
  if (file_ == nullptr || unflushed_records_ == 0) return;
  try {
    file_->flush();
    unflushed_records_ = 0;
  } catch (...) {
    file_failed();
  }
}

void log_output::reopen() noexcept {
  flush();
  file_.reset();
  retry_at_ = {};
}

void log_output::write_batch() noexcept {
  if (batch_records_ == 0) return;
  if (!options_.file.empty()) write_file();
  if (stderr_ != nullptr) write_stderr();
  batch_.clear();
  batch_records_ = 0;
}

void log_output::write_file() noexcept {
  unflushed_records_ += batch_records_;
  try {
    if (file_ == nullptr) {
      if (std::chrono::steady_clock::now() < retry_at_) {
        failures_ += std::exchange(unflushed_records_, 0);
        return;
      }
      file_ = open_file(options_);
    }
    file_->log(message_of(batch_));
  } catch (...) {
    file_failed();
  }
}

// The sink is given up, for after a failed rotation spdlog's has no open file left; a later batch makes a new one.
void log_output::file_failed() noexcept {
  failures_ += std::exchange(unflushed_records_, 0);
  file_.reset();
  retry_at_ = std::chrono::steady_clock::now() + retry_pause;
}

// spdlog ignores what became of the write; the stream remembers it.
void log_output::write_stderr() noexcept {
  try {
    stderr_->log(message_of(batch_));
    if (std::ferror(stderr) == 0) return;
    std::clearerr(stderr);
  } catch (...) {
    // Counted below like any other failure.
  }
  failures_ += batch_records_;
}

}  // namespace candela::log::detail
