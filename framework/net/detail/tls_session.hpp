// Private to the room: one TLS session between cipher text in memory and plain text. Knows no socket and no loop.
#pragma once

#include <candela/core/byte_queue.hpp>
#include <candela/net/detail/tls_pointers.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace candela::net {

/// The cipher text on both sides of a session.
struct tls_wire {
  byte_queue kept;       ///< came earlier and waits for room in the reader's span
  std::string_view fed;  ///< came just now
  byte_queue unsent;     ///< wants to go to the peer
};

class tls_session {
 public:
  enum class outcome : std::uint8_t {
    done,
    starved,  ///< more cipher text is needed
    ended,    ///< the peer sent close_notify
    failed,   ///< `why` tells
  };

  /// The server's end. Throws `std::bad_alloc` when the system has no memory.
  explicit tls_session(SSL_CTX* context);
  tls_session(const tls_session&) = delete;
  tls_session& operator=(const tls_session&) = delete;

  /// Gives cipher text to the next calls; it is not copied and must stay until `keep`.
  void feed(std::string_view cipher) noexcept { wire_.fed = cipher; }
  /// Takes over what was fed and not used yet.
  void keep();

  /// Goes on with the handshake as far as the cipher text reaches. `starved` and `failed` too may leave bytes unsent.
  [[nodiscard]] outcome handshake();
  /// Opens records into `space` until it is full (`done`) or something else is the matter; `bytes` were written.
  [[nodiscard]] outcome read(std::span<char> space, std::size_t& bytes);
  /// Seals `plain` in records of up to 16 KiB. False when the session is broken.
  [[nodiscard]] bool write(std::string_view plain);
  /// Says that nothing more will be written; only after the handshake.
  void close_notify();

  /// Sealed bytes for the peer, in order.
  [[nodiscard]] byte_queue& unsent() noexcept { return wire_.unsent; }
  /// Whether a read may give plain text without more from the peer.
  [[nodiscard]] bool has_pending() const noexcept;
  [[nodiscard]] std::string_view alpn() const noexcept;
  /// The certificate of the peer, verified; null when there is none. Only after the handshake.
  [[nodiscard]] X509* peer_certificate() const noexcept;
  /// Whether it failed because the peer began with an HTTP request.
  [[nodiscard]] bool met_http() const noexcept { return met_http_; }
  /// What made the session fail, for logs.
  [[nodiscard]] const std::string& why() const noexcept { return why_; }

 private:
  outcome judge(int result);
  void note_failure();

  tls_wire wire_;
  std::string why_;
  bool met_http_ = false;
  ssl_ptr ssl_;
};

}  // namespace candela::net
