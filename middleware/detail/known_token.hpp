// A token that was found good, with all that is known of it in memory of its own. Private.
#pragma once

#include <candela/core/arena.hpp>
#include <candela/core/clock.hpp>
#include <candela/jose/claims.hpp>
#include <candela/server/principal.hpp>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace candela::middleware::detail {

/// Made on any thread, then used on one worker only: that is why it can be counted without locks. What every use looks
/// at stands in one cache line.
struct alignas(64) known_token {
  std::string_view token;                                ///< every byte of it
  clock::wall_time good_from = clock::wall_time::min();  ///< both ends by the token's own dates, without any leeway
  clock::wall_time good_until = clock::wall_time::max();
  clock::steady_time forget_at{};    ///< for the cache
  std::uint64_t epoch = 0;           ///< of the keys that it was verified with
  const void* checked_by = nullptr;  ///< the rules that it was found good by
  std::uint64_t kept_as = 0;         ///< among those that the one cache that keeps it has ever kept
  std::uint32_t uses = 0;
  principal who;
  std::optional<jose::confirmation> bound;
  arena memory;  ///< what all views here point into
};

/// Keeps a token while a request or a cache refers to it.
class known_token_ptr {
 public:
  known_token_ptr() noexcept = default;
  explicit known_token_ptr(known_token* made) noexcept : token_(made) { ++made->uses; }
  known_token_ptr(const known_token_ptr& other) noexcept : token_(other.token_) {
    if (token_ != nullptr) ++token_->uses;
  }
  known_token_ptr(known_token_ptr&& other) noexcept : token_(std::exchange(other.token_, nullptr)) {}
  known_token_ptr& operator=(known_token_ptr other) noexcept {
    std::swap(token_, other.token_);
    return *this;
  }
  ~known_token_ptr() {
    if (token_ != nullptr && --token_->uses == 0) delete token_;
  }

  [[nodiscard]] static known_token_ptr make() { return known_token_ptr(new known_token); }
  [[nodiscard]] known_token* get() const noexcept { return token_; }
  known_token& operator*() const noexcept { return *token_; }
  known_token* operator->() const noexcept { return token_; }
  explicit operator bool() const noexcept { return token_ != nullptr; }

 private:
  known_token* token_ = nullptr;
};

}  // namespace candela::middleware::detail
