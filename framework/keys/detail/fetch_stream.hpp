// Private to the room: one connection that is waited for, to the end of a time limit, plain or protected by TLS.
#pragma once

#include <openssl/ssl.h>

#include <candela/core/error.hpp>
#include <candela/keys/url.hpp>
#include <candela/net/address.hpp>
#include <chrono>
#include <cstddef>
#include <expected>
#include <memory>
#include <span>
#include <string_view>

namespace candela::keys::detail {

struct ssl_free {
  void operator()(SSL* session) const noexcept { SSL_free(session); }
  void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};
using ssl_ptr = std::unique_ptr<SSL, ssl_free>;
using ssl_ctx_ptr = std::unique_ptr<SSL_CTX, ssl_free>;

/// What all sessions of a fetcher share. Throws `std::runtime_error` when the authorities cannot be read.
[[nodiscard]] ssl_ctx_ptr make_client_context(const std::string& authorities_file);

/// A blocking byte stream with a deadline for everything together. For one thread, with SIGPIPE blocked or ignored, as
/// lanes do.
class fetch_stream {
 public:
  using time = std::chrono::steady_clock::time_point;

  explicit fetch_stream(time deadline) noexcept : opened_(std::chrono::steady_clock::now()), deadline_(deadline) {}
  fetch_stream(const fetch_stream&) = delete;
  fetch_stream& operator=(const fetch_stream&) = delete;
  ~fetch_stream();

  [[nodiscard]] time opened() const noexcept { return opened_; }
  /// Another limit for what comes next.
  void restart(time deadline) noexcept { deadline_ = deadline; }
  /// Whether the connection is open and nothing has come that was not read.
  [[nodiscard]] bool is_quiet() const noexcept;

  /// Connects, and for https greets: `to` must be the name that the certificate is for.
  [[nodiscard]] std::expected<void, error> open(const net::address& where, const url& to, SSL_CTX* context);
  [[nodiscard]] std::expected<void, error> write(std::string_view bytes);
  /// At least one byte, or 0 at the end.
  [[nodiscard]] std::expected<std::size_t, error> read(std::span<char> space);

 private:
  [[nodiscard]] std::expected<void, error> wait(short events) const;
  [[nodiscard]] std::expected<void, error> connect(const net::address& where);
  [[nodiscard]] std::expected<void, error> greet(const url& to, SSL_CTX* context);
  [[nodiscard]] std::expected<void, error> wait_for_session(int result);

  time opened_;
  time deadline_;
  int socket_ = -1;
  ssl_ptr session_;
};

}  // namespace candela::keys::detail
