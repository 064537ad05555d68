// A result that is read while the server still gives it, a few rows at a time.
#pragma once

#include <candela/db/dedicated.hpp>
#include <candela/db/result.hpp>
#include <memory>
#include <optional>

namespace candela::db {

/// Rows from a connection of its own; the server is asked for more when those at hand were taken. Ending it early is
/// fine. Moved, not copied.
class row_stream {
 public:
  class next_await;

  row_stream(row_stream&&) noexcept;
  row_stream& operator=(row_stream&&) noexcept;
  ~row_stream();

  /// The next row as `std::expected<std::optional<row>, error>`, nothing at the end. The row is valid until the next
  /// call. After an error, or a cancellation, there is only the end.
  [[nodiscard]] next_await next();

 private:
  friend class stream_opening;
  struct state;
  explicit row_stream(std::unique_ptr<state> opened) noexcept;

  std::unique_ptr<state> state_;
};

/// Awaitable of `row_stream::next`.
class [[nodiscard]] row_stream::next_await {
 public:
  explicit next_await(state& stream) noexcept : stream_(stream) {}
  [[nodiscard]] bool await_ready();
  bool await_suspend(std::coroutine_handle<> waiting);
  std::expected<std::optional<row>, error> await_resume();

 private:
  state& stream_;
};

/// Opens a stream; what `database::stream` is made of.
class stream_opening {
 public:
  [[nodiscard]] static task<std::expected<row_stream, error>> open(session_context context, const statement& what,
                                                                   std::uint32_t chunk_rows,
                                                                   std::span<const parameter> parameters);
};

}  // namespace candela::db
