// A descriptor that somebody else owns, watched on a worker's loop: for libraries that bring their own connections.
#pragma once

#include <candela/net/loop.hpp>
#include <memory>

namespace candela::net {

/// Tells when a descriptor can be read or written. Level-triggered: it tells again as long as that holds. On the loop's
/// thread only. Ends before the descriptor is closed.
class socket_watch {
 public:
  /// What is ready. A failed or ended connection shows as both, whatever was asked for: reading finds out. May destroy
  /// the watch.
  using ready = void (*)(void* owner, bool readable, bool writable);

  /// Watches nothing yet. `owner` is what `on_ready` is called with.
  socket_watch(loop& home, int descriptor, ready on_ready, void* owner);
  socket_watch(const socket_watch&) = delete;
  socket_watch& operator=(const socket_watch&) = delete;
  /// Ends at once: nothing is told any more, and the descriptor may be closed.
  ~socket_watch();

  /// Whether the loop took the descriptor; it refuses files, for example. Nothing is ever told then.
  [[nodiscard]] bool is_open() const noexcept { return native_ != nullptr; }
  /// What is told from here on.
  void want(bool readable, bool writable) noexcept;

 private:
  struct native;
  struct closer {
    void operator()(native* watched) const noexcept;
  };
  std::unique_ptr<native, closer> native_;
};

}  // namespace candela::net
