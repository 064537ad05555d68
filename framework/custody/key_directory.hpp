// Where the keys of services come from. What feeds a directory (a file, signed records, discovery) is not its users'
// concern, and none of them waits for it: a key that is not there is unknown.
#pragma once

#include <candela/core/clock.hpp>
#include <candela/custody/service_keys.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace candela::custody {

/// The directory of one worker; used on its thread.
class key_directory {
 public:
  virtual ~key_directory() = default;
  /// The keys as they stand now.
  [[nodiscard]] virtual std::shared_ptr<const key_snapshot> keys() const = 0;
  /// Says that a key was asked for that is not there. It may be new: at most one refresh is queued, never awaited, and
  /// however many keys are missing, no more of them than the directory's pace allows.
  virtual void missing(std::string_view issuer, std::string_view id, clock::steady_time now) = 0;
};

/// Lets one through and then none for a while.
class refresh_gate {
 public:
  explicit refresh_gate(std::chrono::milliseconds pause) noexcept : pause_(pause) {}
  [[nodiscard]] bool pass(clock::steady_time now) noexcept {
    if (last_ && now - *last_ < pause_) return false;
    last_ = now;
    return true;
  }

 private:
  std::chrono::milliseconds pause_;
  std::optional<clock::steady_time> last_;
};

/// A directory that is given its keys whole.
class static_keys final : public key_directory {
 public:
  static constexpr std::chrono::seconds default_pause{30};
  /// Called on the worker's thread for a missing key, at most once a pause; whoever wants it replaces the keys later.
  using refresh = std::move_only_function<void()>;

  explicit static_keys(key_snapshot keys, refresh on_missing = {}, std::chrono::milliseconds pause = default_pause)
      : keys_(std::make_shared<const key_snapshot>(std::move(keys))),
        on_missing_(std::move(on_missing)),
        gate_(pause) {}

  [[nodiscard]] std::shared_ptr<const key_snapshot> keys() const override { return keys_; }
  void missing(std::string_view, std::string_view, clock::steady_time now) override {
    if (on_missing_ && gate_.pass(now)) on_missing_();
  }
  /// What is verified now goes on with the keys that it began with.
  void replace(std::shared_ptr<const key_snapshot> keys) noexcept { keys_ = std::move(keys); }

 private:
  std::shared_ptr<const key_snapshot> keys_;
  refresh on_missing_;
  refresh_gate gate_;
};

}  // namespace candela::custody
