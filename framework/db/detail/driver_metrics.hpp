// Private to the room: the figures that every driver keeps, one set of cells per worker.
#pragma once

#include <array>
#include <candela/core/metrics.hpp>
#include <candela/db/error.hpp>
#include <candela/db/operation.hpp>
#include <functional>
#include <memory>

namespace candela::db {

/// Written on one worker's thread. Without a registry it counts into cells of its own that nobody reads.
class driver_metrics {
 public:
  driver_metrics(metrics::registry* registry, unsigned worker);

  /// The gauge of open connections, of a driver that has connections of its own.
  [[nodiscard]] metrics::gauge& connections();
  /// The same of a source whose drivers share them: `count` is asked at each scrape.
  static void count_connections(metrics::registry& cells, std::function<double()> count);

  /// An operation has ended.
  void record(const operation& ended, std::chrono::steady_clock::time_point now) noexcept {
    queries->add(ended.repeat);
    latency->record(now - ended.submitted_at);
    if (ended.failure) [[unlikely]]
      count(ended.failure->code());
  }
  void count(errc code) noexcept { errors_[static_cast<std::size_t>(code)]->add(); }

  metrics::gauge* sessions = nullptr;   ///< in use
  metrics::gauge* in_flight = nullptr;  ///< queries that were sent
  metrics::gauge* queued = nullptr;     ///< queries and session requests that wait
  metrics::counter* queries = nullptr;
  metrics::counter* connects_failed = nullptr;
  metrics::histogram* latency = nullptr;  ///< from the asking to the answer

 private:
  std::array<metrics::counter*, error_codes> errors_{};
  std::unique_ptr<metrics::registry> own_;
  metrics::registry* cells_;
  unsigned worker_;
};

}  // namespace candela::db
