// The socket, or the TLS session, of a connection that libpq has opened and does not use any more.
#pragma once

#include <candela/db/postgres/detail/connection.hpp>
#include <candela/db/postgres/detail/server_cancel.hpp>
#include <candela/db/postgres/detail/wire_channel.hpp>

struct ssl_st;

namespace candela::db::postgres {

class libpq_channel final : public wire_channel {
 public:
  libpq_channel(connection_ptr connection, cancel_thread& canceller);

  [[nodiscard]] int descriptor() const noexcept override { return descriptor_; }
  [[nodiscard]] io_outcome read(std::span<char> space) override;
  [[nodiscard]] io_outcome write(std::string_view bytes) override;
  [[nodiscard]] bool has_pending() const noexcept override;
  void finish() noexcept override { connection_.reset(); }
  void cancel_on_server() override { cancel_.send(); }

 private:
  [[nodiscard]] io_outcome tls_outcome(int result) const noexcept;

  connection_ptr connection_;
  server_cancel cancel_;
  int descriptor_;
  ssl_st* tls_;
};

}  // namespace candela::db::postgres
