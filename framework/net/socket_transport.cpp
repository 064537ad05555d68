#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <candela/net/detail/contain.hpp>
#include <candela/net/detail/socket_base.hpp>
#include <candela/net/socket_transport.hpp>
#include <new>

namespace candela::net {

bool socket_base::open(int descriptor) noexcept {
  if (!watch_.open(worker_.loop(), descriptor, [](descriptor_watch& watch, int status, int events) noexcept {
        auto& self = *static_cast<socket_base*>(watch.owner);
        if (status >= 0) return self.be_ready(events);
        // An error on the socket (libuv gives EBADF for EPOLLERR). What came before it can still be read, in many
        // reads.
        if (self.read_wanted_ || self.write_wanted_) self.rewatch();
        self.be_ready(UV_READABLE | UV_WRITABLE);
      })) {
    ::close(descriptor);
    return false;
  }
  watch_.owner = this;
  descriptor_ = descriptor;
  const int on = 1;
  setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_storage native{};
  socklen_t length = sizeof native;
  if (getsockname(descriptor_, reinterpret_cast<sockaddr*>(&native), &length) == 0)
    local_ = address::from_native(&native);
  return true;
}

void socket_base::start(transport_events& events) {
  events_ = &events;
  read_wanted_ = true;
  rewatch();
}

void socket_base::rewatch() noexcept {
  const int events = (read_wanted_ ? UV_READABLE : 0) | (write_wanted_ ? UV_WRITABLE : 0);
  watch_.watch(events != 0 ? events : UV_PRIORITIZED);
}

void socket_base::want_read(bool wanted) {
  read_wanted_ = wanted;
  rewatch();
}

void socket_base::want_write(bool wanted) {
  write_wanted_ = wanted;
  rewatch();
}

// Without memory, say, a connection cannot go on: it is lost, and the others are not.
void socket_base::be_ready(int events) noexcept {
  if (contain("a connection", [&] { on_ready(events); }) || !is_open()) return;
  watch_.watch(0);
  events_->on_lost();
}

void socket_base::on_ready(int events) {
  // An error shows as readable and writable, watched or not: whoever reads or writes learns of it there.
  const bool readable = (events & UV_READABLE) != 0 && read_wanted_;
  const bool writable = (events & UV_WRITABLE) != 0 && write_wanted_;
  if (!readable && !writable) {
    // The loss would be reported over and over.
    watch_.watch(0);
    return events_->on_lost();
  }
  if (readable) events_->on_readable();
  // In the same event, or a peer that never stops sending would keep our answers waiting.
  if (writable && is_open() && write_wanted_) events_->on_writable();
}

void socket_base::close(bool reset) noexcept {
  before_close();
  if (reset) {
    const linger abortive{.l_onoff = 1, .l_linger = 0};
    setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &abortive, sizeof abortive);
  }
  watch_.close([](descriptor_watch& watch) noexcept { delete static_cast<socket_base*>(watch.owner); });
  ::close(descriptor_);
  descriptor_ = -1;
}

io_result socket_base::receive(std::span<char> space) noexcept {
  for (;;) {
    const ssize_t got = ::recv(descriptor_, space.data(), space.size(), 0);
    if (got > 0) return {io_status::done, static_cast<std::size_t>(got)};
    if (got == 0) return {io_status::ended, 0};
    if (errno == EINTR) continue;
    return {errno == EAGAIN || errno == EWOULDBLOCK ? io_status::would_block : io_status::failed, 0};
  }
}

io_result socket_base::send(std::span<const std::string_view> pieces) noexcept {
  constexpr std::size_t most = 64;
  iovec vectors[most];
  msghdr message{};
  message.msg_iov = vectors;
  for (const std::string_view piece : pieces) {
    if (piece.empty()) continue;
    if (message.msg_iovlen == most) break;
    vectors[message.msg_iovlen++] = {const_cast<char*>(piece.data()), piece.size()};
  }
  for (;;) {
    const ssize_t sent = message.msg_iovlen == 1
                             ? ::send(descriptor_, vectors[0].iov_base, vectors[0].iov_len, MSG_NOSIGNAL)
                             : ::sendmsg(descriptor_, &message, MSG_NOSIGNAL);
    if (sent >= 0) return {io_status::done, static_cast<std::size_t>(sent)};
    if (errno == EINTR) continue;
    return {errno == EAGAIN || errno == EWOULDBLOCK ? io_status::would_block : io_status::failed, 0};
  }
}

namespace {

class socket_transport final : public socket_base {
 public:
  using socket_base::open;
  socket_transport(worker& owner, const address& peer) noexcept : socket_base(owner, peer) {}

  io_result read(std::span<char> space) override { return receive(space); }
  io_result write(std::span<const std::string_view> pieces) override { return send(pieces); }
  void shut_write() override { ::shutdown(descriptor_, SHUT_WR); }
};

}  // namespace

transport_ptr make_socket_transport(worker& owner, int descriptor, const address& peer) {
  std::unique_ptr<socket_transport> made(new (std::nothrow) socket_transport(owner, peer));
  if (made == nullptr) ::close(descriptor);
  if (made == nullptr || !made->open(descriptor)) return nullptr;
  return transport_ptr(made.release());
}

}  // namespace candela::net
