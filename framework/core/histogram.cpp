#include <algorithm>
#include <candela/core/histogram.hpp>
#include <cmath>
#include <numeric>

namespace candela::metrics {

namespace {

// The upper end of a cell in nanoseconds.
std::uint64_t cell_end_ns(std::size_t cell) noexcept {
  const std::size_t shift = cell < 8 ? 0 : cell / 4 - 1;
  const std::uint64_t unit = cell < 8 ? cell : cell % 4 + 4;
  return ((unit + 1) << shift << detail::histogram_unit_shift) - 1;
}

std::uint64_t bucket_end_ns(std::size_t bucket) noexcept {
  const auto& table = detail::histogram_table;
  const auto after = std::upper_bound(table.first.begin(), table.first.begin() + detail::histogram_cells, bucket);
  const auto cell = static_cast<std::size_t>(after - table.first.begin()) - 1;
  return bucket == table.first[cell] ? std::min(cell_end_ns(cell), table.split_ns[cell]) : cell_end_ns(cell);
}

}  // namespace

void histogram_sum::add(const histogram& cell) noexcept {
  sum_ns_ += cell.sum_ns_.load(std::memory_order_relaxed);
  for (std::size_t i = 0; i != counts_.size(); ++i) counts_[i] += cell.counts_[i].load(std::memory_order_relaxed);
}

std::uint64_t histogram_sum::count() const noexcept {
  return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
}

std::uint64_t histogram_sum::count_within(std::size_t bound) const noexcept {
  const auto end = counts_.begin() + detail::histogram_table.last[bound] + 1;
  return std::accumulate(counts_.begin(), end, std::uint64_t{0});
}

std::chrono::nanoseconds histogram_sum::quantile(double quantile) const noexcept {
  const std::uint64_t total = count();
  if (total == 0) return {};
  const auto wanted =
      std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(quantile * static_cast<double>(total))));
  std::uint64_t seen = 0;
  std::size_t bucket = 0;
  for (; bucket + 1 != counts_.size(); ++bucket) {
    seen += counts_[bucket];
    if (seen >= wanted) break;
  }
  return std::chrono::nanoseconds(bucket_end_ns(bucket));
}

}  // namespace candela::metrics
