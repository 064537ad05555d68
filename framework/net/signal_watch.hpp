// Signals of the operating system as calls on a loop.
#pragma once

#include <candela/net/loop.hpp>
#include <functional>
#include <memory>
#include <span>

namespace candela::net {

/// Watches signals such as SIGTERM, SIGINT and SIGHUP for as long as it lives; their usual effect is suspended
/// meanwhile. Made, called and destroyed on the loop's thread; must not outlive the loop.
class signal_watch {
 public:
  /// Gets the signal's number. Signals of one kind that come close together may be reported once.
  using callback = std::move_only_function<void(int number)>;

  /// Throws `std::runtime_error` when the system refuses one of them.
  signal_watch(loop& owner, std::span<const int> numbers, callback on_signal);
  signal_watch(const signal_watch&) = delete;
  signal_watch& operator=(const signal_watch&) = delete;
  /// The usual effects are back after it. The callback itself must not destroy the watch.
  ~signal_watch();

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace candela::net
