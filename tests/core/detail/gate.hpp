// Awaitables for tests: a point where a coroutine waits until the test, or a cancellation, lets it go on.
#pragma once

#include <candela/core/cancellation.hpp>
#include <coroutine>
#include <utility>

namespace candela::testing {

/// Suspends whoever awaits it until `open`. Awaiting gives true after `open`, false after a cancellation.
class gate {
 public:
  class awaiter {
   public:
    awaiter(gate& awaited, cancel_token token) noexcept : gate_(awaited), token_(token) {}
    bool await_ready() const noexcept { return token_.cancelled(); }
    bool await_suspend(std::coroutine_handle<> waiting) noexcept {
      gate_.waiting_ = waiting;
      const auto wake = [](void* self) noexcept { static_cast<gate*>(self)->wake(); };
      return registration_.arm(token_, wake, &gate_);
    }
    bool await_resume() const noexcept { return !token_.cancelled(); }

   private:
    gate& gate_;
    cancel_token token_;
    cancel_registration registration_;
  };

  awaiter wait(cancel_token token = {}) noexcept { return awaiter(*this, token); }
  void open() { wake(); }
  bool awaited() const noexcept { return static_cast<bool>(waiting_); }

 private:
  void wake() { std::exchange(waiting_, nullptr).resume(); }

  std::coroutine_handle<> waiting_;
};

}  // namespace candela::testing
