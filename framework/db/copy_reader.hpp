// COPY ... TO STDOUT: many rows out of a table or query, as the server writes them (PostgreSQL).
#pragma once

#include <candela/db/dedicated.hpp>
#include <memory>
#include <optional>
#include <string_view>

namespace candela::db {

/// Gives the bytes of a COPY, made by `dedicated::copy_out` or `transaction::copy_out`. The server is read only when
/// what came before was taken. The session is for the COPY alone until its end, and outlives it; ending it before ends
/// the session too, since the server is told to stop. Moved, not copied.
///
///     auto copy = co_await own->copy_out(all_items);             // "COPY item TO STDOUT (FORMAT csv)"
///     for (;;) {
///       const auto chunk = co_await copy->next_chunk();
///       if (!chunk || !*chunk) break;                            // an error, or the end
///       (co_await body.write(**chunk)).value();
///     }
class copy_reader {
 public:
  class next_await;

  copy_reader(copy_reader&&) noexcept;
  copy_reader& operator=(copy_reader&&) noexcept;
  ~copy_reader();

  /// All that is at hand, or else what comes next: whole rows, in the format of the statement. Gives
  /// `std::expected<std::optional<std::string_view>, error>`, nothing at the end; valid until the next call. An error
  /// stays.
  [[nodiscard]] next_await next_chunk() noexcept;
  /// The next of the server's messages, of which it sends one for each row, and for the header and the trailer that
  /// some formats have. With its line end, where the format has one. As `next_chunk`.
  [[nodiscard]] next_await next_row() noexcept;

 private:
  friend class dedicated;
  class state;
  explicit copy_reader(std::unique_ptr<state> opened) noexcept;

  std::unique_ptr<state> state_;
};

/// Awaitable of `copy_reader::next_chunk` and `next_row`.
class [[nodiscard]] copy_reader::next_await {
 public:
  next_await(state& copy, bool one_row) noexcept : copy_(copy), one_row_(one_row) {}
  [[nodiscard]] bool await_ready() const noexcept;
  bool await_suspend(std::coroutine_handle<> waiting);
  std::expected<std::optional<std::string_view>, error> await_resume();

 private:
  state& copy_;
  bool one_row_;
};

inline copy_reader::next_await copy_reader::next_chunk() noexcept { return {*state_, false}; }
inline copy_reader::next_await copy_reader::next_row() noexcept { return {*state_, true}; }

}  // namespace candela::db
