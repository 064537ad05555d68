#include "bench/floor/sockets.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace candela::bench {

namespace {

constexpr int backlog = 1024;

}  // namespace

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

listening listen_on_loopback(std::uint16_t port) {
  const int made = checked(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
  const int on = 1;
  checked(setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "SO_REUSEADDR");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  checked(bind(made, reinterpret_cast<sockaddr*>(&address), size), "bind");
  checked(listen(made, backlog), "listen");
  checked(getsockname(made, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
  return {made, ntohs(address.sin_port)};
}

void watch(int epoll, int operation, int descriptor, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = descriptor;
  checked(epoll_ctl(epoll, operation, descriptor, &event), "epoll_ctl");
}

}  // namespace candela::bench
