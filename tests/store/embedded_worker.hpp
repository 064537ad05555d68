// A worker with the embedded store and a clock that the test moves.
#pragma once

#include <candela/core/manual_clock.hpp>
#include <candela/net/worker.hpp>
#include <candela/store/embedded_source.hpp>
#include <memory>
#include <string>
#include <string_view>

namespace candela::testing {

/// One worker of a process; several share a source.
class embedded_worker {
 public:
  explicit embedded_worker(const store::settings& chosen = {}, metrics::registry* metrics = nullptr)
      : own_(store::make_embedded_source(chosen, metrics)), access_(own_->open(worker_)) {}
  explicit embedded_worker(store::source& shared) : access_(shared.open(worker_)) {}

  [[nodiscard]] store::worker_store& store() { return *access_; }
  [[nodiscard]] manual_clock& time() { return time_; }

  /// Takes one use of each; the keys are `caller`'s.
  store::answer take(const store::limit& rule, std::string_view caller) {
    const store::limit_use use{&rule, store::limit_key(caller)};
    return access_->take_now({&use, 1}, {&left_, 1});
  }
  /// What the last question left.
  [[nodiscard]] const store::limit_state& left() const { return left_; }
  /// How often in a row it may be used now.
  int uses(const store::limit& rule, std::string_view caller) {
    int count = 0;
    while (take(rule, caller) == true) ++count;
    return count;
  }

 private:
  manual_clock time_;
  net::worker worker_{0, &time_};
  std::unique_ptr<store::source> own_;
  std::unique_ptr<store::worker_store> access_;
  store::limit_state left_;
};

}  // namespace candela::testing
