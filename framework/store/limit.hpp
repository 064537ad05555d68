// A limit on how often something may happen, and what is left of it.
#pragma once

#include <candela/core/keyed_hash.hpp>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace candela::store {

/// How uses are counted.
enum class limit_kind : std::uint8_t {
  token_bucket,    ///< tokens come back one by one; a full bucket may be spent at once
  sliding_window,  ///< in no window of that length, wherever it begins, are there more uses
};

/// A rule. Immutable; cheap to copy.
class limit {
 public:
  static constexpr std::uint32_t max_uses = 1'000'000'000;  ///< and of a burst
  static constexpr std::chrono::nanoseconds min_window = std::chrono::milliseconds(1);
  static constexpr std::chrono::nanoseconds max_window = std::chrono::hours(31 * 24);

  /// A bucket of `burst` tokens that gets `uses` new ones in every `window`, evenly. The constructors throw
  /// `std::invalid_argument` outside these ranges: uses and burst from 1 on, burst at most a thousand times the uses,
  /// window at least a nanosecond a use.
  [[nodiscard]] static limit token_bucket(std::uint32_t uses, std::chrono::nanoseconds window, std::uint32_t burst);
  /// At most `uses` in any `window`. A use counts for the window's length and, where they are many and spread, up to a
  /// fifteenth of it longer.
  [[nodiscard]] static limit sliding_window(std::uint32_t uses, std::chrono::nanoseconds window);

  [[nodiscard]] limit_kind kind() const noexcept { return kind_; }
  /// How many uses a window has.
  [[nodiscard]] std::uint32_t uses() const noexcept { return uses_; }
  [[nodiscard]] std::chrono::nanoseconds window() const noexcept { return window_; }
  /// How many uses may come at once.
  [[nodiscard]] std::uint32_t burst() const noexcept { return burst_; }
  /// Token bucket: how long one token takes to come back. Sliding window: what passes as one moment, a fifteenth.
  [[nodiscard]] std::chrono::nanoseconds interval() const noexcept { return interval_; }
  /// How many whole intervals that many nanoseconds (not negative) hold: a division without the processor's.
  [[nodiscard]] std::int64_t intervals_in(std::int64_t time) const noexcept {
    const auto near = static_cast<std::int64_t>(static_cast<double>(time) * per_nanosecond_);
    return near + (time >= (near + 1) * interval_.count() ? 1 : 0) - (time < near * interval_.count() ? 1 : 0);
  }

 private:
  limit(limit_kind kind, std::uint32_t uses, std::chrono::nanoseconds window, std::uint32_t burst);

  std::chrono::nanoseconds window_;
  std::chrono::nanoseconds interval_;
  double per_nanosecond_ = 0;  // intervals
  std::uint32_t uses_;
  std::uint32_t burst_;
  limit_kind kind_;
};

/// What is left of a limit after it was asked.
struct limit_state {
  std::uint32_t remaining = 0;             ///< uses that are left at this moment
  std::chrono::nanoseconds reset{};        ///< until all of them are back
  std::chrono::nanoseconds retry_after{};  ///< zero when this limit lets the use pass; otherwise until it would
};

/// Whose uses are counted, with the hash that finds them. The hash is worked out once; who asks often keeps this.
/// Refers to the bytes.
class limit_key {
 public:
  /// Longer keys cannot be counted: fold them with a digest first.
  static constexpr std::size_t max_bytes = 96;

  limit_key() noexcept = default;
  explicit limit_key(std::string_view bytes) : bytes_(bytes), hash_(keyed_hash::of_process()(bytes)) {}
  /// With a hash that this class has worked out for the same bytes before.
  limit_key(std::string_view bytes, std::uint64_t known_hash) noexcept : bytes_(bytes), hash_(known_hash) {}

  [[nodiscard]] std::string_view bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::uint64_t hash() const noexcept { return hash_; }

 private:
  std::string_view bytes_;
  std::uint64_t hash_ = 0;
};

/// One use of one limit. What it refers to must last until the answer.
struct limit_use {
  const limit* rule = nullptr;
  limit_key key;  ///< unlike those of every other rule
};

/// How many limits one question may touch.
inline constexpr std::size_t max_limits = 8;

}  // namespace candela::store
