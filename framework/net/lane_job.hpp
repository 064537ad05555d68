// One piece of work on its way through a lane.
#pragma once

#include <atomic>
#include <memory>

namespace candela::net {

class loop;
class mailbox;

/// Work that one thread of a lane does and that ends on its home loop. Shared by the lane and whoever waits.
class lane_job {
 public:
  explicit lane_job(const loop& home) noexcept;
  lane_job(const lane_job&) = delete;
  lane_job& operator=(const lane_job&) = delete;
  virtual ~lane_job() = default;

  /// On a thread of the lane.
  virtual void work() noexcept = 0;
  /// On the home loop, after `work` or, with `ran` false, instead of it.
  virtual void finish(bool ran) = 0;

  /// Where its end is told; what comes after the end of the loop is dropped.
  [[nodiscard]] const std::shared_ptr<mailbox>& home() const noexcept { return home_; }
  /// Says that nobody wants the result; work that was not begun is left out.
  void abandon() noexcept { abandoned_.store(true, std::memory_order_relaxed); }
  [[nodiscard]] bool abandoned() const noexcept { return abandoned_.load(std::memory_order_relaxed); }

 private:
  const std::shared_ptr<mailbox> home_;
  std::atomic<bool> abandoned_ = false;
};

}  // namespace candela::net
