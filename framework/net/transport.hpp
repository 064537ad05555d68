// A byte stream between us and one peer: plain TCP, TLS, or memory for tests. Never blocks.
#pragma once

#include <candela/net/address.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace candela::net {

/// What became of a read or write.
enum class io_status : std::uint8_t {
  done,         ///< `bytes` were moved; at least one
  would_block,  ///< nothing now; the transport tells when
  ended,        ///< reads only: the peer sent all it will send (FIN, or TLS close_notify)
  failed,       ///< the connection is lost: reset, or a TLS failure
};

struct io_result {
  io_status status = io_status::would_block;
  std::size_t bytes = 0;
};

/// What a verified client certificate says. Views live as long as the transport.
struct peer_identity {
  std::string subject;             ///< distinguished name, RFC 2253 form
  std::string spiffe_id;           ///< the one URI name if it is a SPIFFE id, otherwise empty
  std::string certificate_sha256;  ///< of the DER form, base64url without padding (RFC 8705 x5t#S256)
};

/// Who a transport tells. Calls come on the worker's thread.
class transport_events {
 public:
  /// Something can be read, or the peer's end or a failure can be learned by reading.
  virtual void on_readable() = 0;
  /// A write that would have blocked may go on.
  virtual void on_writable() = 0;
  /// The connection was lost while nobody read or wrote, or one of the calls above threw. Not called again afterwards.
  virtual void on_lost() = 0;

 protected:
  ~transport_events() = default;
};

/// One connection's bytes. Belongs to one worker and never leaves its thread.
class transport {
 public:
  transport() = default;
  transport(const transport&) = delete;
  transport& operator=(const transport&) = delete;

  /// Names the listener and begins watching for readability; again when the transport gets another owner.
  virtual void start(transport_events& events) = 0;
  /// Names another listener and changes nothing else.
  virtual void tell(transport_events& events) noexcept = 0;

  /// Reads once what is there into `space` (at least one byte).
  virtual io_result read(std::span<char> space) = 0;
  /// Whether more can be read at once though the socket may stay silent (plain text that a TLS session holds). The
  /// reader goes on reading until this is false.
  [[nodiscard]] virtual bool has_pending() const noexcept { return false; }

  /// Writes the pieces in order, as many bytes as go now. After `would_block` (or a short `done`) `want_write` asks for
  /// a call.
  virtual io_result write(std::span<const std::string_view> pieces) = 0;

  /// Watch for readability or not. A paused transport still reports a lost connection.
  virtual void want_read(bool wanted) = 0;
  /// Ask for one or more `on_writable` calls, or no longer.
  virtual void want_write(bool wanted) = 0;

  /// Says that nothing more will be written: FIN; with TLS close_notify first.
  virtual void shut_write() = 0;

  /// Closes at once (`reset`: with RST, so that the peer sees a failure) and frees the object when the loop let go of
  /// it. No event comes afterwards. Use through `transport_ptr`.
  virtual void close(bool reset) noexcept = 0;

  [[nodiscard]] virtual const address& peer() const noexcept = 0;
  [[nodiscard]] virtual const address& local() const noexcept = 0;
  /// Whether the peer's bytes are protected on the way.
  [[nodiscard]] virtual bool secure() const noexcept { return false; }
  /// The protocol that ALPN chose; empty without TLS or without ALPN.
  [[nodiscard]] virtual std::string_view alpn() const noexcept { return {}; }
  /// The verified client certificate's identity; null when the client showed none.
  [[nodiscard]] virtual const peer_identity* identity() const noexcept { return nullptr; }

 protected:
  virtual ~transport() = default;
};

struct transport_closer {
  void operator()(transport* value) const noexcept { value->close(false); }
};
using transport_ptr = std::unique_ptr<transport, transport_closer>;

}  // namespace candela::net
