#include <candela/service/detail/store.hpp>
#include <stdexcept>

namespace candela::detail {

store_plan read_store(config::reader& root) {
  return {store::settings::read(root.section("store")), root.get("store")};
}

std::unique_ptr<store::source> make_store(const store_plan& plan, metrics::registry& metrics) try {
  return store::make_source(plan.settings, &metrics);
} catch (const std::invalid_argument& wrong) {
  plan.section.fail(wrong.what());
}

}  // namespace candela::detail
