// Private to the room: the way back from a database thread to a driver that may have ended.
#pragma once

#include <candela/net/loop.hpp>
#include <cstdint>

namespace candela::db::sqlite {

class driver;

/// Shared by a driver and its batches.
class driver_link {
 public:
  driver_link(const net::loop& loop, driver& target) noexcept : home(loop.posting()), target_(&target) {}

  const std::shared_ptr<net::mailbox> home;

  /// On the loop's thread: null once the driver has ended.
  [[nodiscard]] driver* target() const noexcept { return target_; }
  void cut() noexcept { target_ = nullptr; }

 private:
  friend class pool;
  driver* target_;
  std::uint32_t running_ = 0;  // batches that threads have; guarded by the pool's lock
};

}  // namespace candela::db::sqlite
