// What the operating system and the log know about this process, as metrics that are read at each scrape.
#pragma once

#include <candela/core/metrics.hpp>

namespace candela::handlers::detail {

/// Adds them; again for the same registry changes nothing. A value that cannot be read is NaN.
void add_process_metrics(candela::metrics::registry& registry);

}  // namespace candela::handlers::detail
