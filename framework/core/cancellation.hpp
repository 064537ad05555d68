// Telling work that its result is no longer wanted, without ever destroying a frame that runs.
#pragma once

#include <coroutine>
#include <utility>

namespace candela {

class cancel_source;
class cancel_registration;

/// What a function takes to learn of a cancellation. A copyable pointer, valid as long as its source; the
/// default-constructed token is never cancelled. One thread.
class cancel_token {
 public:
  cancel_token() noexcept = default;

  /// Whether cancellation was asked for.
  [[nodiscard]] inline bool cancelled() const noexcept;

 private:
  friend cancel_source;
  friend cancel_registration;
  explicit cancel_token(cancel_source& source) noexcept : source_(&source) {}

  cancel_source* source_ = nullptr;
};

/// One wish to be told of a cancellation. Lives in an awaitable or another object; allocates nothing; undone by its
/// destructor. Neither copied nor moved.
class cancel_registration {
 public:
  /// Called at most once, from within `cancel_source::cancel`; the registration is disarmed by then and may be
  /// destroyed.
  using callback = void (*)(void* argument) noexcept;

  cancel_registration() noexcept = default;
  cancel_registration(const cancel_registration&) = delete;
  cancel_registration& operator=(const cancel_registration&) = delete;
  ~cancel_registration() { disarm(); }

  /// Registers. False, and nothing is registered, when the token is cancelled already: the caller ends as cancelled at
  /// once.
  [[nodiscard]] bool arm(cancel_token token, callback called, void* argument) noexcept;

  /// Takes the registration back; nothing when it isn't armed.
  void disarm() noexcept;

 private:
  friend cancel_source;

  cancel_source* source_ = nullptr;
  cancel_registration* next_ = nullptr;
  cancel_registration* previous_ = nullptr;
  callback called_ = nullptr;
  void* argument_ = nullptr;
};

/// Asks for cancellation. Owned by a scope, an exchange or a race; outlives its tokens' users. One thread.
class cancel_source {
 public:
  cancel_source() noexcept = default;

  /// Is cancelled with `parent`, too (at once, when the parent is cancelled already).
  explicit cancel_source(cancel_token parent) noexcept;

  cancel_source(const cancel_source&) = delete;
  cancel_source& operator=(const cancel_source&) = delete;
  ~cancel_source();

  [[nodiscard]] cancel_token token() noexcept { return cancel_token(*this); }
  [[nodiscard]] bool cancelled() const noexcept { return cancelled_; }

  /// Tells every registration, oldest first; only the first call does anything. A callback may register, take back, and
  /// even destroy this source.
  void cancel() noexcept;

 private:
  friend cancel_registration;
  void unlink(cancel_registration& entry) noexcept;
  void tell_all(bool& destroyed) noexcept;

  cancel_registration* first_ = nullptr;
  cancel_registration* last_ = nullptr;
  bool* destroyed_ = nullptr;
  bool cancelled_ = false;
  cancel_registration parent_;
};

inline bool cancel_token::cancelled() const noexcept { return source_ != nullptr && source_->cancelled(); }

/// Awaitable that ends when `token` is cancelled; at once if it is already. A default token never ends it.
class until_cancelled {
 public:
  explicit until_cancelled(cancel_token token) noexcept : token_(token) {}

  bool await_ready() const noexcept { return token_.cancelled(); }
  bool await_suspend(std::coroutine_handle<> waiting) noexcept {
    return registration_.arm(
        token_, [](void* frame) noexcept { std::coroutine_handle<>::from_address(frame).resume(); }, waiting.address());
  }
  void await_resume() const noexcept {}

 private:
  cancel_token token_;
  cancel_registration registration_;
};

}  // namespace candela
