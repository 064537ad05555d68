// Plain blocking sockets on the loopback, for the other side of what a test looks at.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <candela/net/address.hpp>
#include <utility>

namespace candela::testing {

/// Owns a descriptor.
class socket_owner {
 public:
  explicit socket_owner(int value = -1) noexcept : value_(value) {}
  socket_owner(socket_owner&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  socket_owner& operator=(socket_owner&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~socket_owner() {
    if (value_ >= 0) ::close(value_);
  }
  [[nodiscard]] int get() const noexcept { return value_; }
  int release() noexcept { return std::exchange(value_, -1); }

 private:
  int value_;
};

/// A connection to `where`; its descriptor is negative when that failed.
inline socket_owner connect_to(const net::address& where) {
  sockaddr_storage native{};
  const socklen_t length = where.to_native(&native);
  socket_owner made(::socket(where.is_v6() ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(made.get(), reinterpret_cast<const sockaddr*>(&native), length) != 0) return socket_owner();
  return made;
}

/// Two connected TCP sockets: ours (non-blocking) and the peer's (blocking).
struct socket_pair {
  socket_owner ours;
  socket_owner peer;

  socket_pair() {
    const socket_owner listening(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof name;
    ::bind(listening.get(), reinterpret_cast<const sockaddr*>(&name), length);
    ::listen(listening.get(), 1);
    ::getsockname(listening.get(), reinterpret_cast<sockaddr*>(&name), &length);
    peer = connect_to(net::address::from_native(&name));
    ours = socket_owner(::accept4(listening.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  }
};

/// Closes with RST instead of FIN.
inline void reset(socket_owner socket) {
  const linger abortive{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &abortive, sizeof abortive);
}

}  // namespace candela::testing
