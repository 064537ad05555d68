// COPY ... FROM STDIN: many rows into a table, faster than any statement puts them there (PostgreSQL).
#pragma once

#include <array>
#include <candela/db/dedicated.hpp>
#include <candela/db/parameter.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace candela::db {

/// Takes the bytes of a COPY, made by `dedicated::copy_in` or `transaction::copy_in`. Nothing is stored unless `finish`
/// says so: one that ends before is given up, which leaves its session usable but spoils a transaction. The session is
/// for the COPY alone until then, and outlives it. Moved, not copied.
///
///     auto copy = co_await own->copy_in(into_item);             // "COPY item (id, name) FROM STDIN"
///     for (const item& each : items) (co_await copy->write_row(each.id, each.name)).value();
///     const auto rows = co_await copy->finish();                // expected<std::uint64_t, db::error>
class copy_writer {
 public:
  class write_await;
  class finish_await;

  copy_writer(copy_writer&&) noexcept;
  copy_writer& operator=(copy_writer&&) noexcept;
  ~copy_writer();

  /// Sends bytes in the format of the statement, cut wherever it pleases the caller; they live until the await has
  /// ended. It ends at once while they fit into a buffer (64 KiB), and otherwise when the connection has taken them:
  /// a server that is slower holds up its client. Gives `std::expected<void, error>`; an error stays, and is given by
  /// all that follow.
  [[nodiscard]] write_await write(std::string_view bytes) noexcept;
  [[nodiscard]] write_await write(std::span<const std::byte> bytes) noexcept;

  /// Sends one row in the text format with its usual delimiter and NULL, of values as parameters have them. One that
  /// PostgreSQL cannot have (text with a NUL) fails the COPY with `wrong_type`. As `write`.
  template <bindable... Values>
  [[nodiscard]] write_await write_row(const Values&... values);

  /// Ends it: gives the number of rows that were stored, as `std::expected<std::uint64_t, error>`.
  [[nodiscard]] finish_await finish() noexcept;

 private:
  friend class dedicated;
  class state;
  explicit copy_writer(std::unique_ptr<state> opened) noexcept;
  void append_row(std::span<const parameter> values);

  std::unique_ptr<state> state_;
};

/// Awaitable of `copy_writer::write`.
class [[nodiscard]] copy_writer::write_await {
 public:
  write_await(state& copy, std::string_view bytes) noexcept : copy_(copy), left_(bytes) {}
  [[nodiscard]] bool await_ready();
  bool await_suspend(std::coroutine_handle<> waiting);
  std::expected<void, error> await_resume() const;

 private:
  state& copy_;
  std::string_view left_;
};

/// Awaitable of `copy_writer::finish`.
class [[nodiscard]] copy_writer::finish_await {
 public:
  explicit finish_await(state& copy) noexcept : copy_(copy) {}
  [[nodiscard]] bool await_ready();
  bool await_suspend(std::coroutine_handle<> waiting);
  std::expected<std::uint64_t, error> await_resume() const;

 private:
  state& copy_;
};

inline copy_writer::write_await copy_writer::write(std::string_view bytes) noexcept { return {*state_, bytes}; }

inline copy_writer::write_await copy_writer::write(std::span<const std::byte> bytes) noexcept {
  return write({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

template <bindable... Values>
copy_writer::write_await copy_writer::write_row(const Values&... values) {
  const std::array<parameter, sizeof...(Values)> row{to_parameter(values)...};
  append_row(row);
  return write(std::string_view());
}

inline copy_writer::finish_await copy_writer::finish() noexcept { return finish_await(*state_); }

}  // namespace candela::db
