// Counts what the service answers, by route.
#pragma once

#include <array>
#include <candela/core/metrics.hpp>
#include <candela/server/outcome.hpp>
#include <candela/server/route.hpp>
#include <candela/server/stage_setup.hpp>
#include <vector>

namespace candela::middleware {

/// The stage `metrics`. It stands in the entry chain, so that unknown paths, refused methods and malformed requests are
/// counted, too. It has no options.
///
///     http_server_requests_total{method, route, status}          answered requests; status is a class: "2xx"
///     http_server_request_errors_total{method, route}            5xx, and connections lost before the answer's end
///     http_server_request_duration_seconds{method, route}        from the head's last byte to the answer's last
///     http_server_request_body_bytes_total{method, route}
///     http_server_response_bytes_total{method, route}            heads included
///
/// Labels are the declared route's method and pattern, never text of a client: their number is that of the routes.
/// What has no route counts under the framework's own ones ("not found", "malformed", ...), with the method "any".
class metrics {
 public:
  explicit metrics(stage_setup& setup);

  void on_complete(const exchange_outcome& outcome);

 private:
  // Classes 1xx to 5xx by their digit; 0 for what got no answer.
  static constexpr std::size_t status_classes = 6;

  struct route_cells {
    std::array<candela::metrics::counter*, status_classes> requests{};
    candela::metrics::counter* errors = nullptr;
    candela::metrics::counter* bytes_in = nullptr;
    candela::metrics::counter* bytes_out = nullptr;
    candela::metrics::histogram* duration = nullptr;
  };

  [[nodiscard]] static std::size_t class_of(std::uint16_t status) noexcept;
  [[gnu::always_inline]] static inline void count(const route_cells& cells, const exchange_outcome& outcome,
                                                  std::size_t status_class) noexcept;
  // For what is counted for the first time, whose cells have to be made.
  [[gnu::cold, gnu::noinline]] void count_first(const exchange_outcome& outcome, std::size_t status_class);

  std::vector<route_cells> routes_;  // by the route's id
  std::uint32_t known_ = 0;          // how many there are
  candela::metrics::registry& registry_;
  unsigned worker_;
};

}  // namespace candela::middleware
