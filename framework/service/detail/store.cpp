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

std::optional<revocation_plan> read_revocations(config::reader& root, const store_plan& store) {
  if (!root.has("revocations")) return std::nullopt;
  return revocation_plan{store::revocation_settings::read(root.section("revocations"), store.settings),
                         root.get("revocations")};
}

std::unique_ptr<store::revocation_feed> make_revocations(const std::optional<revocation_plan>& plan,
                                                         const store_plan& store, metrics::registry& metrics) {
  if (!plan) return nullptr;
  try {
    return std::make_unique<store::revocation_feed>(plan->settings, store.settings, &metrics);
  } catch (const std::invalid_argument& wrong) {
    plan->section.fail(wrong.what());
  }
}

}  // namespace candela::detail
