#include <candela/store/redis_source.hpp>

#include <candela/store/detail/redis_access.hpp>
#include <stdexcept>

namespace candela::store {

namespace {

redis_url read_url(const std::string& text) {
  auto read = redis_url::parse(text);
  if (!read) throw std::invalid_argument("redis: " + read.error());
  return *read;
}

class redis_source final : public source {
 public:
  redis_source(const settings& chosen, metrics::registry* metrics)
      : chosen_(chosen), where_(read_url(chosen.redis)), metrics_(metrics) {
    static_cast<void>(hiredis());
    outlive_broken_pipes();
  }

  [[nodiscard]] std::unique_ptr<worker_store> open(net::worker& worker) override {
    return std::make_unique<redis_access>(worker, chosen_, where_, names_, outage_, metrics_);
  }

 private:
  const settings chosen_;
  const redis_url where_;
  metrics::registry* metrics_;
  redis_outage outage_;
  net::lane names_{{.name = "candela-names"}};
};

}  // namespace

std::unique_ptr<source> make_redis_source(const settings& chosen, metrics::registry* metrics) {
  return std::make_unique<redis_source>(chosen, metrics);
}

}  // namespace candela::store
