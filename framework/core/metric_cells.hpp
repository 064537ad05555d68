// The cells that one worker writes and a scrape reads: no lock, no shared cache line, no lost update.
#pragma once

#include <atomic>
#include <cstdint>

namespace candela::metrics {

/// Counts up. Written by one thread, read by any.
class alignas(64) counter {
 public:
  void add(std::uint64_t amount = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// Goes up and down. Written by one thread, read by any; the workers' gauges are added up.
class alignas(64) gauge {
 public:
  void set(std::int64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  void add(std::int64_t amount) noexcept { set(value() + amount); }
  [[nodiscard]] std::int64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

}  // namespace candela::metrics
