#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <candela/core/descriptor.hpp>
#include <candela/net/detail/contain.hpp>
#include <candela/net/detail/native_loop.hpp>
#include <candela/net/listener.hpp>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace candela::net {

namespace {

// How long accepting pauses when the process has no descriptor left and none of its own connections ends.
constexpr std::chrono::milliseconds descriptor_pause{100};
// Connections taken in one go before others get their turn of the loop.
constexpr int accepts_a_turn = 64;

std::string why(const char* what, const address& where) {
  return std::string(what) + " " + where.to_string() + ": " + std::strerror(errno);
}

bool bind_to(int socket, const address& where) {
  const int on = 1;
  const int off = 0;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (where.is_v6()) setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  sockaddr_storage native{};
  const socklen_t length = where.to_native(&native);
  return ::bind(socket, reinterpret_cast<const sockaddr*>(&native), length) == 0;
}

// Whether accepting failed for the one connection only: the peer gave up while it was queued, or the network said so
// (accept(2)). Anything else, such as a lack of descriptors, would fail for the next one as well.
bool is_of_one_connection(int number) {
  switch (number) {
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case ENOPROTOOPT:
    case EOPNOTSUPP:
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENONET: return true;
    default: return false;
  }
}

int stream_socket(const address& where) {
  return ::socket(where.is_v6() ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

}  // namespace

struct listener::state {
  state(worker& belongs_to, int socket) : owner(belongs_to), descriptor(socket), retry(belongs_to.timers(), on_retry) {}

  worker& owner;
  int descriptor;
  address where;
  accepted on_accepted;
  bool paused = false;
  bool open = false;
  bool draining = false;
  descriptor_watch* watch = nullptr;  // owned by the loop once opened; freed in its closed callback
  struct retry_timer : timer {
    retry_timer(timer_wheel& wheel, callback fired) : timer(wheel, fired) {}
    state* owner = nullptr;
  } retry;

  static void on_retry(timer& fired) { static_cast<retry_timer&>(fired).owner->resume(); }
  void resume();
  bool accept_one();
  void drain();
  void pause();
  void close();
};

bool listener::state::accept_one() {
  sockaddr_storage native{};
  socklen_t length = sizeof native;
  const int accepted_socket =
      ::accept4(descriptor, reinterpret_cast<sockaddr*>(&native), &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (accepted_socket >= 0) {
    contain("a listener", [&] { on_accepted(accepted_socket, address::from_native(&native)); });
    return true;
  }
  if (errno == EAGAIN) return false;
  if (is_of_one_connection(errno)) return true;
  pause();
  return false;
}

void listener::state::pause() {
  // The connection stays in the kernel's queue; polling would spin on it.
  paused = true;
  watch->watch(UV_PRIORITIZED);
  retry.arm(owner.time().steady() + descriptor_pause);
}

void listener::state::resume() {
  if (!paused || !open) return;
  paused = false;
  retry.cancel();
  watch->watch(UV_READABLE);
  if (draining) drain();
}

// Without a descriptor left, the rest of the queue waits for one: closing now would reset who waits there.
void listener::state::drain() {
  while (!paused && accept_one()) {
  }
  if (!paused) close();
}

void listener::state::close() {
  if (!open) return;
  open = false;
  retry.cancel();
  watch->close([](descriptor_watch& closed) noexcept { delete &closed; });
  ::close(std::exchange(descriptor, -1));
}

std::expected<void, std::string> listener::probe(const address& where) {
  if (where.port() == 0) return {};
  const descriptor socket(stream_socket(where));
  if (socket.get() < 0) return std::unexpected(why("cannot open a socket for", where));
  if (!bind_to(socket.get(), where)) return std::unexpected(why("cannot listen on", where));
  return {};
}

std::expected<std::unique_ptr<listener>, std::string> listener::open(worker& owner, const address& where, int backlog) {
  descriptor socket(stream_socket(where));
  if (socket.get() < 0) return std::unexpected(why("cannot open a socket for", where));
  const int on = 1;
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  if (!bind_to(socket.get(), where) || ::listen(socket.get(), backlog) != 0) {
    return std::unexpected(why("cannot listen on", where));
  }
  sockaddr_storage native{};
  socklen_t length = sizeof native;
  getsockname(socket.get(), reinterpret_cast<sockaddr*>(&native), &length);
  auto made = std::make_unique<state>(owner, socket.release());
  // The family that was asked for stays: [::] must not turn into 0.0.0.0.
  made->where = *address::parse(where.host(), address::from_native(&native).port());
  return std::unique_ptr<listener>(new listener(std::move(made)));
}

listener::listener(std::unique_ptr<state> made) noexcept : state_(std::move(made)) {
  state_->retry.owner = state_.get();
}

listener::~listener() {
  state_->close();
  if (state_->descriptor >= 0) ::close(state_->descriptor);
}

void listener::start(accepted on_accepted) {
  state_->on_accepted = std::move(on_accepted);
  auto watch = std::make_unique<descriptor_watch>();
  const bool opened =
      watch->open(state_->owner.loop(), state_->descriptor, [](descriptor_watch& ready, int, int) noexcept {
        auto& self = *static_cast<state*>(ready.owner);
        for (int taken = 0; taken != accepts_a_turn && self.open && !self.paused && self.accept_one();) ++taken;
      });
  if (!opened) throw std::runtime_error("the loop refuses the listening socket of " + state_->where.to_string());
  watch->owner = state_.get();
  watch->watch(UV_READABLE);
  state_->watch = watch.release();
  state_->open = true;
}

void listener::drain_and_close() {
  if (!state_->open || state_->draining) return;
  state_->draining = true;
  state_->paused ? state_->resume() : state_->drain();
}

void listener::descriptors_freed() { state_->resume(); }
const address& listener::where() const noexcept { return state_->where; }
bool listener::paused() const noexcept { return state_->paused; }

}  // namespace candela::net
