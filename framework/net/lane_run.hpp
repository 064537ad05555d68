// The await of a function that runs on a lane; made by `lane::run`.
#pragma once

#include <candela/core/cancellation.hpp>
#include <candela/core/error.hpp>
#include <candela/net/lane_job.hpp>
#include <coroutine>
#include <exception>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace candela::net {

class lane;

/// What an awaited `lane::run` gives for a function that returns `Value`.
template <class Value>
struct lane_result {
  using type = std::expected<Value, error>;
};
template <class Value>
struct lane_result<std::expected<Value, error>> {
  using type = std::expected<Value, error>;
};

/// Puts a job in a lane's queue; stands here so that the template needs no more of the lane.
[[nodiscard]] std::expected<void, error> enqueue(lane& target, std::shared_ptr<lane_job> job);

template <class Function>
class lane_run {
  using value = std::invoke_result_t<Function&>;
  using result = typename lane_result<value>::type;

  // Outlives the await when that is cancelled. `waiting` belongs to the home loop's thread.
  struct job final : lane_job {
    template <class Callable>
    job(loop& home, Callable&& callable) : lane_job(home), function(std::forward<Callable>(callable)) {}

    void work() noexcept override {
      try {
        if constexpr (std::is_void_v<value>) {
          std::invoke(function);
          outcome.emplace();
        } else {
          outcome.emplace(std::invoke(function));
        }
      } catch (...) {
        thrown = std::current_exception();
      }
    }

    void finish(bool) override {
      if (waiting == nullptr) return;
      lane_run& waiter = *std::exchange(waiting, nullptr);
      waiter.registration_.disarm();
      waiter.suspended_.resume();
    }

    Function function;
    std::optional<result> outcome;
    std::exception_ptr thrown;
    lane_run* waiting = nullptr;
  };

 public:
  template <class Callable>
  lane_run(lane& target, loop& home, Callable&& callable, cancel_token token)
      : lane_(target), token_(token), job_(std::make_shared<job>(home, std::forward<Callable>(callable))) {}
  lane_run(const lane_run&) = delete;
  lane_run& operator=(const lane_run&) = delete;
  ~lane_run() { let_go(); }

  bool await_ready() {
    if (token_.cancelled()) {
      refused_ = error(errc::cancelled);
      return true;
    }
    std::expected<void, error> taken = enqueue(lane_, job_);
    if (!taken) refused_ = std::move(taken).error();
    return !taken;
  }

  // The job comes back through the home loop, so not before the caller has unwound to it.
  void await_suspend(std::coroutine_handle<> suspended) noexcept {
    suspended_ = suspended;
    job_->waiting = this;
    const auto cancel = [](void* self) noexcept { static_cast<lane_run*>(self)->cancel(); };
    static_cast<void>(registration_.arm(token_, cancel, this));
  }

  result await_resume() {
    if (refused_) return std::unexpected(std::move(*refused_));
    if (job_->thrown) std::rethrow_exception(job_->thrown);
    // Without an outcome the lane was shut down before the work began.
    if (!job_->outcome) return std::unexpected(error(errc::cancelled));
    return std::move(*job_->outcome);
  }

 private:
  void cancel() noexcept {
    let_go();
    refused_ = error(errc::cancelled);
    suspended_.resume();
  }

  void let_go() noexcept {
    if (job_->waiting == nullptr) return;
    job_->waiting = nullptr;
    job_->abandon();
  }

  lane& lane_;
  cancel_token token_;
  std::shared_ptr<job> job_;
  std::coroutine_handle<> suspended_;
  std::optional<error> refused_;
  cancel_registration registration_;
};

}  // namespace candela::net
