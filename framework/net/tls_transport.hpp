// The transport over a connected TCP socket, protected by TLS: the server's end.
#pragma once

#include <candela/net/tls_context.hpp>
#include <candela/net/transport.hpp>
#include <candela/net/worker.hpp>
#include <memory>
#include <string_view>

namespace candela::net {

/// Told of what ends before a listener can be, for logs and metrics.
class tls_observer {
 public:
  /// A handshake did not succeed; `why` is for logs, never for the peer. On the worker's thread, before `on_lost`.
  virtual void on_handshake_failed(const address& peer, std::string_view why) = 0;

 protected:
  ~tls_observer() = default;
};

/// Takes over `descriptor` (a connected, non-blocking socket), whatever the outcome. Null when the loop refuses it or
/// memory is short. The handshake begins with `start`; the listener is called once it succeeded (`on_readable`), or
/// when it failed or took longer than the context allows (`on_lost`).
///
/// `read` reports a peer that closed the socket without close_notify as `ended`: what may be cut short by that must
/// carry its own length, as HTTP messages with bodies do. `write` seals up to 64 KiB at once and reports bytes as done
/// when the kernel has all of their records; what a call did not take is what the next call must begin with, in other
/// pieces if it likes. `observer` may be null and must outlive the transport.
[[nodiscard]] transport_ptr make_tls_transport(worker& owner, int descriptor, const address& peer,
                                               const std::shared_ptr<const tls_context>& context,
                                               tls_observer* observer = nullptr);

}  // namespace candela::net
