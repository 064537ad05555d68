#include <candela/store/embedded_source.hpp>

#include <candela/store/detail/embedded.hpp>
#include <candela/store/detail/store_metrics.hpp>

namespace candela::store {

namespace {

class embedded_access final : public worker_store {
 public:
  embedded_access(embedded& home, net::worker& worker, metrics::registry* metrics)
      : home_(home), time_(worker.time()), metrics_(metrics, worker.index()) {}

  [[nodiscard]] bool immediate() const noexcept override { return true; }

  [[nodiscard]] answer spend_now(std::string_view key, clock::wall_time expires) override {
    return counted(home_.spend(key, expires, {time_.steady(), time_.wall()}));
  }
  [[nodiscard]] answer take_now(std::span<const limit_use> uses, std::span<limit_state> states) noexcept override {
    return counted(home_.take(uses, states, time_.steady()));
  }
  [[nodiscard]] bool submit(spend_operation& asked) override {
    asked.result = spend_now(asked.key, asked.expires);
    return false;
  }
  [[nodiscard]] bool submit(take_operation& asked) override {
    asked.result = take_now(asked.uses, asked.states);
    return false;
  }
  void detach(operation&) noexcept override {}

 private:
  answer counted(answer given) noexcept {
    if (!given) [[unlikely]]
      metrics_.count(given.error());
    return given;
  }

  embedded& home_;
  clock& time_;
  store_metrics metrics_;
};

class embedded_source final : public source {
 public:
  embedded_source(const settings& chosen, metrics::registry* metrics) : home_(chosen), metrics_(metrics) {
    if (metrics == nullptr) return;
    metrics->computed_gauge("candela_store_spent_entries", "Identifiers that are held until they expire.", {},
                            [this] { return static_cast<double>(home_.spent()); });
    metrics->computed_counter("candela_store_limits_evicted_total",
                              "Rate counters in use that had to make room for others.", {},
                              [this] { return static_cast<double>(home_.evicted()); });
  }

  [[nodiscard]] std::unique_ptr<worker_store> open(net::worker& worker) override {
    return std::make_unique<embedded_access>(home_, worker, metrics_);
  }

 private:
  embedded home_;
  metrics::registry* metrics_;
};

}  // namespace

std::unique_ptr<source> make_embedded_source(const settings& chosen, metrics::registry* metrics) {
  return std::make_unique<embedded_source>(chosen, metrics);
}

}  // namespace candela::store
