// Threads for work that would hold up an event loop: signatures, files, name resolution.
#pragma once

#include <candela/core/cancellation.hpp>
#include <candela/core/error.hpp>
#include <candela/net/lane_job.hpp>
#include <candela/net/lane_run.hpp>
#include <candela/net/loop.hpp>
#include <cstddef>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace candela::net {

/// How a lane is built.
struct lane_options {
  std::string name;                ///< of its threads in tools; the first 15 bytes count
  unsigned threads = 1;            ///< at most; each is started when work finds none idle
  std::size_t queue_limit = 1024;  ///< pieces that may wait; those that run are not counted
};

/// A bounded queue of blocking work and the threads that do it. Pieces begin in the order they came. Starts no thread
/// before the first piece of work. Thread-safe. What ends after the loop that it returns to is dropped: its owner shuts
/// the lane down before that loop ends when it must see every result.
class lane {
 public:
  using options = lane_options;
  /// Told on the home loop how the work ended: `cancelled` when it was not begun, `internal` when it threw.
  using done = std::move_only_function<void(std::expected<void, error>)>;

  explicit lane(options chosen);
  lane(const lane&) = delete;
  lane& operator=(const lane&) = delete;
  ~lane();

  /// Awaitable: calls `function()` on a thread of the lane, then goes on on `home`, which must be the loop of the
  /// caller, with its value as `std::expected<Value, error>` (a function that returns such an expected has it passed on
  /// as it is). What the function throws is thrown by the await. Errors of the lane's own: `busy` at once when the
  /// queue is full, `closed` after `shut_down`, `out_of_resources` without a thread, `cancelled`.
  ///
  /// After a cancellation the await ends at once; work that was begun runs to its end unobserved, so the function must
  /// own what it uses. The function is destroyed on the home loop, or where the last of both sides lets go of it.
  template <class Function>
  [[nodiscard]] lane_run<std::decay_t<Function>> run(loop& home, Function&& function, cancel_token token = {}) {
    return lane_run<std::decay_t<Function>>(*this, home, std::forward<Function>(function), token);
  }

  /// As `run`, for callers that are no coroutines, from any thread. An error means that nothing will be called.
  [[nodiscard]] std::expected<void, error> submit(std::move_only_function<void()> work, loop& home, done finished);

  /// Puts a job in the queue; what `run` and `submit` are made of.
  [[nodiscard]] std::expected<void, error> enqueue(std::shared_ptr<lane_job> job);

  /// Takes no more work, completes as `cancelled` what was not begun, and waits for the work that runs. Not from one of
  /// the lane's own threads.
  void shut_down();

  /// Pieces that wait.
  [[nodiscard]] std::size_t queued() const;
  /// Threads that were started.
  [[nodiscard]] std::size_t threads() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace candela::net
