#include "tests/system/client.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace candela::system_test {
namespace {

constexpr std::size_t transcript_bound = 16 * 1024;

}  // namespace

client::client(std::uint16_t port, int receive_buffer) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const int on = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (receive_buffer != 0) setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const int reason = errno;
    close(socket_);
    throw std::system_error(reason, std::generic_category(), "connect");
  }
}

client::client(client&& from) noexcept
    : socket_(std::exchange(from.socket_, -1)),
      receives_(from.receives_),
      patience_(from.patience_),
      input_(std::move(from.input_)),
      consumed_(from.consumed_),
      transcript_(std::move(from.transcript_)) {}

client::~client() {
  if (socket_ >= 0) close(socket_);
}

bool client::send(std::string_view bytes) {
  while (!bytes.empty() && !write_failed_) {
    pollfd watched{socket_, static_cast<short>(receives_ ? POLLIN | POLLOUT : POLLOUT), 0};
    if (poll(&watched, 1, static_cast<int>(patience_.count())) <= 0) return false;
    // An end or a reset is for `fill` to report; what is left in the socket before it is not lost by writing on.
    if ((watched.revents & POLLOUT) == 0 && take_in() != arrival::bytes) return false;
    if ((watched.revents & POLLOUT) == 0) continue;
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno != EAGAIN) {
      write_failed_ = true;
    }
  }
  return !write_failed_;
}

client client::sender() const {
  client made;
  made.socket_ = fcntl(socket_, F_DUPFD_CLOEXEC, 0);
  made.receives_ = false;
  return made;
}

void client::end() { shutdown(socket_, SHUT_WR); }

void client::reset() {
  const linger at_once{1, 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(std::exchange(socket_, -1));
}

arrival client::fill() {
  pollfd watched{socket_, POLLIN, 0};
  if (poll(&watched, 1, static_cast<int>(patience_.count())) <= 0) return arrival::nothing;
  return take_in();
}

arrival client::take_in() {
  char bytes[64 * 1024];
  const ssize_t got = recv(socket_, bytes, sizeof bytes, MSG_DONTWAIT);
  if (got < 0) return errno == EAGAIN ? arrival::nothing : arrival::reset;
  // A reset that a write met already reads like an end afterwards.
  if (got == 0) return write_failed_ ? arrival::reset : arrival::ended;
  const std::string_view piece(bytes, static_cast<std::size_t>(got));
  if (consumed_ == input_.size()) {
    input_.clear();
    consumed_ = 0;
  }
  input_.append(piece);
  transcript_.append(piece.substr(0, transcript_bound - std::min(transcript_bound, transcript_.size())));
  return arrival::bytes;
}

void client::consume(std::size_t bytes) noexcept { consumed_ += bytes; }

}  // namespace candela::system_test
