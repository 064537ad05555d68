// The coroutine that candela's asynchronous functions return.
#pragma once

#include <candela/core/task_promise.hpp>
#include <coroutine>
#include <type_traits>
#include <utility>

namespace candela {

/// A lazy coroutine: its body begins when it is awaited, or started by whoever owns it (see `scope`).
///
/// Belongs to one thread. Awaiting needs no stack that grows with the number of awaits, in any build: an await that is
/// already satisfied goes on in place, one that suspends unwinds to the loop. The depth is that of the nesting of
/// calls. An exception that leaves the body is thrown again where the task is awaited.
///
/// Destroying a task that is suspended destroys its frame, and with it the registrations of what it awaits; one that is
/// running must not be destroyed.
template <class Type = void>
class [[nodiscard]] task {
  static_assert(!std::is_reference_v<Type>, "a task returns a value; return a pointer to refer to something");

 public:
  using promise_type = task_promise<Type>;
  using value_type = Type;

  /// Awaits a task; see `operator co_await`.
  class awaiter {
   public:
    explicit awaiter(std::coroutine_handle<promise_type> awaited) noexcept : awaited_(awaited) {}

    bool await_ready() const noexcept { return awaited_.done(); }

    // Returns false instead of resuming the parent when the child has ended within the call: that keeps the stack flat
    // where the compiler makes no tail calls.
    bool await_suspend(std::coroutine_handle<> parent) {
      promise_type& promise = awaited_.promise();
      promise.tell([](void* frame) noexcept { std::coroutine_handle<>::from_address(frame).resume(); },
                   parent.address());
      return promise.started() || !promise.run(awaited_);
    }

    Type await_resume() { return awaited_.promise().result(); }

   private:
    std::coroutine_handle<promise_type> awaited_;
  };

  /// No task; only assignment, destruction and the conversion to bool are allowed.
  task() noexcept = default;
  task(task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  task& operator=(task&& other) noexcept {
    task(std::move(other)).swap(*this);
    return *this;
  }
  ~task() {
    if (frame_) frame_.destroy();
  }

  void swap(task& other) noexcept { std::swap(frame_, other.frame_); }

  /// Whether there is a task at all.
  explicit operator bool() const noexcept { return static_cast<bool>(frame_); }

  /// Runs the body up to its end and gives its result; may be awaited once. The task must outlive the await.
  awaiter operator co_await() noexcept { return awaiter(frame_); }

  /// Starts a task that no coroutine awaits: runs its body to the first real suspension.
  /// True when it has ended by then. Otherwise `finished(argument)` is called once, on this thread, when it ends;
  /// that call may destroy the task. Once only.
  [[nodiscard]] bool start(task_finished finished, void* argument) {
    frame_.promise().tell(finished, argument);
    return frame_.promise().run(frame_);
  }

  /// Whether the body has ended, by return or by exception.
  [[nodiscard]] bool done() const noexcept { return frame_.done(); }

  /// What an ended task returned, moved out; throws what it threw. Once only.
  Type result() { return frame_.promise().result(); }

 private:
  friend promise_type;
  explicit task(std::coroutine_handle<promise_type> frame) noexcept : frame_(frame) {}

  std::coroutine_handle<promise_type> frame_;
};

template <class Type>
task<Type> task_promise<Type>::get_return_object() noexcept {
  return task<Type>(std::coroutine_handle<task_promise>::from_promise(*this));
}

inline task<void> task_promise<void>::get_return_object() noexcept {
  return task<void>(std::coroutine_handle<task_promise>::from_promise(*this));
}

}  // namespace candela
