// Latencies in logarithmic cells: one increment to record, any percentile afterwards.
#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace candela::bench {

/// Counts durations in cells that are at most 1/16 wide relative to their value.
class latency_histogram {
 public:
  /// Records `weight` requests that each took `time`; negative times count as zero.
  void record(std::chrono::nanoseconds time, std::uint64_t weight) {
    cells_[cell_of(time.count() < 0 ? 0 : static_cast<std::uint64_t>(time.count()))] += weight;
    total_ += weight;
  }

  /// The upper edge of the cell that holds the given share (0 to 1) of all records; zero when there is none.
  std::chrono::nanoseconds at(double share) const {
    const double wanted = share * static_cast<double>(total_);
    std::uint64_t seen = 0;
    for (std::size_t cell = 0; cell < cells_.size(); ++cell) {
      seen += cells_[cell];
      if (cells_[cell] > 0 && static_cast<double>(seen) >= wanted) return upper_edge(cell);
    }
    return {};
  }

 private:
  static constexpr unsigned fine_bits = 4;
  static constexpr std::size_t fine = std::size_t{1} << fine_bits;

  // Values below `fine` have a cell each; above, the leading bit picks a row and the bits behind it a cell in it.
  static std::size_t cell_of(std::uint64_t value) {
    if (value < fine) return value;
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - fine_bits - 1;
    return (shift + 1) * fine + ((value >> shift) - fine);
  }

  static std::chrono::nanoseconds upper_edge(std::size_t cell) {
    if (cell < fine) return std::chrono::nanoseconds(cell);
    const std::size_t shift = cell / fine - 1;
    const std::uint64_t least = (std::uint64_t{fine} + cell % fine) << shift;
    return std::chrono::nanoseconds(least + (std::uint64_t{1} << shift) - 1);
  }

  std::array<std::uint64_t, 64 * fine> cells_{};
  std::uint64_t total_ = 0;
};

}  // namespace candela::bench
