// Where one worker puts its records.
#pragma once

#include <atomic>
#include <candela/audit/record.hpp>
#include <candela/audit/record_queue.hpp>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace candela::audit {

class trail;

/// Made by a trail, which outlives it. For one thread; what is shared with the trail's thread are two positions of a
/// queue and a flag. Nothing is allocated, locked or waited for, but that the first record starts the trail's thread
/// and the first after a pause wakes it.
class recorder {
 public:
  recorder(trail& home, std::size_t queue_bytes, std::size_t max_record_bytes);

  /// Sets room aside for the record of a request that is about to be let in; false when there is none, or the trail has
  /// ended: then the request must not be let in. Each room is used by `put` or given back by `withdraw`.
  [[nodiscard]] bool admit();
  void withdraw() noexcept { queue_.withdraw(); }
  /// Counts a request that was refused since `admit` said no.
  void count_refused() noexcept { count(refused_); }

  /// Puts down a record where room was set aside. Counts it as unrecorded when the system has no memory.
  void put(const record& what) noexcept;
  /// Puts down a record of what was never let in, as a malformed request. Counts it when there is no room: the trail
  /// then tells how many are missing.
  void put_if_room(const record& what);

  // Any thread.

  [[nodiscard]] std::uint64_t refused() const noexcept { return refused_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t unrecorded() const noexcept { return unrecorded_.load(std::memory_order_relaxed); }
  [[nodiscard]] record_queue& queue() noexcept { return queue_; }
  [[nodiscard]] const record_queue& queue() const noexcept { return queue_; }

 private:
  // One thread writes: no locked instruction.
  static void count(std::atomic<std::uint64_t>& cell) noexcept {
    cell.store(cell.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  trail& home_;
  record_queue queue_;
  std::vector<char> room_;  // where a record is written before it goes to the queue
  arena spill_;
  bool started_ = false;
  std::atomic<std::uint64_t> refused_{0};
  std::atomic<std::uint64_t> unrecorded_{0};
};

}  // namespace candela::audit
