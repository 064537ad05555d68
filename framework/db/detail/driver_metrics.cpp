#include <candela/db/detail/driver_metrics.hpp>

namespace candela::db {

driver_metrics::driver_metrics(metrics::registry* registry, unsigned worker) {
  if (registry == nullptr) {
    own_ = std::make_unique<metrics::registry>();
    registry = own_.get();
  }
  metrics::registry& cells = *registry;
  connections = &cells.gauge_cell("db_connections", "Open connections to the database.", {}, worker);
  sessions =
      &cells.gauge_cell("db_sessions_in_use", "Connections that one transaction or stream has for itself.", {}, worker);
  in_flight = &cells.gauge_cell("db_queries_in_flight", "Queries that were sent and not answered yet.", {}, worker);
  queued = &cells.gauge_cell("db_queries_queued", "Queries and transactions that wait for a connection.", {}, worker);
  queries = &cells.counter_cell("db_queries_total", "Queries that have ended.", {}, worker);
  connects_failed =
      &cells.counter_cell("db_connects_failed_total", "Connections that could not be opened.", {}, worker);
  latency = &cells.histogram_cell("db_query_seconds", "Time from asking to the complete answer.", {}, worker);
  for (std::size_t code = 1; code != error_codes; ++code) {
    const std::string name(name_of(static_cast<errc>(code)));
    errors_[code] =
        &cells.counter_cell("db_errors_total", "Queries that failed, by what went wrong.", {{"code", name}}, worker);
  }
}

}  // namespace candela::db
