// Private to the room: the keys of services from files, read again when they may have changed.
#pragma once

#include <candela/custody/key_directory.hpp>
#include <candela/server/stage_setup.hpp>
#include <chrono>
#include <memory>

namespace candela::middleware::detail {

/// The options `keys`, or `records`, `authorities` and `kept_records`, and `refresh`. What is wrong with the files when
/// the service starts is an error of the configuration; what is wrong later is logged, and the last good keys go on.
/// Records of the future are looked at again when their time has come.
class chain_keys {
 public:
  /// `skew` is how far the clocks of authorities may be ahead.
  chain_keys(stage_setup& setup, std::chrono::seconds skew);

  [[nodiscard]] custody::key_directory& directory() noexcept;
  /// Lets the files be read again, on the lane for files, when that is due.
  void look(clock::steady_time now);

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace candela::middleware::detail
