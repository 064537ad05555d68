// What every task's promise has in common: its frame's memory, how it starts, and whom it tells that it has ended.
#pragma once

#include <candela/core/frame_pool.hpp>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace candela {

template <class Type>
class task;

/// Told when a started task has ended. It may destroy the task.
using task_finished = void (*)(void* argument) noexcept;

/// The part of a task's promise that doesn't depend on its result.
class task_promise_base {
 public:
  /// Lets the completion call run after the frame counts as suspended, so that it may destroy the frame.
  struct final_awaiter {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> ended) const noexcept {
      notify(ended.promise());
    }
    void await_resume() const noexcept {}
  };

  static void* operator new(std::size_t bytes) { return frame_pool::allocate(bytes); }
  static void operator delete(void* frame, std::size_t bytes) noexcept { frame_pool::release(frame, bytes); }

  std::suspend_always initial_suspend() const noexcept { return {}; }
  final_awaiter final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { error_ = std::current_exception(); }

  /// Whether the body has begun to run.
  bool started() const noexcept { return started_; }

  /// Names who is told of the end; replaces whom an earlier call named.
  void tell(task_finished finished, void* argument) noexcept {
    finished_ = finished;
    argument_ = argument;
  }

  /// Runs the body to its first real suspension. True when it has ended by then; nobody is told in that case.
  bool run(std::coroutine_handle<> self) {
    started_ = true;
    running_first_ = true;
    self.resume();
    running_first_ = false;
    return self.done();
  }

 protected:
  void rethrow() {
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  }

 private:
  // Out of line: what follows the call must live on the machine stack, for the frame may be gone by then.
  [[gnu::noinline]] static void notify(task_promise_base& ended) noexcept {
    if (ended.running_first_ || ended.finished_ == nullptr) return;
    ended.finished_(ended.argument_);
  }

  task_finished finished_ = nullptr;
  void* argument_ = nullptr;
  std::exception_ptr error_;
  bool started_ = false;
  bool running_first_ = false;
};

/// The promise of `task<Type>`.
template <class Type>
class task_promise : public task_promise_base {
 public:
  task<Type> get_return_object() noexcept;

  template <class Value>
    requires std::is_constructible_v<Type, Value>
  void return_value(Value&& value) {
    value_.emplace(std::forward<Value>(value));
  }

  Type result() {
    rethrow();
    return std::move(*value_);
  }

 private:
  std::optional<Type> value_;
};

template <>
class task_promise<void> : public task_promise_base {
 public:
  task<void> get_return_object() noexcept;
  void return_void() const noexcept {}
  void result() { rethrow(); }
};

}  // namespace candela
