// Private to the room: the counters of those limits whose keys' hashes begin alike, behind one lock.
#pragma once

#include <candela/store/detail/limit_table.hpp>
#include <candela/store/detail/short_lock.hpp>
#include <candela/store/detail/sliding_window.hpp>
#include <candela/store/detail/token_bucket.hpp>
#include <candela/store/error.hpp>

namespace candela::store {

/// Everything but `guard` is called by whoever holds it. On lines of the cache of its own.
class alignas(64) limit_shard {
 public:
  explicit limit_shard(std::size_t entries) noexcept : buckets_(entries), windows_(entries) {}

  [[nodiscard]] short_lock& guard() noexcept { return guard_; }

  /// What is left, with nothing taken.
  [[nodiscard]] limit_state look(const limit_use& use, std::int64_t now) noexcept {
    return use.rule->kind() == limit_kind::token_bucket ? look_in(buckets_, use, now) : look_in(windows_, use, now);
  }
  /// Takes one use. `full` only when the process has no memory.
  [[nodiscard]] answer take(const limit_use& use, std::int64_t now, limit_state& left) noexcept {
    return use.rule->kind() == limit_kind::token_bucket ? take_in(buckets_, use, now, left)
                                                        : take_in(windows_, use, now, left);
  }
  /// Counters that had to make room though they were in use.
  [[nodiscard]] std::uint64_t evicted() const noexcept { return evicted_; }

 private:
  template <class Counter>
  static limit_state look_in(limit_table<Counter>& table, const limit_use& use, std::int64_t now) noexcept {
    if (Counter* counter = table.find(use.key)) return counter->look(*use.rule, now);
    return Counter().look(*use.rule, now);
  }
  template <class Counter>
  answer take_in(limit_table<Counter>& table, const limit_use& use, std::int64_t now, limit_state& left) noexcept {
    Counter* counter = table.find(use.key);
    if (counter == nullptr) [[unlikely]]
      counter = table.add(use.key, now, evicted_);
    if (counter == nullptr) return std::unexpected(errc::full);
    return counter->take(*use.rule, now, left);
  }

  short_lock guard_;
  limit_table<token_bucket> buckets_;
  limit_table<sliding_window> windows_;
  std::uint64_t evicted_ = 0;
};

}  // namespace candela::store
