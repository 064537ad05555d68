// Telling a server to stop what a connection does: over a connection of its own, which blocks.
#pragma once

#include <candela/db/postgres/detail/libpq.hpp>
#include <candela/net/lane.hpp>
#include <memory>

namespace candela::db::postgres {

/// Knows what such a request needs, also when the connection is closed.
class server_cancel {
 public:
  server_cancel(PGconn* connection, net::lane& lane)
      : request_(libpq().getCancel(connection), libpq().freeCancel), lane_(lane) {}

  /// Sends it in the background; whether it comes in time is not known. On `home`'s thread.
  void send(net::loop& home) {
    const auto ask = [request = request_] {
      char complaint[256];
      if (request != nullptr) static_cast<void>(libpq().cancel(request.get(), complaint, sizeof complaint));
    };
    // A full lane leaves the query to its own timeout.
    static_cast<void>(lane_.submit(ask, home, [](std::expected<void, candela::error>) {}));
  }

 private:
  std::shared_ptr<PGcancel> request_;
  net::lane& lane_;
};

}  // namespace candela::db::postgres
