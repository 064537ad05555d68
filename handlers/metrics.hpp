// Hands every metric of the process to whoever scrapes them.
#pragma once

#include <candela/core/metrics.hpp>
#include <candela/core/task.hpp>
#include <candela/net/lanes.hpp>
#include <candela/server/exchange.hpp>
#include <candela/server/stage_setup.hpp>

namespace candela::handlers {

/// The handler `metrics`: Prometheus' text exposition format 0.0.4, with the process's own memory, processor time,
/// descriptors and threads under the names that Prometheus' client libraries use, and the log records that were lost.
/// It has no options.
///
/// The text is rendered on the `files` lane: a scrape never holds up a worker.
class metrics {
 public:
  explicit metrics(stage_setup& setup);

  task<void> operator()(exchange& x);

 private:
  candela::metrics::registry& registry_;
  net::lanes& lanes_;
};

}  // namespace candela::handlers
