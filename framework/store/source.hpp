// The one configured store of a process, of which every worker gets its access.
#pragma once

#include <candela/core/metrics.hpp>
#include <candela/net/worker.hpp>
#include <candela/store/settings.hpp>
#include <candela/store/store.hpp>
#include <memory>

namespace candela::store {

/// Owned by the service; outlives what it opens. Thread-safe.
class source {
 public:
  source() = default;
  source(const source&) = delete;
  source& operator=(const source&) = delete;
  virtual ~source() = default;

  /// The access of that worker, whose clock it goes by. On the worker's thread, or before it runs.
  [[nodiscard]] virtual std::unique_ptr<worker_store> open(net::worker& worker) = 0;
};

/// The store that `chosen` stands for. `metrics`, when given, counts there and outlives the source. Throws
/// `std::invalid_argument`, with a sentence for the person who configured it, for a URL that cannot be used or a
/// library that this machine lacks (libhiredis.so.0.14).
[[nodiscard]] std::unique_ptr<source> make_source(const settings& chosen, metrics::registry* metrics = nullptr);

}  // namespace candela::store
