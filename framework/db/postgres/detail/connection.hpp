// Connections that libpq opens: every connection string, password file, SCRAM and TLS setting that it knows works.
#pragma once

#include <candela/core/error.hpp>
#include <candela/db/postgres/detail/libpq.hpp>
#include <candela/db/settings.hpp>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace candela::db::postgres {

struct connection_closer {
  void operator()(PGconn* connection) const noexcept { libpq().finish(connection); }
};
using connection_ptr = std::unique_ptr<PGconn, connection_closer>;

/// Who will use a connection.
enum class purpose : std::uint8_t {
  shared,     ///< everybody: the server ends what takes too long, since no request to cancel can be sent
  exclusive,  ///< one user at a time, who has the server stop what he gives up
};

/// How connections of one source are opened: the URL's parameters and ours.
class connect_plan {
 public:
  /// Throws `std::invalid_argument` for a connection string that libpq refuses.
  explicit connect_plan(const settings& chosen);

  /// Connects, authenticates and encrypts; blocks, names are resolved here. A server on this machine is tried over its
  /// Unix socket first. The connection is non-blocking afterwards and has nothing unread.
  [[nodiscard]] std::expected<connection_ptr, candela::error> open(purpose wanted) const;

 private:
  using parameters = std::vector<std::pair<std::string, std::string>>;

  void set(std::string_view name, std::string value);
  void set_default(std::string_view name, std::string value);
  [[nodiscard]] std::string_view find(std::string_view name) const noexcept;
  [[nodiscard]] std::string local_socket_folder() const;
  [[nodiscard]] static std::expected<connection_ptr, candela::error> connect(const parameters& with);

  parameters parameters_;
  std::string options_;  // for the server, as the URL gives them
  std::string statement_timeout_;
  bool prefer_socket_;
};

}  // namespace candela::db::postgres
