#include <uv.h>

#include <candela/net/detail/contain.hpp>
#include <candela/net/detail/native_loop.hpp>
#include <candela/net/signal_watch.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace candela::net {

namespace {

struct watched_signal {
  uv_signal_t handle;
};

}  // namespace

struct signal_watch::state {
  state(loop& owning, callback called) : owner(owning), on_signal(std::move(called)) {}
  ~state();
  void watch(int number);

  loop& owner;
  callback on_signal;
  std::vector<watched_signal*> signals;  // freed in their closed callbacks: libuv asks for that
};

signal_watch::state::~state() {
  for (watched_signal* entry : signals) {
    uv_close(reinterpret_cast<uv_handle_t*>(&entry->handle),
             [](uv_handle_t* closed) noexcept { delete reinterpret_cast<watched_signal*>(closed); });
  }
}

void signal_watch::state::watch(int number) {
  auto entry = std::make_unique<watched_signal>();
  if (uv_signal_init(native_access::uv(owner), &entry->handle) != 0) {
    throw std::runtime_error("the loop watches no signals");
  }
  entry->handle.data = this;
  uv_signal_t& handle = entry->handle;
  signals.push_back(entry.release());
  const auto received = [](uv_signal_t* caught, int signal) noexcept {
    auto& self = *static_cast<state*>(caught->data);
    self.owner.begin_turn();
    contain("a signal", [&] { self.on_signal(signal); });
  };
  if (uv_signal_start(&handle, received, number) != 0) {
    throw std::runtime_error("signal " + std::to_string(number) + " cannot be watched");
  }
}

signal_watch::signal_watch(loop& owner, std::span<const int> numbers, callback on_signal)
    : state_(std::make_unique<state>(owner, std::move(on_signal))) {
  for (const int number : numbers) state_->watch(number);
}

signal_watch::~signal_watch() = default;

}  // namespace candela::net
