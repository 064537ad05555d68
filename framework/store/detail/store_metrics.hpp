// Private to the room: what a worker's access to the store counts.
#pragma once

#include <array>
#include <candela/core/metrics.hpp>
#include <candela/store/error.hpp>

namespace candela::store {

/// Questions without an answer, by error. Written on one worker's thread.
class store_metrics {
 public:
  store_metrics(metrics::registry* cells, unsigned worker) {
    if (cells == nullptr) return;
    for (std::size_t i = 1; i != error_codes; ++i) {
      errors_[i] = &cells->counter_cell("candela_store_errors_total", "Questions that the store gave no answer to.",
                                        {{"error", std::string(name_of(static_cast<errc>(i)))}}, worker);
    }
  }

  void count(errc code) noexcept {
    if (metrics::counter* cell = errors_[static_cast<std::size_t>(code)]) cell->add();
  }

 private:
  std::array<metrics::counter*, error_codes> errors_{};
};

}  // namespace candela::store
