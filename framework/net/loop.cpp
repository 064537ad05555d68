#include <uv.h>

#include <atomic>
#include <candela/net/detail/contain.hpp>
#include <candela/net/detail/native_loop.hpp>
#include <candela/net/loop.hpp>
#include <stdexcept>
#include <thread>
#include <vector>

namespace candela::net {

struct loop::native {
  uv_loop_t uv;
  uv_async_t wake;
  uv_check_t check;
  uv_timer_t timer;
  std::atomic<std::thread::id> thread = std::this_thread::get_id();
};

uv_loop_t* native_access::uv(loop& owner) noexcept { return &owner.native_->uv; }

loop::loop(clock& time) : time_(time), timers_(time.steady()), native_(std::make_unique<native>()) {
  native& self = *native_;
  if (uv_loop_init(&self.uv) != 0) throw std::runtime_error("the system gives no event loop");
  uv_async_init(&self.uv, &self.wake,
                [](uv_async_t* handle) noexcept { static_cast<loop*>(handle->data)->run_posted(); });
  self.wake.data = this;
  mailbox_->wake_ = [wake = &self.wake] { uv_async_send(wake); };
  uv_check_init(&self.uv, &self.check);
  self.check.data = this;
  uv_check_start(&self.check, [](uv_check_t* handle) noexcept { static_cast<loop*>(handle->data)->end_turn(); });
  uv_unref(reinterpret_cast<uv_handle_t*>(&self.check));
  uv_timer_init(&self.uv, &self.timer);
  self.timer.data = this;
}

loop::~loop() {
  native& self = *native_;
  mailbox_->end().clear();
  uv_close(reinterpret_cast<uv_handle_t*>(&self.wake), nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&self.check), nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&self.timer), nullptr);
  hook_ = nullptr;
  // Watches that were closed just before get their last callback here.
  while (uv_loop_close(&self.uv) == UV_EBUSY) uv_run(&self.uv, UV_RUN_NOWAIT);
}

void loop::run() {
  native_->thread = std::this_thread::get_id();
  fire_timers();
  end_turn();
  uv_run(&native_->uv, UV_RUN_DEFAULT);
}

void loop::turn() {
  fire_timers();
  uv_run(&native_->uv, UV_RUN_NOWAIT);
}

void loop::turn_again() noexcept { uv_async_send(&native_->wake); }

void loop::stop() noexcept { uv_stop(&native_->uv); }

bool loop::is_current() const noexcept { return native_->thread == std::this_thread::get_id(); }

void loop::renew() noexcept {
  time_.update();
  turn_begun_ = true;
}

void loop::run_posted() {
  begin_turn();
  for (mailbox::work& piece : mailbox_->take()) contain("posted work", piece);
}

void loop::fire_timers() {
  begin_turn();
  timers_.advance(time_.steady());
  rearm();
}

void loop::on_due() {
  if (was_held_up()) return;
  fire_timers();
  // libuv before 1.45 runs timers ahead of the poll: what they left to do must not wait for the poll's end.
  end_turn();
}

// A process that was stopped, or a machine that held its breath, finds deadlines over and their answers waiting in its
// sockets: those are read first. libuv polls before it runs a timer that is a millisecond away.
bool loop::was_held_up() {
  if (held_up_) return held_up_ = false;
  held_up_ = std::chrono::steady_clock::now() > due_ + held_up_after;
  if (held_up_) start_timer(1);
  return held_up_;
}

void loop::rearm() {
  static_cast<void>(timers_.take_nearer());
  // The turn may have lasted a while, and libuv counts from its own idea of now: both are brought up to date, or the
  // timer would come late by what the turn took.
  const std::int64_t wait = timers_.until_next(time_.manual() ? time_.steady() : std::chrono::steady_clock::now());
  if (wait < 0) {
    uv_timer_stop(&native_->timer);
    return;
  }
  uv_update_time(&native_->uv);
  due_ = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait);
  start_timer(wait);
}

void loop::start_timer(std::int64_t milliseconds) {
  uv_timer_start(
      &native_->timer, [](uv_timer_t* handle) noexcept { static_cast<loop*>(handle->data)->on_due(); },
      static_cast<std::uint64_t>(milliseconds), 0);
}

void loop::end_turn() {
  begin_turn();
  if (hook_ != nullptr) hook_->on_turn_end();
  if (timers_.take_nearer()) rearm();
  turn_begun_ = false;
}

bool descriptor_watch::open(loop& owner, int descriptor, event on_event) noexcept {
  loop_ = &owner;
  on_event_ = on_event;
  poll_.data = this;
  return uv_poll_init(native_access::uv(owner), &poll_, descriptor) == 0;
}

void descriptor_watch::watch(int events) noexcept {
  if (events == events_) return;
  events_ = events;
  uv_poll_start(&poll_, events, [](uv_poll_t* handle, int status, int happened) noexcept {
    auto& self = *static_cast<descriptor_watch*>(handle->data);
    self.loop_->begin_turn();
    // libuv has stopped the watch by then; asking for the same events must start it anew.
    if (status < 0) self.events_ = 0;
    self.on_event_(self, status, happened);
  });
}

void descriptor_watch::close(closed on_closed) noexcept {
  on_closed_ = on_closed;
  uv_close(reinterpret_cast<uv_handle_t*>(&poll_), [](uv_handle_t* handle) noexcept {
    auto& self = *static_cast<descriptor_watch*>(handle->data);
    self.on_closed_(self);
  });
}

}  // namespace candela::net
