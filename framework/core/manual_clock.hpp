// A clock that stands still until a test moves it.
#pragma once

#include <candela/core/clock.hpp>

namespace candela {

/// Passed wherever a `clock` is wanted.
class manual_clock : public clock {
 public:
  /// Starts at `wall`; the steady time starts an hour after its epoch, so that a test may look back.
  explicit manual_clock(wall_time wall = wall_time(std::chrono::seconds(1'700'000'000))) noexcept
      : clock(steady_time(std::chrono::hours(1)), wall) {}

  /// Moves both clocks forward.
  void advance(std::chrono::nanoseconds step) noexcept {
    steady_ += std::chrono::duration_cast<steady_time::duration>(step);
    wall_ += std::chrono::duration_cast<wall_time::duration>(step);
  }

  /// Lets the time of day jump, as an operator or NTP does; the steady time stays.
  void set_wall(wall_time wall) noexcept { wall_ = wall; }
};

}  // namespace candela
