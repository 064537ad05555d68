// Tells whoever starts and balances services whether this one lives, and whether it can work.
#pragma once

#include <candela/core/task.hpp>
#include <candela/server/exchange.hpp>
#include <candela/server/health_registry.hpp>
#include <candela/server/stage_setup.hpp>
#include <cstdint>

namespace candela::handlers {

/// The handler `health`, usually on two routes:
///
///     - {get: /health/live, handler: {health: {kind: live}}}
///     - {get: /health/ready, handler: health}
///
/// `live` answers 200 as long as the worker answers at all: when it fails, the process wants to be restarted. `ready`
/// asks the service's checks and answers 200 when all of them are up; otherwise, and from the beginning of the shutdown
/// on, 503: no requests should be sent here.
///
///     {"status":"down","checks":{"database":{"status":"up"},"mail":{"status":"down","reason":"timed_out"}}}
///
///     kind: ready      # or live
///     details: true    # whether the checks are listed; false where strangers can ask
///
/// Checks come from `health_registry::add`.
class health {
 public:
  enum class kind : std::uint8_t { live, ready };

  explicit health(stage_setup& setup);
  /// `checks` must outlive the handler.
  health(health_registry& checks, kind asked, bool details = true) noexcept
      : checks_(checks), kind_(asked), details_(details) {}

  task<void> operator()(exchange& x);

 private:
  void answer(exchange& x, const std::vector<health_report>& reports) const;

  health_registry& checks_;
  kind kind_;
  bool details_;
};

}  // namespace candela::handlers
