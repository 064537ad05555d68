// A worker's view of what was revoked.
#pragma once

#include <candela/core/clock.hpp>
#include <candela/store/revocation_list.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

namespace candela::store {

/// What the list says of something.
enum class revocation_answer : std::uint8_t {
  good,     ///< not revoked
  revoked,  ///< take it for invalid
  unknown,  ///< the list is too old to say: nobody whom it might name is let in until it is fresh
};

/// Asked on every use, a cached one's too, without a lock, a wait or an allocation. Belongs to a worker, on whose loop
/// a `revocation_feed` renews it.
class revocations {
 public:
  /// `oldest`: the age from which on the list is too old; `trusts_old`: which then goes on counting all the same.
  revocations(const clock& time, std::chrono::nanoseconds oldest, bool trusts_old) noexcept
      : time_(time), oldest_(oldest), trusts_old_(trusts_old) {}

  /// An empty value is never revoked.
  [[nodiscard]] revocation_answer ask(revocable kind, std::string_view value) const noexcept {
    if (list_ != nullptr && list_->contains(kind, value)) return revocation_answer::revoked;
    return is_old() && !trusts_old_ ? revocation_answer::unknown : revocation_answer::good;
  }
  /// Whether nobody has confirmed the list for too long, or not yet.
  [[nodiscard]] bool is_old() const noexcept { return !confirmed_ || time_.steady() - confirmed_at_ > oldest_; }
  [[nodiscard]] std::size_t size() const noexcept { return list_ == nullptr ? 0 : list_->size(); }
  /// Grows with every list that differs from the one before: what was found good by an older one may be no longer.
  [[nodiscard]] std::uint64_t epoch() const noexcept { return epoch_; }

  /// What is revoked from now on; `complete`: and nothing else is. On the worker's thread.
  void use(std::shared_ptr<const revocation_list> list, bool complete) noexcept {
    if (list != list_) ++epoch_;
    list_ = std::move(list);
    if (!complete) return;
    confirmed_ = true;
    confirmed_at_ = time_.steady();
  }

 private:
  const clock& time_;
  std::chrono::nanoseconds oldest_;
  bool trusts_old_;
  std::shared_ptr<const revocation_list> list_;
  clock::steady_time confirmed_at_{};
  bool confirmed_ = false;
  std::uint64_t epoch_ = 0;
};

}  // namespace candela::store
