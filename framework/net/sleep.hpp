// Waiting for time to pass, without holding the loop.
#pragma once

#include <candela/core/cancellation.hpp>
#include <candela/core/error.hpp>
#include <candela/net/loop.hpp>
#include <candela/net/timer_wheel.hpp>
#include <candela/net/worker.hpp>
#include <chrono>
#include <coroutine>
#include <expected>

namespace candela::net {

/// The await of `sleep_for`. Lives in the coroutine's frame; allocates nothing.
class sleep_awaiter : timer {
 public:
  sleep_awaiter(loop& owner, std::chrono::nanoseconds duration, cancel_token token) noexcept;

  [[nodiscard]] bool await_ready() const noexcept { return duration_.count() <= 0 || token_.cancelled(); }
  void await_suspend(std::coroutine_handle<> suspended);
  [[nodiscard]] std::expected<void, error> await_resume() const;

 private:
  loop& loop_;
  std::chrono::nanoseconds duration_;
  cancel_token token_;
  std::coroutine_handle<> suspended_;
  cancel_registration registration_;
};

/// Goes on when `duration` has passed by the loop's clock (resolution one millisecond), at once when it is zero or
/// less. Gives the error `cancelled` when the token is cancelled meanwhile. On the loop's thread.
[[nodiscard]] inline sleep_awaiter sleep_for(loop& owner, std::chrono::nanoseconds duration, cancel_token token = {}) {
  return {owner, duration, token};
}
[[nodiscard]] inline sleep_awaiter sleep_for(worker& owner, std::chrono::nanoseconds duration,
                                             cancel_token token = {}) {
  return {owner.loop(), duration, token};
}

}  // namespace candela::net
