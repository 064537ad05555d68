// Whether what the service depends on answers.
#pragma once

#include <atomic>
#include <candela/core/cancellation.hpp>
#include <candela/core/error.hpp>
#include <candela/core/task.hpp>
#include <candela/net/worker.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace candela {

/// How a dependency is asked.
struct health_check_options {
  std::chrono::milliseconds timeout{2'000};    ///< then it counts as down, with `timed_out`
  std::chrono::milliseconds fresh_for{1'000};  ///< how long an answer is good for all who ask
};

/// What became of a check.
struct health_report {
  std::string_view name;       ///< valid as long as the registry
  std::optional<errc> reason;  ///< why it is down; nothing when it is up
};

/// The checks of a service, filled before it serves; one for the whole process, owned by the service. Asked on every
/// worker: answers are kept in atomics, and no lock is taken.
class health_registry {
 public:
  /// Asks one dependency, on a worker's loop. Must not block, may be called by several workers at the same time, and
  /// ends soon after `token` is cancelled. An error or an exception means that the dependency is down; of an error,
  /// only the code is shown to anyone.
  using check = std::function<task<std::expected<void, error>>(net::worker& worker, cancel_token token)>;

  health_registry();
  health_registry(const health_registry&) = delete;
  health_registry& operator=(const health_registry&) = delete;
  ~health_registry();

  /// Adds a check. Not while the service runs. Throws `std::invalid_argument` for a name that is empty or given twice.
  void add(std::string name, check asked, health_check_options options = {});

  /// From here on the service is not ready, whatever its checks say. From any thread.
  void set_stopping() noexcept { stopping_.store(true, std::memory_order_relaxed); }
  [[nodiscard]] bool stopping() const noexcept { return stopping_.load(std::memory_order_relaxed); }

  /// Asks everyone whose last answer is not fresh any more, side by side. While one caller asks, the others get the
  /// last answer, if there is one. In the order of `add`.
  [[nodiscard]] task<std::vector<health_report>> ask(net::worker& worker, cancel_token token);

 private:
  struct entry;

  static task<health_report> ask_one(entry& asked, net::worker& worker, cancel_token token);

  std::vector<std::unique_ptr<entry>> entries_;
  std::atomic<bool> stopping_ = false;
};

}  // namespace candela
