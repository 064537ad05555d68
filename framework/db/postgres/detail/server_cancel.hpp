// Telling a server to stop what a connection does: over a connection of its own.
#pragma once

#include <candela/db/postgres/detail/cancel_thread.hpp>
#include <candela/db/postgres/detail/libpq.hpp>
#include <memory>

namespace candela::db::postgres {

/// Knows what such a request needs, also when the connection is closed.
class server_cancel {
 public:
  server_cancel(PGconn* connection, cancel_thread& by)
      : request_(libpq().getCancel(connection), libpq().freeCancel), by_(by) {}

  /// Sends it in the background; whether it comes in time is not known.
  void send() { by_.send(request_); }

 private:
  std::shared_ptr<PGcancel> request_;
  cancel_thread& by_;
};

}  // namespace candela::db::postgres
