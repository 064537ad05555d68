// What a stage is built from: its options, and the services of the worker it will run on.
#pragma once

#include <candela/config/reader.hpp>
#include <candela/core/clock.hpp>
#include <candela/core/metrics.hpp>
#include <candela/net/lanes.hpp>
#include <candela/net/worker.hpp>
#include <candela/server/service_facts.hpp>
#include <stdexcept>
#include <string_view>

namespace candela {

namespace store {
class revocations;
class worker_store;
}  // namespace store

/// Valid during the construction of the stage (or configured handler); what it hands out by reference lives as long as
/// the service. A constructor that does not like its options throws through them (`options().get("x").fail(...)`), so
/// that the error names file, line and column. Options that nobody asked for are refused by whoever made this.
class stage_setup {
 public:
  stage_setup(config::reader options, std::string_view chain, net::worker& worker, metrics::registry& metrics,
              net::lanes& lanes, service_facts* service = nullptr, store::worker_store* store = nullptr,
              const store::revocations* revoked = nullptr)
      : options_(std::move(options)),
        chain_(chain),
        worker_(worker),
        metrics_(metrics),
        lanes_(lanes),
        service_(service),
        store_(store),
        revoked_(revoked) {}

  [[nodiscard]] config::reader& options() noexcept { return options_; }
  /// The name of the chain that the instance is made for; empty for a handler.
  [[nodiscard]] std::string_view chain() const noexcept { return chain_; }
  [[nodiscard]] net::worker& worker() noexcept { return worker_; }
  [[nodiscard]] clock& time() noexcept { return worker_.time(); }
  /// Cells are created here and written on this worker only.
  [[nodiscard]] candela::metrics::registry& metrics() noexcept { return metrics_; }
  /// Threads for work that blocks.
  [[nodiscard]] net::lanes& lanes() noexcept { return lanes_; }
  /// Name, version and health checks of the service. Throws `std::logic_error` when it is made for none.
  [[nodiscard]] service_facts& service() const {
    if (service_ == nullptr) throw std::logic_error("there is no service to tell about");
    return *service_;
  }
  /// The worker's access to what requests, workers or instances must agree on: rates, first uses (see
  /// <candela/store/store.hpp>). Outlives the stage. Throws `std::logic_error` when it is made without one.
  [[nodiscard]] store::worker_store& store() const {
    if (store_ == nullptr) throw std::logic_error("there is no store to ask");
    return *store_;
  }
  /// The worker's view of what was revoked, to be asked at every use of what was verified (see
  /// <candela/store/revocations.hpp>); null when the service has no such list. Outlives the stage.
  [[nodiscard]] const store::revocations* revocations() const noexcept { return revoked_; }

 private:
  config::reader options_;
  std::string_view chain_;
  net::worker& worker_;
  metrics::registry& metrics_;
  net::lanes& lanes_;
  service_facts* service_;
  store::worker_store* store_;
  const store::revocations* revoked_;
};

}  // namespace candela
