#include <candela/core/detail/log_channels.hpp>

namespace candela::log::detail {

level log_channels::level_of(std::string_view name) const {
  for (const auto& channel : configured_.channels) {
    if (channel.name == name && channel.minimum) return *channel.minimum;
  }
  return configured_.minimum;
}

channel_state& log_channels::find(std::string_view name) {
  if (name == main_channel.name) return main_channel;
  const std::scoped_lock held(lock_);
  if (const auto found = states_.find(name); found != states_.end()) return found->second;
  const std::string_view own = names_.emplace_back(name);
  channel_state& state = states_[own];
  state.name = own;
  state.minimum.store(level_of(own), std::memory_order_relaxed);
  return state;
}

void log_channels::configure(const options& wanted) {
  const std::scoped_lock held(lock_);
  configured_ = wanted;
  main_channel.minimum.store(level_of(main_channel.name), std::memory_order_relaxed);
  for (auto& [name, state] : states_) state.minimum.store(level_of(name), std::memory_order_relaxed);
}

}  // namespace candela::log::detail
