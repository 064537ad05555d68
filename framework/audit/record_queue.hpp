// The records between a worker and the thread that writes them down: bounded, and never lossy within its bound.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace candela::audit {

/// A queue of bytes with one thread at each end; neither waits. Room is set aside before a request is let in, so that
/// its record finds room whenever the request ends.
class record_queue {
 public:
  /// `bytes` is rounded up to a power of two, and to what four of the largest records take.
  record_queue(std::size_t bytes, std::size_t max_record_bytes);
  record_queue(const record_queue&) = delete;
  record_queue& operator=(const record_queue&) = delete;

  // The worker's side.

  /// Sets room aside for one record; false when there is none.
  [[nodiscard]] bool admit() noexcept;
  /// Gives such room back.
  void withdraw() noexcept { --admitted_; }
  /// Puts a record of at most `max_record_bytes` where room was set aside.
  void put(std::string_view record) noexcept;

  [[nodiscard]] std::size_t max_record_bytes() const noexcept { return max_record_bytes_; }

  // The other side.

  /// Copies the oldest record to `record`; false when there is none.
  [[nodiscard]] bool front(std::string& record) const;
  /// Removes the oldest record, which `front` has given.
  void pop() noexcept;

  // Any thread.

  [[nodiscard]] bool empty() const noexcept {
    return tail_.load(std::memory_order_relaxed) == head_.load(std::memory_order_seq_cst);
  }
  /// Bytes that records take, or are about to.
  [[nodiscard]] std::size_t queued_bytes() const noexcept {
    return head_.load(std::memory_order_relaxed) - tail_.load(std::memory_order_relaxed);
  }

 private:
  using length = std::uint32_t;  // stands before each record

  [[nodiscard]] length size_at(std::uint64_t position) const noexcept;
  void copy_in(std::uint64_t position, const char* from, std::size_t bytes) noexcept;
  void copy_out(std::uint64_t position, char* to, std::size_t bytes) const noexcept;

  std::size_t max_record_bytes_;
  std::size_t capacity_;
  std::unique_ptr<char[]> bytes_;
  alignas(64) std::atomic<std::uint64_t> head_{0};
  std::uint64_t known_tail_ = 0;  // the worker's last look at it
  std::uint64_t admitted_ = 0;    // the worker's
  alignas(64) std::atomic<std::uint64_t> tail_{0};
};

}  // namespace candela::audit
