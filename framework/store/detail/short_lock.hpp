// Private to the room: a lock for a few dozen instructions.
#pragma once

#include <atomic>
#include <thread>

namespace candela::store {

/// One exchange to enter, one write to leave. Whoever waits gives the processor away: the holder may need it. Meets the
/// standard's BasicLockable requirements.
class short_lock {
 public:
  void lock() noexcept {
    while (taken_.exchange(true, std::memory_order_acquire)) {
      while (taken_.load(std::memory_order_relaxed)) std::this_thread::yield();
    }
  }
  void unlock() noexcept { taken_.store(false, std::memory_order_release); }

 private:
  std::atomic<bool> taken_ = false;
};

}  // namespace candela::store
