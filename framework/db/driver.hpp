// One worker's access to a database; what PostgreSQL and SQLite implement.
#pragma once

#include <candela/db/channel.hpp>
#include <candela/db/transaction_options.hpp>
#include <candela/net/worker.hpp>
#include <cstddef>
#include <cstdint>

namespace candela::db {

/// Whose SQL it is.
enum class dialect : std::uint8_t { postgres, sqlite };

/// What a driver is busy with.
struct driver_usage {
  std::size_t connections = 0;  ///< open ones
  std::size_t sessions = 0;     ///< of them in use by one user each
  std::size_t in_flight = 0;    ///< queries that were sent and not answered
  std::size_t queued = 0;       ///< queries and session requests that wait
};

/// As a channel it is the shared connection (PostgreSQL) or the pool of readers and the writer (SQLite). Made by a
/// `source` on its worker's thread or before the worker runs, destroyed when nothing of the worker's exchanges is left,
/// on the worker's thread or after its end.
class driver : public channel {
 public:
  virtual ~driver() = default;

  [[nodiscard]] virtual net::worker& worker() noexcept = 0;
  [[nodiscard]] virtual db::dialect dialect() const noexcept = 0;
  [[nodiscard]] virtual driver_usage usage() const noexcept = 0;
  /// Rows of a stream that are held at once.
  [[nodiscard]] virtual std::uint32_t stream_rows() const noexcept = 0;

  /// Gives a session, or fails it, as `submit` does: false when the request has ended at once (`granted` or `failure`).
  [[nodiscard]] virtual bool acquire(session_request& wish) = 0;
  /// Takes a request back that has not ended.
  virtual void withdraw(session_request& wish) noexcept = 0;
  /// Takes a session back, whatever state it is in. `altered`: settings or temporary objects were left in it, so that
  /// it must be made as new.
  virtual void release(session& used, bool altered) noexcept = 0;

  /// What begins such a transaction.
  [[nodiscard]] virtual const statement& begin_statement(const transaction_options& options) const noexcept = 0;

  /// Ends every operation and request with `closed`; whoever comes later gets the same.
  virtual void close() noexcept = 0;
};

}  // namespace candela::db
