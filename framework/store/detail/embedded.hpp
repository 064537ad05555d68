// Private to the room: the store within the process, which all of its workers share.
#pragma once

#include <array>
#include <atomic>
#include <candela/store/detail/limit_shard.hpp>
#include <candela/store/detail/spent_shard.hpp>
#include <candela/store/settings.hpp>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace candela::store {

/// Thread-safe: one short lock a shard, no I/O, bounded memory.
class embedded {
 public:
  explicit embedded(const settings& chosen);

  [[nodiscard]] answer spend(std::string_view key, clock::wall_time expires, const instant& now);
  [[nodiscard]] answer take(std::span<const limit_use> uses, std::span<limit_state> states,
                            clock::steady_time now) noexcept;

  /// Identifiers that are held.
  [[nodiscard]] std::size_t spent() const noexcept { return spent_.load(std::memory_order_relaxed); }
  /// Counters that had to make room though they were in use.
  [[nodiscard]] std::uint64_t evicted() noexcept;

 private:
  // By the highest bits of a hash; tables go by the lowest.
  static constexpr unsigned shard_bits = 6;
  static constexpr std::size_t shards = std::size_t{1} << shard_bits;
  static std::size_t shard_of(std::uint64_t hash) noexcept { return hash >> (64 - shard_bits); }

  class several;

  [[nodiscard]] answer take_several(std::span<const limit_use> uses, std::span<limit_state> states,
                                    std::int64_t at) noexcept;

  std::vector<std::unique_ptr<limit_shard>> limits_;
  std::array<spent_shard, shards> spends_;
  const std::size_t most_spent_;
  alignas(64) std::atomic<std::size_t> spent_ = 0;
};

}  // namespace candela::store
