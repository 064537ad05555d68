// The owner of running tasks: what is started here is cancelled and waited for here.
#pragma once

#include <candela/core/cancellation.hpp>
#include <candela/core/task.hpp>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <functional>

namespace candela {

/// Owns tasks that nobody awaits one by one. A worker, an exchange and a service each have one. One thread.
///
/// Ends in order: `cancel()` asks the tasks to finish, `join()` waits until they have, then the scope may be destroyed.
/// A scope that still has tasks when it is destroyed is a defect: debug builds end the process and say so, others
/// destroy the tasks' suspended frames.
class scope {
 public:
  /// Told what left a spawned task as an exception; must not throw.
  using error_handler = std::move_only_function<void(std::exception_ptr)>;

  /// Awaitable of `join`.
  class joiner {
   public:
    explicit joiner(scope& joined) noexcept : joined_(joined) {}
    bool await_ready() const noexcept { return joined_.empty(); }
    void await_suspend(std::coroutine_handle<> waiting);
    void await_resume() { joined_.rethrow_error(); }

   private:
    scope& joined_;
  };

  scope() noexcept = default;

  /// A part of `parent`: cancelled with it, and the parent's `join` waits for its tasks, too. Must not outlive it.
  explicit scope(scope& parent) noexcept : source_(parent.token()), parent_(&parent) {}

  /// Cancelled when `parent` is.
  explicit scope(cancel_token parent) noexcept : source_(parent) {}

  scope(const scope&) = delete;
  scope& operator=(const scope&) = delete;
  ~scope();

  /// Starts `body` at once and owns it to its end. In a cancelled scope it starts as well, and finds its token
  /// cancelled.
  void spawn(task<void> body);

  /// What spawned tasks watch.
  [[nodiscard]] cancel_token token() noexcept { return source_.token(); }

  /// Asks every task, and every scope within, to finish. Returns at once.
  void cancel() noexcept { source_.cancel(); }

  /// Waits until no task is left. Throws the first exception that left one, unless an error handler took it.
  /// One joiner at a time (`std::logic_error`). The scope may be destroyed as soon as the await returns.
  [[nodiscard]] joiner join() noexcept { return joiner(*this); }

  /// `join` for an owner that is no coroutine: true when the scope is empty already, otherwise `finished(argument)` is
  /// called once when it is.
  [[nodiscard]] bool join(task_finished finished, void* argument);

  /// Throws the first exception that left a task since the last call, if there was one.
  void rethrow_error();

  /// Takes over the exceptions of tasks that end from here on.
  void on_error(error_handler handler) noexcept { on_error_ = std::move(handler); }

  /// Tasks that have not ended, and scopes within that have such.
  [[nodiscard]] std::size_t active() const noexcept { return active_; }
  [[nodiscard]] bool empty() const noexcept { return active_ == 0; }

 private:
  struct spawned;

  static void end(spawned& ended) noexcept;
  void enter() noexcept;
  void leave() noexcept;
  void keep(std::exception_ptr thrown) noexcept;

  cancel_source source_;
  scope* parent_ = nullptr;
  spawned* first_ = nullptr;
  std::size_t active_ = 0;
  task_finished joined_ = nullptr;
  void* joined_argument_ = nullptr;
  std::exception_ptr first_error_;
  error_handler on_error_;
};

}  // namespace candela
