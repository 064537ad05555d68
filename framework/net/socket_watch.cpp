#include <candela/net/detail/contain.hpp>
#include <candela/net/detail/native_loop.hpp>
#include <candela/net/socket_watch.hpp>

namespace candela::net {

// libuv lets go of the handle in a later step of the loop: it stands in memory of its own until then.
struct socket_watch::native {
  descriptor_watch watch;
  ready on_ready;
  void* owner;
  int wanted = 0;
};

void socket_watch::closer::operator()(native* watched) const noexcept {
  watched->watch.close([](descriptor_watch& watch) noexcept { delete static_cast<native*>(watch.owner); });
}

socket_watch::socket_watch(loop& home, int descriptor, ready on_ready, void* owner) {
  auto made = std::make_unique<native>();
  made->on_ready = on_ready;
  made->owner = owner;
  made->watch.owner = made.get();
  const bool opened = made->watch.open(home, descriptor, [](descriptor_watch& watch, int status, int events) noexcept {
    const native& self = *static_cast<native*>(watch.owner);
    const bool failed = status < 0;
    // What came before the failure may take more than one reading.
    if (failed) watch.watch(self.wanted);
    contain("a watched socket", [&] {
      self.on_ready(self.owner, failed || (events & UV_READABLE) != 0, failed || (events & UV_WRITABLE) != 0);
    });
  });
  if (opened) native_.reset(made.release());
}

socket_watch::~socket_watch() = default;

void socket_watch::want(bool readable, bool writable) noexcept {
  if (native_ == nullptr) return;
  native_->wanted = (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0);
  native_->watch.watch(native_->wanted);
}

}  // namespace candela::net
