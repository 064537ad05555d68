// The time that a worker's timers, expiries and log lines go by.
#pragma once

#include <chrono>

namespace candela {

/// A steady and a wall clock, read from the system once a turn of the worker's loop and remembered in between.
/// Belongs to one thread. Tests pass a `manual_clock` instead.
class clock {
 public:
  using steady_time = std::chrono::steady_clock::time_point;
  using wall_time = std::chrono::system_clock::time_point;

  clock() noexcept { update(); }
  clock(const clock&) = delete;
  clock& operator=(const clock&) = delete;

  /// Never goes back; for timers and durations.
  [[nodiscard]] steady_time steady() const noexcept { return steady_; }

  /// The time of day; may jump. For dates, tokens and logs.
  [[nodiscard]] wall_time wall() const noexcept { return wall_; }

  /// Asks the system; the loop calls it when it wakes. A manual clock stays where it is.
  void update() noexcept {
    if (manual_) return;
    steady_ = std::chrono::steady_clock::now();
    wall_ = std::chrono::system_clock::now();
  }

  /// Whether only a test moves it.
  [[nodiscard]] bool manual() const noexcept { return manual_; }

 protected:
  clock(steady_time steady, wall_time wall) noexcept : steady_(steady), wall_(wall), manual_(true) {}

  steady_time steady_;
  wall_time wall_;

 private:
  bool manual_ = false;
};

}  // namespace candela
