// Every channel of the process, and the levels that were configured for them.
#pragma once

#include <candela/core/log_channel.hpp>
#include <candela/core/log_options.hpp>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace candela::log::detail {

/// Locked inside; any thread.
class log_channels {
 public:
  /// The state of the channel of that name, made at its first use with the level that is configured for it.
  channel_state& find(std::string_view name);

  /// Gives every channel, also those to come, its level.
  void configure(const options& wanted);

 private:
  level level_of(std::string_view name) const;

  std::mutex lock_;
  options configured_;
  std::deque<std::string> names_;
  std::map<std::string_view, channel_state> states_;
};

}  // namespace candela::log::detail
