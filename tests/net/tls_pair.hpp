// A TLS transport on a worker that the test turns by hand, and a client of OpenSSL's at the other end of the socket.
#pragma once

#include <openssl/ssl.h>

#include <candela/core/manual_clock.hpp>
#include <candela/net/tls_transport.hpp>
#include <functional>
#include <memory>
#include <string>

#include "test_certificates.hpp"

namespace candela::net::test {

/// What the client is like.
struct client_options {
  int oldest = TLS1_2_VERSION;
  int newest = TLS1_3_VERSION;
  std::string alpn{};                      ///< wire form; empty: not offered
  const certificate* shows = nullptr;      ///< the client's certificate
  std::shared_ptr<SSL_SESSION> resumes{};  ///< from an earlier client's `session`
  std::size_t piece = 16 * 1024;           ///< bytes that it puts on the wire at a time
};

/// Speaks TLS over memory and moves the cipher text to and from a socket.
class tls_client {
 public:
  tls_client(int descriptor, const client_options& options);
  tls_client(const tls_client&) = delete;
  tls_client& operator=(const tls_client&) = delete;
  ~tls_client();

  /// Does whatever can be done without waiting.
  void step();
  /// Waits until something comes from the server.
  void wait() const;
  /// Puts bytes on the wire as they are.
  void send_raw(std::string_view bytes);
  void send(std::string_view plain) { unsealed_ += plain; }
  void close_notify();
  /// FIN without close_notify.
  void cut();

  bool reads_wire = true;  ///< false: leaves everything in the socket
  std::string received;
  [[nodiscard]] bool established() const { return SSL_is_init_finished(ssl_.get()) == 1 && !failed; }
  [[nodiscard]] bool sent_everything() const { return unsealed_.empty() && wire_.empty(); }
  [[nodiscard]] SSL* ssl() const noexcept { return ssl_.get(); }
  [[nodiscard]] bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
  [[nodiscard]] std::string alpn() const;
  bool failed = false;
  bool peer_notified = false;            ///< close_notify came
  bool peer_ended = false;               ///< FIN came
  std::size_t wire_bytes = 0;            ///< that came
  std::shared_ptr<SSL_SESSION> session;  ///< from the last ticket

 private:
  void take_from_wire();
  void put_on_wire();
  void open();
  void note(int result);

  int descriptor_;
  std::size_t piece_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  BIO* in_;
  BIO* out_;
  std::string unsealed_;
  std::string wire_;
};

/// Both ends.
class tls_pair final : public transport_events, public tls_observer {
 public:
  explicit tls_pair(std::shared_ptr<const tls_context> context, const client_options& options = {});
  ~tls_pair();

  /// Lets both ends work until `reached` or until nothing can come of it any more.
  bool run(const std::function<bool()>& reached);
  /// Whether both ends are content with the handshake.
  bool shake_hands();

  void on_readable() override;
  void on_writable() override;
  void on_lost() override {
    lost = true;
    ++losses;
  }
  void on_handshake_failed(const address&, std::string_view why) override { refusal = why; }
  /// Writes as much as goes and the rest when it may.
  void write(std::string_view plain);

  manual_clock time;
  worker owner{0, &time};
  std::unique_ptr<tls_client> client;
  transport_ptr transport;
  std::string received;
  std::string unwritten;
  std::string refusal;
  std::size_t read_space = 64 * 1024;
  std::size_t readable_calls = 0;
  std::size_t losses = 0;
  bool pauses = false;  ///< stops reading after every read
  bool hasty = false;   ///< reads once and leaves the rest behind
  bool ended = false;
  bool failed = false;
  bool lost = false;

 private:
  void turn();
};

}  // namespace candela::net::test
