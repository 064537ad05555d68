#include <candela/db/channel.hpp>
#include <candela/db/notification.hpp>
#include <candela/net/worker.hpp>
#include <utility>

namespace candela::db {

notification_await::notification_await(session& from, net::worker& home, cancel_token token,
                                       std::chrono::steady_clock::time_point deadline) noexcept
    : from_(from),
      token_(token),
      deadline_(deadline),
      timer_(
          home.timers(), [](net::timer& fired) { static_cast<patience&>(fired).owner.give_up(errc::timed_out); },
          *this) {
  on_done = [](notification_request& self) noexcept { static_cast<notification_await&>(self).end(); };
}

notification_await::~notification_await() {
  if (pending_) from_.withdraw(*this);
}

bool notification_await::await_ready() {
  if (token_.cancelled()) failure.emplace(errc::cancelled);
  return failure.has_value();
}

bool notification_await::await_suspend(std::coroutine_handle<> waiting) {
  waiting_ = waiting;
  pending_ = from_.await_notification(*this);
  if (!pending_) return false;
  if (deadline_ != std::chrono::steady_clock::time_point::max()) timer_.arm(deadline_);
  const auto called = [](void* self) noexcept { static_cast<notification_await*>(self)->give_up(errc::cancelled); };
  static_cast<void>(registration_.arm(token_, called, this));
  return true;
}

void notification_await::end() noexcept {
  pending_ = false;
  timer_.cancel();
  registration_.disarm();
  waiting_.resume();
}

void notification_await::give_up(errc why) noexcept {
  from_.withdraw(*this);
  failure.emplace(why);
  end();
}

std::expected<notification, error> notification_await::await_resume() {
  if (failure) return std::unexpected(std::move(*failure));
  return std::move(*came);
}

}  // namespace candela::db
