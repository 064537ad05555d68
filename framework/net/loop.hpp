// The event loop of one worker: readiness, timers, work posted from other threads, and a last word at the end of each
// turn.
#pragma once

#include <candela/core/clock.hpp>
#include <candela/net/mailbox.hpp>
#include <candela/net/timer_wheel.hpp>
#include <memory>
#include <utility>

namespace candela::net {

/// One thread's event loop over libuv. Everything but `post` and `is_current` is for the loop's own thread. Exceptions
/// end before libuv: posted work that throws is logged, a transport whose event throws is told that it is lost; what
/// timers and turn hooks throw ends the process.
class loop {
 public:
  /// What is called at the end of every turn, after the turn's readiness and posted work (the plan's check phase).
  class turn_hook {
   public:
    virtual void on_turn_end() = 0;

   protected:
    ~turn_hook() = default;
  };

  /// `time` is read and, unless it is stepped by a test, renewed once a turn. It must outlive the loop.
  explicit loop(clock& time);
  loop(const loop&) = delete;
  loop& operator=(const loop&) = delete;
  ~loop();

  /// How late timers may be before what has arrived meanwhile is read ahead of them.
  static constexpr std::chrono::milliseconds held_up_after{100};

  /// Runs until `stop`, waiting for events as long as there are none.
  void run();
  /// Runs one turn without waiting, for tests and in-memory use.
  void turn();
  /// Makes the next wait for events return at once, so that another turn follows this one.
  void turn_again() noexcept;
  /// Ends `run` after the current turn.
  void stop() noexcept;

  /// Runs `work` on the loop's thread in a later turn, in the order of posting. From any thread. Work posted after the
  /// end of `run` is destroyed unrun with the loop. What it throws is logged; the work behind it still runs.
  void post(mailbox::work work) { mailbox_->post(std::move(work)); }
  /// Where `post` puts work, for threads that may outlive the loop. From any thread.
  [[nodiscard]] const std::shared_ptr<mailbox>& posting() const noexcept { return mailbox_; }
  /// Whether the caller is the thread that runs this loop (or made it, before `run`). From any thread.
  [[nodiscard]] bool is_current() const noexcept;

  [[nodiscard]] clock& time() noexcept { return time_; }
  [[nodiscard]] timer_wheel& timers() noexcept { return timers_; }
  void set_turn_hook(turn_hook* hook) noexcept { hook_ = hook; }

  /// Renews the clock once a turn; what the loop calls first on every event.
  void begin_turn() noexcept {
    if (!turn_begun_) [[unlikely]]
      renew();
  }
  /// Fires the timers that are due by the clock. The loop does so by itself; tests that step the clock call it.
  void fire_timers();

 private:
  struct native;
  friend struct native_access;
  void renew() noexcept;
  void on_due();
  [[nodiscard]] bool was_held_up();
  void start_timer(std::int64_t milliseconds);
  void end_turn();
  void rearm();
  void run_posted();

  clock& time_;
  timer_wheel timers_;
  turn_hook* hook_ = nullptr;
  std::chrono::steady_clock::time_point due_{};
  bool turn_begun_ = false;
  bool held_up_ = false;
  std::unique_ptr<native> native_;
  const std::shared_ptr<mailbox> mailbox_ = std::make_shared<mailbox>();
};

}  // namespace candela::net
