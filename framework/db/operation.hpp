// The seam between what handlers await and what drivers do: one node per query, in the frame of who waits.
#pragma once

#include <candela/core/arena.hpp>
#include <candela/db/description.hpp>
#include <candela/db/error.hpp>
#include <candela/db/parameter.hpp>
#include <candela/db/statement.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace candela::db {

/// Which way the bytes of a COPY go.
enum class copying : std::uint8_t { none, in, out };

/// What a channel is asked, and what came of it. Lives in the awaiting coroutine's frame; allocates nothing. From
/// `channel::submit` to `on_done` (or `channel::detach`) it belongs to the driver, which neither moves nor copies it.
struct operation {
  operation() noexcept = default;
  operation(const operation&) = delete;
  operation& operator=(const operation&) = delete;

  // --- what is asked

  /// The statement; null for a script.
  const db::statement* what = nullptr;
  /// Several statements without parameters, separated by semicolons; only on a `session`. No rows are given.
  std::string_view script;
  /// `repeat` groups of `width` parameters: one separate query each. They live until the operation is done.
  const parameter* parameters = nullptr;
  std::uint16_t width = 0;
  std::uint32_t repeat = 1;
  /// Not 0: done after at most that many rows, with `more` set when others may follow; see `session::go_on`.
  std::uint32_t chunk_rows = 0;
  /// The script is one COPY (PostgreSQL; sessions only). Done with `more` when the server has agreed, and after each
  /// `session::go_on` that asks for more. `in`: go_on sends `script`, and is done when the connection has taken it;
  /// with `copy_ends` it sends the end as well, and is done with the server's answer. The server may fail it in
  /// between, which is told at once. `out`: each message is a row of one cell.
  copying copy = copying::none;
  bool copy_ends = false;
  /// When it fails with `timed_out`. The driver lowers it by its own limit.
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();

  // --- what came

  /// Set before the first row, and at the end; null when the statement gives no rows by its nature.
  const description* columns = nullptr;
  std::uint64_t affected = 0;    ///< the sum over all repetitions
  bool more = false;             ///< the stream goes on
  std::optional<error> failure;  ///< of the first repetition that failed

  void fail(error why) {
    if (!failure) failure.emplace(std::move(why));
  }

  // --- whom the driver tells, on the worker's loop

  /// A row of repetition `index`. The cells are valid during the call only. It may call `fail`. Null: rows are dropped.
  void (*on_row)(operation& self, std::uint32_t index, const cell* cells) noexcept = nullptr;
  /// The end; the operation is the driver's no more, and is usually gone when this returns.
  void (*on_done)(operation& self) noexcept = nullptr;

  // --- for the driver's own use

  operation* next = nullptr;
  operation* previous = nullptr;
  std::uint64_t ticket = 0;
  std::uint32_t outstanding = 0;  ///< repetitions without an answer
  std::uint32_t position = 0;
  std::uint8_t attempts = 0;
  std::chrono::steady_clock::time_point submitted_at{};
};

}  // namespace candela::db
