#include <candela/store/detail/spent_shard.hpp>

#include <algorithm>
#include <functional>

namespace candela::store {

namespace {

// Workers read their clocks once a turn: one that is behind by a long turn must still find what another one's clock
// says is over.
constexpr std::chrono::seconds margin{5};

// An entry more for each call, a few less: what has expired is gone soon, and no call takes long.
constexpr std::size_t forgotten_a_call = 8;

}  // namespace

void spent_shard::plan(const table::value_type& entry, const instant& now) {
  const auto left = std::chrono::ceil<clock::steady_time::duration>(entry.second - now.wall);
  plan_.push_back({now.steady + left + margin, &entry});
  std::ranges::push_heap(plan_, std::greater(), &due::at);
}

void spent_shard::forget_locked(const instant& now, std::atomic<std::size_t>& held, std::size_t at_most) {
  for (; at_most != 0 && !plan_.empty() && plan_.front().at <= now.steady; --at_most) {
    std::ranges::pop_heap(plan_, std::greater(), &due::at);
    const table::value_type& entry = *plan_.back().entry;
    plan_.pop_back();
    // The time of day was set back since: by it, whoever holds the key could still use it.
    if (entry.second + margin > now.wall) {
      plan(entry, now);
      continue;
    }
    entries_.erase(entries_.find(entry.first));
    held.fetch_sub(1, std::memory_order_relaxed);
  }
}

void spent_shard::forget(const instant& now, std::atomic<std::size_t>& held, std::size_t at_most) {
  const std::lock_guard inside(guard_);
  forget_locked(now, held, at_most);
}

answer spent_shard::spend(std::string_view key, clock::wall_time expires, const instant& now,
                          std::atomic<std::size_t>& held, std::size_t most) {
  const std::lock_guard inside(guard_);
  forget_locked(now, held, forgotten_a_call);
  if (entries_.contains(key)) return false;
  // Memory first, the place in the plan and the entry: what is counted then cannot fail.
  if (plan_.size() == plan_.capacity()) plan_.reserve(plan_.capacity() * 2 + 16);
  const auto added = entries_.emplace(key, expires).first;
  if (held.fetch_add(1, std::memory_order_relaxed) >= most) {
    held.fetch_sub(1, std::memory_order_relaxed);
    entries_.erase(added);
    return std::unexpected(errc::full);
  }
  plan(*added, now);
  return true;
}

}  // namespace candela::store
