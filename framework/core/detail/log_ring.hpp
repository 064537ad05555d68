// The bytes between a thread that logs and the log thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace candela::log::detail {

/// A queue of records of any length, each in one piece. One thread writes, one other reads; neither waits.
class log_ring {
 public:
  /// `capacity` is a power of two, at least 64.
  explicit log_ring(std::size_t capacity) : bytes_(new char[capacity]), capacity_(capacity) {}
  log_ring(const log_ring&) = delete;
  log_ring& operator=(const log_ring&) = delete;

  // The writer's side.

  /// Room for a record of `bytes` bytes, aligned to 8; null and counted as dropped when there is none. A record may
  /// take half of the capacity at most.
  [[nodiscard]] char* reserve(std::size_t bytes) noexcept;

  /// Hands over what was reserved. True when the ring has just become half full: the reader should hurry.
  bool commit() noexcept;

  /// Counts a record that was not even tried.
  void count_dropped() noexcept {
    dropped_.store(dropped_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  /// Says that nothing more will be written.
  void retire() noexcept { retired_.store(true, std::memory_order_release); }

  // The reader's side.

  /// The oldest record; empty when there is none. Valid until `pop`.
  [[nodiscard]] std::span<const char> front() noexcept;
  void pop() noexcept;
  [[nodiscard]] bool retired() const noexcept { return retired_.load(std::memory_order_acquire); }

  // Any thread.

  [[nodiscard]] bool empty() const noexcept {
    return tail_.load(std::memory_order_relaxed) == head_.load(std::memory_order_seq_cst);
  }
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }

 private:
  // Before each record; a size of none fills the rest of the buffer, and the next record starts at its beginning.
  struct record_header {
    std::uint64_t bytes;
  };

  char* at(std::uint64_t position) const noexcept { return bytes_.get() + (position & (capacity_ - 1)); }

  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_;
  alignas(64) std::atomic<std::uint64_t> head_{0};
  std::atomic<std::uint64_t> dropped_{0};
  std::atomic<bool> retired_{false};
  std::uint64_t reserved_ = 0;    // the writer's: end of what `commit` will hand over
  std::uint64_t known_tail_ = 0;  // the writer's last look at the reader's position
  alignas(64) std::atomic<std::uint64_t> tail_{0};
};

}  // namespace candela::log::detail
