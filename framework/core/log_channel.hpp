// Named streams of log records: the main one, and those with a level or an output of their own, such as the access log.
#pragma once

#include <atomic>
#include <candela/core/log_level.hpp>
#include <string_view>

namespace candela::log {

/// What all channels of one name share. Never destroyed.
struct channel_state {
  std::string_view name;
  std::atomic<level> minimum{level::info};
};

/// The channel that `log::info` and its like write to.
extern channel_state main_channel;

/// A handle to the channel of a name; cheap to copy. Making one takes a lock; belongs to start-up.
class channel {
 public:
  explicit channel(std::string_view name);

  [[nodiscard]] channel_state& state() const noexcept { return *state_; }

  /// Whether a record of that level would be written; one relaxed load.
  [[nodiscard]] bool enabled(level value) const noexcept {
    return value >= state_->minimum.load(std::memory_order_relaxed);
  }

 private:
  channel_state* state_;
};

}  // namespace candela::log
