// Timers of one worker: a hierarchical wheel with a resolution of one millisecond.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

namespace candela::net {

class timer_wheel;

/// One deadline. Lives inside the object that waits; moving it is not possible. Not thread-safe: its worker's thread
/// only.
class timer {
 public:
  using callback = void (*)(timer& fired);

  /// `fired` is called on the wheel's thread, once per `arm`, at the deadline or up to a millisecond after it.
  timer(timer_wheel& wheel, callback fired) noexcept : wheel_(wheel), fired_(fired) {}
  timer(const timer&) = delete;
  timer& operator=(const timer&) = delete;
  ~timer() { cancel(); }

  /// (Re)sets the deadline. Putting an armed timer's deadline off costs three instructions: it is sorted anew when the
  /// old deadline comes.
  void arm(std::chrono::steady_clock::time_point deadline);
  void cancel() noexcept;
  [[nodiscard]] bool armed() const noexcept { return armed_; }
  [[nodiscard]] std::chrono::steady_clock::time_point deadline() const noexcept { return deadline_; }

 private:
  friend class timer_wheel;
  timer* next_ = nullptr;
  timer** link_ = nullptr;  // the pointer that points to us while we stand in a slot
  timer_wheel& wheel_;
  callback fired_;
  std::chrono::steady_clock::time_point deadline_{};
  std::int64_t slot_tick_ = 0;
  std::uint8_t level_ = 0;
  std::uint8_t slot_ = 0;
  bool armed_ = false;
};

/// The timers of a worker, driven by the worker's clock: `advance` fires what is due at the given time. It outlives its
/// timers.
class timer_wheel {
 public:
  explicit timer_wheel(std::chrono::steady_clock::time_point now) noexcept : origin_(now) {}
  timer_wheel(const timer_wheel&) = delete;
  timer_wheel& operator=(const timer_wheel&) = delete;

  /// Fires every timer whose deadline is at or before `now`, in no promised order. Callbacks may arm, cancel and
  /// destroy timers; they must not call `advance`.
  void advance(std::chrono::steady_clock::time_point now);

  /// Milliseconds from `now` until `advance` has something to do; -1 when no timer is armed.
  [[nodiscard]] std::int64_t until_next(std::chrono::steady_clock::time_point now) const noexcept;

  /// Set when an `arm` brought the next deadline closer than it was; the loop re-arms its own timer then and clears it.
  [[nodiscard]] bool take_nearer() noexcept;

 private:
  friend class timer;
  static constexpr int levels = 6;
  static constexpr int slot_bits = 6;
  static constexpr int slots = 1 << slot_bits;

  [[nodiscard]] std::int64_t tick_of(std::chrono::steady_clock::time_point time) const noexcept;
  void insert(timer& entry);
  void unlink(timer& entry) noexcept;
  [[nodiscard]] std::int64_t next_tick() const noexcept;
  void empty_slot(int level, int slot, std::chrono::steady_clock::time_point now);

  std::chrono::steady_clock::time_point origin_;
  std::int64_t now_tick_ = 0;
  std::int64_t nearest_ = INT64_MAX;
  bool nearer_ = false;
  std::array<std::uint64_t, levels> occupied_{};
  std::array<std::array<timer*, slots>, levels> wheel_{};
  timer* due_ = nullptr;
};

}  // namespace candela::net
