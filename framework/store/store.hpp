// What several requests, workers or instances must agree on: how often, and whether it is the first time.
#pragma once

#include <candela/core/cancellation.hpp>
#include <candela/core/clock.hpp>
#include <candela/store/error.hpp>
#include <candela/store/limit.hpp>
#include <coroutine>
#include <cstddef>
#include <span>
#include <string_view>

namespace candela::store {

/// A question on its way to a store that does not answer at once. Lives in the await.
struct operation {
  using done = void (*)(operation& answered) noexcept;

  operation() = default;
  operation(const operation&) = delete;
  operation& operator=(const operation&) = delete;

  store::answer result = false;
  done on_done = nullptr;  ///< called once, on the worker's thread, when `result` stands
};

struct spend_operation : operation {
  std::string_view key;
  clock::wall_time expires;
};

struct take_operation : operation {
  std::span<const limit_use> uses;
  std::span<limit_state> states;
};

class spend_await;
class take_await;

/// One worker's access to the store of the process (or of many processes). On its worker's thread only.
///
/// Stages get theirs from `stage_setup::store`. The embedded store is *immediate*: every question is answered within
/// the call, and a stage that finds it so takes the `..._now` functions in a plain `on_request`; its route then needs
/// no coroutine. Any other store is awaited. Awaiting an immediate one works as well and never suspends.
///
///     const store::answer first = co_await setup_store.spend(key, expires, x.cancellation());
///     if (!first) ...            // no answer: fail closed
///     if (!*first) ...           // it was used before
class worker_store {
 public:
  /// Longer keys are `too_large`.
  static constexpr std::size_t max_key_bytes = 512;

  worker_store() = default;
  worker_store(const worker_store&) = delete;
  worker_store& operator=(const worker_store&) = delete;
  virtual ~worker_store() = default;

  /// Whether it never suspends; the same for all of a process's workers, for good.
  [[nodiscard]] virtual bool immediate() const noexcept = 0;

  /// Whether this is the first use of `key` (any bytes): true for exactly one of all who ask, until `expires`. False as
  /// well when `expires` has passed. What was used stays used, in a time of day that steps back, too. `key` must last
  /// until the answer.
  [[nodiscard]] inline spend_await spend(std::string_view key, clock::wall_time expires, cancel_token token = {});
  /// Takes one use from each of the limits, or, when one of them has none left, from none: one atomic step. True: it
  /// was taken. `states`, as many as `uses`, then tell what is left of each, and stay as they are on an error. At most
  /// `max_limits`, all of different keys.
  [[nodiscard]] inline take_await take(std::span<const limit_use> uses, std::span<limit_state> states,
                                       cancel_token token = {});

  /// The same at once; only of an immediate store (others answer `unavailable`). No allocation, no system call; `take`
  /// costs well under 100 ns a limit.
  [[nodiscard]] virtual answer spend_now(std::string_view key, clock::wall_time expires) = 0;
  [[nodiscard]] virtual answer take_now(std::span<const limit_use> uses, std::span<limit_state> states) noexcept = 0;

  /// For the awaits. False: it has ended at once, and `result` stands; `on_done` is not called then.
  [[nodiscard]] virtual bool submit(spend_operation& asked) = 0;
  [[nodiscard]] virtual bool submit(take_operation& asked) = 0;
  /// Takes a question back that has not ended; it may be counted all the same.
  virtual void detach(operation& asked) noexcept = 0;

  /// Begins to connect, if there is anything to connect to: on the worker's thread, or before it runs.
  virtual void connect() {}
  /// Ends every question with `closed`; whoever comes later gets the same.
  virtual void close() noexcept {}
};

/// The part of an await that does not depend on what is asked.
template <class Operation>
class store_await : protected Operation {
 public:
  store_await(worker_store& asked, cancel_token token) noexcept : store_(asked), token_(token) {
    this->on_done = [](operation& self) noexcept {
      auto& await = static_cast<store_await&>(static_cast<Operation&>(self));
      await.pending_ = false;
      await.registration_.disarm();
      await.waiting_.resume();
    };
  }
  ~store_await() {
    if (pending_) store_.detach(*this);
  }

  [[nodiscard]] bool await_ready() {
    if (token_.cancelled()) this->result = std::unexpected(errc::cancelled);
    // An immediate store ends every question within the call, so that nobody is suspended.
    return token_.cancelled() || (store_.immediate() && !store_.submit(static_cast<Operation&>(*this)));
  }
  bool await_suspend(std::coroutine_handle<> waiting) {
    waiting_ = waiting;
    pending_ = store_.submit(static_cast<Operation&>(*this));
    if (!pending_) return false;
    const auto cancel = [](void* self) noexcept { static_cast<store_await*>(self)->cancel(); };
    static_cast<void>(registration_.arm(token_, cancel, this));
    return true;
  }
  [[nodiscard]] answer await_resume() const noexcept { return this->result; }

 private:
  void cancel() noexcept {
    pending_ = false;
    store_.detach(*this);
    this->result = std::unexpected(errc::cancelled);
    waiting_.resume();
  }

  worker_store& store_;
  cancel_token token_;
  cancel_registration registration_;
  std::coroutine_handle<> waiting_;
  bool pending_ = false;
};

class spend_await final : public store_await<spend_operation> {
 public:
  spend_await(worker_store& asked, std::string_view used, clock::wall_time until, cancel_token token) noexcept
      : store_await(asked, token) {
    key = used;
    expires = until;
  }
};

class take_await final : public store_await<take_operation> {
 public:
  take_await(worker_store& asked, std::span<const limit_use> wanted, std::span<limit_state> left,
             cancel_token token) noexcept
      : store_await(asked, token) {
    uses = wanted;
    states = left;
  }
};

inline spend_await worker_store::spend(std::string_view key, clock::wall_time expires, cancel_token token) {
  return {*this, key, expires, token};
}

inline take_await worker_store::take(std::span<const limit_use> uses, std::span<limit_state> states,
                                     cancel_token token) {
  return {*this, uses, states, token};
}

}  // namespace candela::store
