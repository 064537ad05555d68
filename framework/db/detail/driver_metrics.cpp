#include <candela/db/detail/driver_metrics.hpp>
#include <string_view>
#include <utility>

namespace candela::db {

namespace {

constexpr std::string_view connections_name = "db_connections";
constexpr std::string_view connections_help = "Open connections to the database.";

}  // namespace

driver_metrics::driver_metrics(metrics::registry* registry, unsigned worker)
    : own_(registry == nullptr ? std::make_unique<metrics::registry>() : nullptr),
      cells_(registry == nullptr ? own_.get() : registry),
      worker_(worker) {
  metrics::registry& cells = *cells_;
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

metrics::gauge& driver_metrics::connections() {
  return cells_->gauge_cell(connections_name, connections_help, {}, worker_);
}

void driver_metrics::count_connections(metrics::registry& cells, std::function<double()> count) {
  cells.computed_gauge(connections_name, connections_help, {}, std::move(count));
}

}  // namespace candela::db
