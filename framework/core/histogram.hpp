// Durations counted in buckets of fixed number: exact at the boundaries that dashboards know, fine in between.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace candela::metrics {

namespace detail {

// Cells grow by a quarter of a power of two, in units of 1.024 microseconds. A cell in which a boundary lies is split
// there, so that the counts at the boundaries are exact.
inline constexpr std::uint64_t histogram_unit_shift = 10;
inline constexpr std::size_t histogram_cells = 104;  // up to 2^37 ns; what is longer counts in the last one
inline constexpr std::size_t histogram_all_cells =
    212;  // of every 64-bit number, so that nothing is compared for range

inline constexpr std::array<std::uint64_t, 16> histogram_bounds_ns = {
    100'000,    250'000,     500'000,     1'000'000,   2'500'000,     5'000'000,     10'000'000,    25'000'000,
    50'000'000, 100'000'000, 250'000'000, 500'000'000, 1'000'000'000, 2'500'000'000, 5'000'000'000, 10'000'000'000};
inline constexpr std::size_t histogram_buckets = histogram_cells + histogram_bounds_ns.size();

constexpr std::size_t histogram_cell_of(std::uint64_t nanoseconds) noexcept {
  const std::uint64_t unit = nanoseconds >> histogram_unit_shift;
  const int shift = std::bit_width(unit | 4) - 3;
  return static_cast<std::size_t>(shift) * 4 + static_cast<std::size_t>(unit >> shift);
}

struct histogram_layout {
  std::array<std::uint64_t, histogram_all_cells> split_ns{};    // what is longer counts in the cell's second bucket
  std::array<std::uint8_t, histogram_all_cells> first{};        // bucket of the cell
  std::array<std::uint8_t, histogram_bounds_ns.size()> last{};  // highest bucket that is within the boundary
};

constexpr histogram_layout make_histogram_layout() noexcept {
  histogram_layout layout;
  std::size_t bound = 0;
  for (std::size_t cell = 0; cell != histogram_all_cells; ++cell) {
    const std::size_t counted_in = cell < histogram_cells ? cell : histogram_cells - 1;
    layout.first[cell] = static_cast<std::uint8_t>(counted_in + bound);
    layout.split_ns[cell] = UINT64_MAX;
    if (bound == histogram_bounds_ns.size() || histogram_cell_of(histogram_bounds_ns[bound]) != cell) continue;
    layout.split_ns[cell] = histogram_bounds_ns[bound];
    layout.last[bound++] = layout.first[cell];
  }
  return layout;
}

inline constexpr histogram_layout histogram_table = make_histogram_layout();

}  // namespace detail

/// Counts durations. Written by one thread, read by any; about 1 KiB. What is over 137 s counts in the last bucket.
class alignas(64) histogram {
 public:
  /// A negative duration, which no steady clock gives, counts in the last bucket.
  void record(std::chrono::nanoseconds duration) noexcept {
    const auto nanoseconds = static_cast<std::uint64_t>(duration.count());
    const std::size_t cell = detail::histogram_cell_of(nanoseconds);
    const auto& table = detail::histogram_table;
    bump(counts_[table.first[cell] + (nanoseconds > table.split_ns[cell] ? 1U : 0U)], 1);
    bump(sum_ns_, nanoseconds);
  }

 private:
  friend class histogram_sum;

  static void bump(std::atomic<std::uint64_t>& value, std::uint64_t amount) noexcept {
    value.store(value.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }

  std::atomic<std::uint64_t> sum_ns_{0};
  std::array<std::atomic<std::uint64_t>, detail::histogram_buckets> counts_{};
};

static_assert(sizeof(histogram) <= 1536);

/// What several histograms counted together, at the time of reading.
class histogram_sum {
 public:
  /// Upper ends of the exported buckets, in nanoseconds.
  static constexpr const auto& bounds_ns = detail::histogram_bounds_ns;

  void add(const histogram& cell) noexcept;

  /// How many durations were recorded, and their sum.
  [[nodiscard]] std::uint64_t count() const noexcept;
  [[nodiscard]] std::chrono::nanoseconds sum() const noexcept { return std::chrono::nanoseconds(sum_ns_); }

  /// How many were at most `bounds_ns[bound]`; exact.
  [[nodiscard]] std::uint64_t count_within(std::size_t bound) const noexcept;

  /// The duration that the share `quantile` (0 to 1) of all stayed within; at most a quarter above the true one, plus
  /// a microsecond. Zero when nothing was recorded.
  [[nodiscard]] std::chrono::nanoseconds quantile(double quantile) const noexcept;

 private:
  std::uint64_t sum_ns_ = 0;
  std::array<std::uint64_t, detail::histogram_buckets> counts_{};
};

}  // namespace candela::metrics
