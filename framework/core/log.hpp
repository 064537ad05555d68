// Structured logging that never makes a worker wait.
#pragma once

#include <candela/core/log_channel.hpp>
#include <candela/core/log_field.hpp>
#include <candela/core/log_level.hpp>
#include <candela/core/log_options.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

/// Each thread writes its records into a ring of its own; one log thread formats them and writes them out. A record
/// that finds its ring full is dropped and counted. The calls below never throw, never block, and allocate nothing once
/// the thread has its ring. Until `configure` is called, records from level info go to the standard error stream.
///
///     log::info("listening", log::field("address", text), log::field("workers", 4));
namespace candela::log {

/// Opens the outputs and starts the log thread; called again (a reload), it changes over without losing a record.
/// Throws `std::runtime_error` that names the file when one cannot be opened, and changes nothing then. Not on a worker
/// in service: it waits for the log thread.
void configure(const options& wanted);

/// Waits until every record that was written before the call is out. Not for workers in service.
void flush();

/// Opens the files anew, under the same names, before the next record: for rotation by other programs.
void reopen();

/// Writes what is there, ends the log thread and closes the outputs; later records are dropped until `configure`.
/// Happens at the end of the process by itself.
void shutdown();

/// Records that found no room, or no log thread.
[[nodiscard]] std::uint64_t dropped() noexcept;

/// Records that an output failed to write (a full disk, say). The log thread keeps trying.
[[nodiscard]] std::uint64_t failed_writes() noexcept;

/// Writes a record, whatever its level; the functions below ask for the level first.
void write(channel_state& to, level severity, std::string_view text, std::span<const field> fields) noexcept;

namespace detail {

template <class... Fields>
void write_if(channel_state& to, level severity, std::string_view text, const Fields&... fields) noexcept {
  if (severity < to.minimum.load(std::memory_order_relaxed)) return;
  if constexpr (sizeof...(Fields) == 0) {
    write(to, severity, text, {});
  } else {
    const field all[] = {fields...};
    write(to, severity, text, all);
  }
}

}  // namespace detail

/// Writes a record of any level to a channel. The fields are `log::field` objects.
template <class... Fields>
void write(const channel& to, level severity, std::string_view text, const Fields&... fields) noexcept {
  detail::write_if(to.state(), severity, text, fields...);
}

/// Write to the main channel.
template <class... Fields>
void trace(std::string_view text, const Fields&... fields) noexcept {
  detail::write_if(main_channel, level::trace, text, fields...);
}
template <class... Fields>
void debug(std::string_view text, const Fields&... fields) noexcept {
  detail::write_if(main_channel, level::debug, text, fields...);
}
template <class... Fields>
void info(std::string_view text, const Fields&... fields) noexcept {
  detail::write_if(main_channel, level::info, text, fields...);
}
template <class... Fields>
void warn(std::string_view text, const Fields&... fields) noexcept {
  detail::write_if(main_channel, level::warn, text, fields...);
}
template <class... Fields>
void error(std::string_view text, const Fields&... fields) noexcept {
  detail::write_if(main_channel, level::error, text, fields...);
}

}  // namespace candela::log
