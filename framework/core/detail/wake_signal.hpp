// Lets any thread wake the one that waits for it.
#pragma once

#include <chrono>

namespace candela::log::detail {

/// An eventfd: what is signalled while nobody waits ends the next wait at once.
class wake_signal {
 public:
  /// Throws `std::system_error` when the system has no descriptor left.
  wake_signal();
  ~wake_signal();
  wake_signal(const wake_signal&) = delete;
  wake_signal& operator=(const wake_signal&) = delete;

  /// Never blocks.
  void signal() noexcept;

  /// Waits for a signal, or until `limit` has passed; a negative limit waits without end.
  void wait(std::chrono::milliseconds limit) noexcept;

 private:
  int descriptor_;
};

}  // namespace candela::log::detail
