// What the bare responders share with each other: a listening socket and its epoll.
#pragma once

#include <cstdint>

namespace candela::bench {

/// `result` of a system call that cannot fail here. Throws `std::system_error` with `what` when it did.
int checked(int result, const char* what);

/// A socket that listens on that port of the loopback, without blocking; 0 takes a free one and says which.
struct listening {
  int descriptor;
  std::uint16_t port;
};
[[nodiscard]] listening listen_on_loopback(std::uint16_t port);

/// Adds, changes or removes (`EPOLL_CTL_...`) what is watched of a descriptor.
void watch(int epoll, int operation, int descriptor, std::uint32_t events);

}  // namespace candela::bench
