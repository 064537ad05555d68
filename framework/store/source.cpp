#include <candela/store/embedded_source.hpp>
#include <candela/store/redis_source.hpp>
#include <candela/store/source.hpp>

namespace candela::store {

std::unique_ptr<source> make_source(const settings& chosen, metrics::registry* metrics) {
  return chosen.redis.empty() ? make_embedded_source(chosen, metrics) : make_redis_source(chosen, metrics);
}

}  // namespace candela::store
