// Sockets and epoll of the bare responder.
#include "bench/floor/responder.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "bench/floor/sockets.hpp"

namespace candela::bench {
namespace {

constexpr std::size_t input_bytes = 64 * 1024;
constexpr std::size_t answer_copies = 512;

}  // namespace

responder::responder(std::string_view answer, std::uint16_t port) : answer_size_(answer.size()), input_(input_bytes) {
  answers_.reserve(answer.size() * answer_copies);
  for (std::size_t copy = 0; copy < answer_copies; ++copy) answers_ += answer;
  const listening made = listen_on_loopback(port);
  listener_ = made.descriptor;
  port_ = made.port;
  epoll_ = checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
  watch(epoll_, EPOLL_CTL_ADD, listener_, EPOLLIN);
}

responder::~responder() {
  for (std::size_t fd = 0; fd < connections_.size(); ++fd) {
    if (connections_[fd].open) end(static_cast<int>(fd));
  }
  close(epoll_);
  close(listener_);
}

void responder::run(const volatile std::sig_atomic_t& stop) {
  std::array<epoll_event, 512> events{};
  while (stop == 0) {
    const int ready = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
    for (int at = 0; at < ready; ++at) {
      const int fd = events[static_cast<std::size_t>(at)].data.fd;
      if (fd == listener_) {
        accept_all();
      } else {
        serve(fd);
      }
    }
  }
}

void responder::accept_all() {
  for (;;) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connections_.size() <= static_cast<std::size_t>(fd)) connections_.resize(static_cast<std::size_t>(fd) + 1);
    connections_[static_cast<std::size_t>(fd)] = connection{};
    connections_[static_cast<std::size_t>(fd)].open = true;
    watch(epoll_, EPOLL_CTL_ADD, fd, EPOLLIN);
  }
}

void responder::serve(int fd) {
  connection& peer = connections_[static_cast<std::size_t>(fd)];
  if (peer.blocked) {
    if (!flush(fd, peer)) end(fd);
    return;
  }
  const ssize_t got = read(fd, input_.data(), input_.size());
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    end(fd);
    return;
  }
  peer.owed += answer_size_ * peer.ends.count({input_.data(), static_cast<std::size_t>(got)});
  if (peer.owed > 0 && !flush(fd, peer)) end(fd);
}

// The block of answers repeats, so that what is owed is always a stretch of it that begins at the phase.
bool responder::flush(int fd, connection& peer) {
  while (peer.owed > 0) {
    const std::size_t size = std::min(peer.owed, answers_.size() - peer.phase);
    const ssize_t sent = write(fd, answers_.data() + peer.phase, size);
    if (sent < 0) {
      if (errno != EAGAIN) return false;
      wait_for(fd, peer, true);
      return true;
    }
    peer.owed -= static_cast<std::size_t>(sent);
    peer.phase = (peer.phase + static_cast<std::size_t>(sent)) % answer_size_;
  }
  wait_for(fd, peer, false);
  return true;
}

void responder::end(int fd) {
  connections_[static_cast<std::size_t>(fd)].open = false;
  close(fd);
}

void responder::wait_for(int fd, connection& peer, bool room) {
  if (peer.blocked == room) return;
  peer.blocked = room;
  watch(epoll_, EPOLL_CTL_MOD, fd, room ? EPOLLOUT : EPOLLIN);
}

}  // namespace candela::bench
