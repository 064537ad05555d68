#include <algorithm>
#include <candela/server/route.hpp>

namespace candela {

bool route::asks_behind_entry() const noexcept {
  const auto own = stages.begin() + static_cast<std::ptrdiff_t>(std::min(entry_stages, stages.size()));
  return std::any_of(own, stages.end(), [](const stage_hooks& stage) { return stage.may_suspend_for != nullptr; });
}

void route::freeze() {
  may_suspend = options.may_suspend || options.body == body_mode::streamed || handler.is_coroutine();
  for (const stage_hooks& stage : stages) {
    may_suspend = may_suspend || stage.may_suspend;
    asks_stages = asks_stages || stage.may_suspend_for != nullptr;
    has_response_hooks = has_response_hooks || stage.on_response != nullptr || stage.on_response_task != nullptr;
    has_complete_hooks = has_complete_hooks || stage.on_complete != nullptr;
  }
  entry_declined = std::ranges::find(stages, nullptr, &stage_hooks::instance) != stages.end();
  const auto first_body_stage = std::ranges::find(stages, stage_needs::whole_body, &stage_hooks::needs);
  head_stages = static_cast<std::size_t>(first_body_stage - stages.begin());
}

}  // namespace candela
