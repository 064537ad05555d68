#include <candela/db/postgres/detail/worker_driver.hpp>
#include <candela/db/postgres/source.hpp>

namespace candela::db::postgres {

namespace {

class postgres_source final : public source {
 public:
  postgres_source(const settings& chosen, metrics::registry* registry)
      : options_(chosen), registry_(registry), plan_(std::make_shared<const connect_plan>(chosen)) {}

  std::unique_ptr<driver> open(net::worker& worker) override {
    return std::make_unique<worker_driver>(worker, options_, registry_, plan_, lanes_);
  }
  void shut_down() override {
    lanes_.connecting.shut_down();
    lanes_.stopping.shut_down();
  }

 private:
  settings options_;
  metrics::registry* registry_;
  std::shared_ptr<const connect_plan> plan_;
  connect_lanes lanes_;
};

}  // namespace

std::unique_ptr<source> make_source(const settings& chosen, metrics::registry* registry) {
  return std::make_unique<postgres_source>(chosen, registry);
}

void check_source(const settings& chosen) { static_cast<void>(connect_plan(chosen)); }

}  // namespace candela::db::postgres
