#include <candela/net/sleep.hpp>

namespace candela::net {

using std::chrono::steady_clock;

sleep_awaiter::sleep_awaiter(loop& owner, std::chrono::nanoseconds duration, cancel_token token) noexcept
    : timer(owner.timers(),
            [](timer& fired) {
              auto& self = static_cast<sleep_awaiter&>(fired);
              self.registration_.disarm();
              self.suspended_.resume();
            }),
      loop_(owner),
      duration_(duration),
      token_(token) {}

void sleep_awaiter::await_suspend(std::coroutine_handle<> suspended) {
  suspended_ = suspended;
  const auto cancel = [](void* argument) noexcept {
    auto& self = *static_cast<sleep_awaiter*>(argument);
    self.timer::cancel();
    self.suspended_.resume();
  };
  static_cast<void>(registration_.arm(token_, cancel, this));
  const steady_clock::time_point now = loop_.time().steady();
  // "For ever" is a duration that people write.
  const bool representable = duration_ < steady_clock::time_point::max() - now;
  arm(representable ? now + duration_ : steady_clock::time_point::max());
}

std::expected<void, error> sleep_awaiter::await_resume() const {
  if (token_.cancelled()) return std::unexpected(error(errc::cancelled));
  return {};
}

}  // namespace candela::net
