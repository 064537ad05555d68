// Medians and quartiles: what is reported of noisy rounds.
#pragma once

#include <vector>

namespace candela::bench {

/// The middle and the quarters of a set of figures.
struct spread {
  double lower = 0;   ///< first quartile
  double median = 0;  ///< second quartile
  double upper = 0;   ///< third quartile
};

/// Quartiles by linear interpolation between order statistics (type 7 of Hyndman and Fan). All zero for no figures.
spread spread_of(std::vector<double> figures);

}  // namespace candela::bench
