// All configured outputs, and which channel writes to which.
#pragma once

#include <atomic>
#include <candela/core/detail/log_output.hpp>
#include <candela/core/log_options.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace candela::log::detail {

/// Made by whoever configures, used by the log thread.
class log_outputs {
 public:
  /// Opens everything; throws as `log_output` does.
  log_outputs(const options& wanted, std::atomic<std::uint64_t>& failures) : general_(wanted.output, failures) {
    for (const auto& channel : wanted.channels) {
      if (channel.output) own_.try_emplace(channel.name, *channel.output, failures);
    }
  }

  void append(record_reader record) { output_of(record.head().channel->name).append(record); }

  void flush() noexcept {
    general_.flush();
    for (auto& [name, output] : own_) output.flush();
  }

  void reopen() noexcept {
    general_.reopen();
    for (auto& [name, output] : own_) output.reopen();
  }

 private:
  log_output& output_of(std::string_view channel) {
    if (own_.empty()) return general_;
    const auto found = own_.find(channel);
    return found == own_.end() ? general_ : found->second;
  }

  log_output general_;
  std::map<std::string, log_output, std::less<>> own_;
};

}  // namespace candela::log::detail
