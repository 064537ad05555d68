// Every metric of the process: workers write their own cells, a scrape adds them up.
#pragma once

#include <candela/core/histogram.hpp>
#include <candela/core/metric_cells.hpp>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace candela::metrics {

/// Names and values of a series' labels, in any order. Values may hold any text; names follow `[a-zA-Z_][a-zA-Z0-9_]*`.
using labels = std::vector<std::pair<std::string, std::string>>;

/// Owns the cells. Asking for a cell locks and may allocate: that belongs to start-up and reload. Cells live as long as
/// the registry; asking again with the same name, labels and worker gives the same cell, so that a reload loses no
/// count.
///
/// Asking throws `std::invalid_argument` for a name that Prometheus doesn't allow, and `std::logic_error` when the name
/// already stands for another kind of metric.
class registry {
 public:
  registry() = default;
  registry(const registry&) = delete;
  registry& operator=(const registry&) = delete;

  /// The cell of `worker` (0, 1, ...), which alone may write to it. By custom the name ends in `_total`.
  counter& counter_cell(std::string_view name, std::string_view help, const labels& series, unsigned worker);

  /// The same for a value that goes up and down.
  gauge& gauge_cell(std::string_view name, std::string_view help, const labels& series, unsigned worker);

  /// The same for durations. By custom the name ends in `_seconds`.
  histogram& histogram_cell(std::string_view name, std::string_view help, const labels& series, unsigned worker);

  /// A gauge that is asked at each scrape, on the scraping thread and under the registry's lock: it must not call back.
  /// Replaces what was computed under the same name and labels before.
  void computed_gauge(std::string_view name, std::string_view help, const labels& series,
                      std::function<double()> compute);

  /// The same for a count that something else keeps.
  void computed_counter(std::string_view name, std::string_view help, const labels& series,
                        std::function<double()> compute);

  /// All of them in Prometheus' text exposition format 0.0.4, sorted by name; appended to `out`. Any thread.
  void render(std::string& out) const;

 private:
  enum class kind { counter, gauge, histogram };
  template <class Cell>
  using cells = std::vector<std::unique_ptr<Cell>>;  // by worker; absent ones are null
  using series_data = std::variant<cells<counter>, cells<gauge>, cells<histogram>, std::function<double()>>;
  struct family {
    kind type;
    std::string help;
    std::map<std::string, series_data> series;  // by its labels as they are written between the braces
  };

  family& family_of(std::string_view name, std::string_view help, kind type);
  template <class Cell>
  Cell& cell_of(std::string_view name, std::string_view help, kind type, const labels& series, unsigned worker);
  void computed(std::string_view name, std::string_view help, kind type, const labels& series,
                std::function<double()> compute);

  mutable std::mutex lock_;
  std::map<std::string, family, std::less<>> families_;
};

}  // namespace candela::metrics
