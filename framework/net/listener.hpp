// Accepts connections for one worker on its own socket.
#pragma once

#include <candela/net/transport.hpp>
#include <candela/net/worker.hpp>
#include <expected>
#include <functional>
#include <memory>
#include <string>

namespace candela::net {

/// A listening socket that one worker polls. Every worker has its own on the same port (SO_REUSEPORT): the kernel
/// spreads the connections, and a connection never changes worker.
class listener {
 public:
  /// Gets each accepted descriptor (non-blocking, close-on-exec), which it owns from then on.
  using accepted = std::move_only_function<void(int descriptor, const address& peer)>;

  /// Binds and listens; does not accept before `start`. Port 0 takes a free one, see `where`. The error is a sentence.
  [[nodiscard]] static std::expected<std::unique_ptr<listener>, std::string> open(worker& owner, const address& where,
                                                                                  int backlog = 4096);
  /// Whether another process listens there: a bind without SO_REUSEPORT that is given back at once. The error is a
  /// sentence.
  [[nodiscard]] static std::expected<void, std::string> probe(const address& where);

  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;
  ~listener();

  /// Begins to accept. On the worker's thread. Throws `std::runtime_error` when the loop refuses the socket. The
  /// callback must not destroy the listener.
  void start(accepted on_accepted);
  /// Accepts what is queued in the kernel still, then closes the socket: within the call, unless descriptors run out;
  /// then as soon as there are some. On the worker's thread.
  void drain_and_close();
  /// Goes on accepting if it paused for want of descriptors; call when some were freed. On the worker's thread.
  void descriptors_freed();

  /// The address it listens on, with the port that was chosen.
  [[nodiscard]] const address& where() const noexcept;
  /// Whether accepting waits for free descriptors.
  [[nodiscard]] bool paused() const noexcept;

 private:
  struct state;
  explicit listener(std::unique_ptr<state> made) noexcept;
  std::unique_ptr<state> state_;
};

}  // namespace candela::net
