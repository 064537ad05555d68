// Order statistics of a handful of figures.
#include "bench/measure/statistics.hpp"

#include <algorithm>
#include <cstddef>

namespace candela::bench {
namespace {

double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - static_cast<double>(below));
}

}  // namespace

spread spread_of(std::vector<double> figures) {
  if (figures.empty()) return {};
  std::sort(figures.begin(), figures.end());
  return {quantile(figures, 0.25), quantile(figures, 0.5), quantile(figures, 0.75)};
}

}  // namespace candela::bench
