#include <candela/middleware/metrics.hpp>

#include <candela/server/extension.hpp>
#include <string>

namespace candela::middleware {

metrics::metrics(stage_setup& setup) : registry_(setup.metrics()), worker_(setup.worker().index()) {}

std::size_t metrics::class_of(std::uint16_t status) noexcept {
  const std::size_t digit = status / 100U;
  return digit < status_classes ? digit : 0;
}

void metrics::count(const route_cells& cells, const exchange_outcome& outcome, std::size_t status_class) noexcept {
  cells.requests[status_class]->add();
  cells.duration->record(outcome.duration);
  cells.bytes_out->add(outcome.bytes_out);
  if (outcome.bytes_in != 0) cells.bytes_in->add(outcome.bytes_in);
  if (outcome.status >= 500 || outcome.result == exchange_result::cut) [[unlikely]]
    cells.errors->add();
}

void metrics::on_complete(const exchange_outcome& outcome) {
  const std::size_t status_class = class_of(outcome.status);
  const std::uint32_t id = outcome.route->id;
  if (id >= known_ || routes_[id].requests[status_class] == nullptr) [[unlikely]]
    return count_first(outcome, status_class);
  count(routes_[id], outcome, status_class);
}

void metrics::count_first(const exchange_outcome& outcome, std::size_t status_class) {
  const route& counted = *outcome.route;
  if (counted.id >= known_) {
    routes_.resize(counted.id + 1);
    known_ = counted.id + 1;
  }
  route_cells& cells = routes_[counted.id];
  // The framework's own routes answer every method, even one that a client made up.
  const bool declared = counted.pattern.starts_with('/') && counted.method != http::method::other;
  candela::metrics::labels series = {{"method", declared ? std::string(name_of(counted.method)) : "any"},
                                     {"route", counted.pattern}};
  if (cells.duration == nullptr) {
    cells.errors = &registry_.counter_cell("http_server_request_errors_total",
                                           "Requests answered with 5xx or cut off before the end of their answer.",
                                           series, worker_);
    cells.bytes_in =
        &registry_.counter_cell("http_server_request_body_bytes_total", "Bytes of request bodies.", series, worker_);
    cells.bytes_out = &registry_.counter_cell("http_server_response_bytes_total", "Bytes of responses, heads included.",
                                              series, worker_);
    cells.duration =
        &registry_.histogram_cell("http_server_request_duration_seconds",
                                  "Time from a request's head to its answer's last byte.", series, worker_);
  }
  series.emplace_back("status", status_class == 0 ? "none" : std::to_string(status_class) + "xx");
  cells.requests[status_class] =
      &registry_.counter_cell("http_server_requests_total", "Requests by route and class of status.", series, worker_);
  count(cells, outcome, status_class);
}

CANDELA_STAGE("metrics", metrics);

}  // namespace candela::middleware
