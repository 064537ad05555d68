// A key source as one worker sees it.
#pragma once

#include <candela/core/cancellation.hpp>
#include <candela/keys/key_source.hpp>
#include <candela/net/timer_wheel.hpp>
#include <candela/net/worker.hpp>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace candela::keys {

class key_watch;

/// What became of the wish for newer keys.
enum class newer_keys : std::uint8_t {
  told,       ///< a look has ended of which the caller did not know; `key_watch::current` says what it brought
  cooling,    ///< none may be looked for at this time
  crowded,    ///< too many wait already
  cancelled,  ///< the token was
};

/// The await of `key_watch::newer`. Lives in the coroutine's frame; allocates nothing.
class newer_keys_awaiter {
 public:
  newer_keys_awaiter(key_watch& watch, cancel_token token) noexcept : watch_(watch), token_(token) {}
  newer_keys_awaiter(const newer_keys_awaiter&) = delete;
  newer_keys_awaiter& operator=(const newer_keys_awaiter&) = delete;
  ~newer_keys_awaiter() { leave(); }

  [[nodiscard]] bool await_ready();
  void await_suspend(std::coroutine_handle<> suspended) noexcept;
  [[nodiscard]] newer_keys await_resume() const noexcept { return outcome_; }

 private:
  friend key_watch;
  void leave() noexcept;
  void go_on(newer_keys outcome) noexcept;

  key_watch& watch_;
  cancel_token token_;
  newer_keys outcome_ = newer_keys::told;
  std::coroutine_handle<> suspended_;
  cancel_registration registration_;
  bool waits_ = false;
  std::uint64_t since_ = 0;  // the change that was known then
  newer_keys_awaiter* next_ = nullptr;
  newer_keys_awaiter* previous_ = nullptr;
};

/// Belongs to one worker, used on its thread, never moved. Asks for looks when they are due, and has the newest
/// snapshot at hand without a lock. Nobody waits any more when it ends.
class key_watch {
 public:
  key_watch(std::shared_ptr<key_source> source, net::worker& owner);
  key_watch(const key_watch&) = delete;
  key_watch& operator=(const key_watch&) = delete;
  ~key_watch();

  /// The keys; null when there are none, or none that were confirmed in time. Whoever waits copies the pointer.
  [[nodiscard]] const key_snapshot_ptr& current() const noexcept;

  /// Awaitable: has the source looked at because a key is unknown, and goes on when that has ended. At most
  /// `max_waiting` wait at once.
  [[nodiscard]] newer_keys_awaiter newer(cancel_token token) noexcept { return {*this, token}; }
  /// The same for who does not wait: false when it must not be looked now.
  bool look_for_more() { return source_->look_for_more(worker_.time().steady(), worker_.loop()); }

  [[nodiscard]] const key_source& source() const noexcept { return *source_; }

  static constexpr std::size_t max_waiting = 1024;

 private:
  friend newer_keys_awaiter;
  struct look_timer : net::timer {
    look_timer(net::timer_wheel& wheel, callback fired, key_watch& belongs_to) noexcept
        : timer(wheel, fired), owner(belongs_to) {}
    key_watch& owner;
  };

  void take(const key_news& news);
  [[nodiscard]] bool adopt(const key_news& news);
  void tell_waiting(std::uint64_t change);
  [[nodiscard]] bool catch_up();
  void look_and_arm();
  [[nodiscard]] bool confirmed_in_time() const noexcept;

  const std::shared_ptr<key_source> source_;
  net::worker& worker_;
  std::chrono::nanoseconds stale_limit_;
  key_news news_;
  std::shared_ptr<key_watch*> alive_;  // null inside once this is gone; on the worker's thread only
  std::shared_ptr<key_source::told> subscription_;
  std::size_t waiting_ = 0;
  newer_keys_awaiter* first_ = nullptr;
  newer_keys_awaiter* last_ = nullptr;
  look_timer timer_;
};

}  // namespace candela::keys
