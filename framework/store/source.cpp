#include <candela/store/embedded_source.hpp>
#include <candela/store/source.hpp>

namespace candela::store {

std::unique_ptr<source> make_source(const settings& chosen, metrics::registry* metrics) {
  return make_embedded_source(chosen, metrics);
}

}  // namespace candela::store
