// When a client with a fixed rate sends, however the server fares.
#pragma once

#include <chrono>
#include <cstdint>

namespace candela::bench {

/// Moments at even distances from a beginning to an end, taken one after the other. Not taking one in time moves none
/// of the others, so that a server that stalls is not asked less.
class pace {
 public:
  using clock = std::chrono::steady_clock;

  /// No moments at all.
  pace() = default;
  /// The first moment is `begin`, the last one before `end`; `interval` is positive.
  pace(clock::time_point begin, clock::time_point end, std::chrono::nanoseconds interval)
      : next_(begin), end_(end), interval_(interval) {}

  /// Whether moments are left.
  bool goes_on() const { return next_ < end_; }
  /// Whether the next moment has come.
  bool due(clock::time_point now) const { return goes_on() && next_ <= now; }
  /// How long it is until then; zero when it has come. Only while moments are left.
  std::chrono::nanoseconds until(clock::time_point now) const {
    return next_ <= now ? std::chrono::nanoseconds(0) : next_ - now;
  }

  /// Takes the next moment. Only while moments are left.
  clock::time_point take() {
    const clock::time_point taken = next_;
    next_ += interval_;
    return taken;
  }

  /// Gives up the moments that are left and says how many there were.
  std::uint64_t abandon() {
    if (!goes_on()) return 0;
    const auto left = static_cast<std::uint64_t>((end_ - next_ - std::chrono::nanoseconds(1)) / interval_) + 1;
    next_ = end_;
    return left;
  }

 private:
  clock::time_point next_{};
  clock::time_point end_{};
  std::chrono::nanoseconds interval_{1};
};

}  // namespace candela::bench
