// Private to the room: the libuv loop behind net::loop, and a descriptor watched on it.
#pragma once

#include <uv.h>

#include <candela/net/loop.hpp>

namespace candela::net {

struct native_access {
  static uv_loop_t* uv(loop& owner) noexcept;
};

/// Watches one descriptor. The handle's memory must stay until `closed` was called; libuv asks for that.
class descriptor_watch {
 public:
  /// Called from libuv: they let no exception out.
  using event = void (*)(descriptor_watch& watch, int status, int events) noexcept;
  using closed = void (*)(descriptor_watch& watch) noexcept;

  /// Begins with nothing watched. False when libuv refuses the descriptor.
  [[nodiscard]] bool open(loop& owner, int descriptor, event on_event) noexcept;
  /// UV_READABLE, UV_WRITABLE, ...; UV_PRIORITIZED alone reports only a lost connection, 0 nothing. After an event with
  /// a negative status nothing is watched until the next call.
  void watch(int events) noexcept;
  /// Stops at once; `on_closed` comes in a later step of the loop. The descriptor may be closed right after this call.
  void close(closed on_closed) noexcept;

  void* owner = nullptr;

 private:
  uv_poll_t poll_;
  loop* loop_ = nullptr;
  event on_event_ = nullptr;
  closed on_closed_ = nullptr;
  int events_ = 0;
};

}  // namespace candela::net
