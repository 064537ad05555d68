#include <candela/store/detail/embedded.hpp>

#include <algorithm>
#include <candela/store/store.hpp>
#include <mutex>
#include <new>

namespace candela::store {

namespace {

bool can_be_counted(const limit_use& use) noexcept { return use.key.bytes().size() <= limit_key::max_bytes; }

}  // namespace

/// The locks of several shards, taken in one order so that nobody waits in a circle.
class embedded::several {
 public:
  several(embedded& home, std::span<const limit_use> uses) noexcept : home_(home) {
    for (const limit_use& use : uses) shards_[count_++] = shard_of(use.key.hash());
    const auto end = shards_.begin() + static_cast<std::ptrdiff_t>(count_);
    std::sort(shards_.begin(), end);
    count_ = static_cast<std::size_t>(std::unique(shards_.begin(), end) - shards_.begin());
    for (std::size_t i = 0; i != count_; ++i) home_.limits_[shards_[i]]->guard().lock();
  }
  several(const several&) = delete;
  several& operator=(const several&) = delete;
  ~several() {
    for (std::size_t i = count_; i != 0; --i) home_.limits_[shards_[i - 1]]->guard().unlock();
  }

  [[nodiscard]] limit_shard& of(const limit_use& use) const noexcept {
    return *home_.limits_[shard_of(use.key.hash())];
  }

 private:
  embedded& home_;
  std::array<std::size_t, max_limits> shards_{};
  std::size_t count_ = 0;
};

embedded::embedded(const settings& chosen) : most_spent_(chosen.spent_entries) {
  for (std::size_t i = 0; i != shards; ++i) {
    limits_.push_back(std::make_unique<limit_shard>((chosen.limit_entries + shards - 1) / shards));
  }
}

answer embedded::spend(std::string_view key, clock::wall_time expires, const instant& now) {
  if (key.size() > worker_store::max_key_bytes) return std::unexpected(errc::too_large);
  if (expires <= now.wall) return false;
  spent_shard& shard = spends_[shard_of(keyed_hash::of_process()(key))];
  answer first = shard.spend(key, expires, now, spent_, most_spent_);
  if (first || first.error() != errc::full) return first;
  // Others may hold what has expired.
  for (spent_shard& each : spends_) each.forget(now, spent_, 64);
  return shard.spend(key, expires, now, spent_, most_spent_);
}

answer embedded::take(std::span<const limit_use> uses, std::span<limit_state> states, clock::steady_time now) noexcept {
  const std::int64_t at = now.time_since_epoch().count();
  if (uses.size() != 1) return take_several(uses, states, at);
  if (!can_be_counted(uses[0])) [[unlikely]]
    return std::unexpected(errc::too_large);
  limit_shard& shard = *limits_[shard_of(uses[0].key.hash())];
  const std::lock_guard inside(shard.guard());
  return shard.take(uses[0], at, states[0]);
}

answer embedded::take_several(std::span<const limit_use> uses, std::span<limit_state> states,
                              std::int64_t at) noexcept {
  if (uses.size() > max_limits || !std::ranges::all_of(uses, can_be_counted)) return std::unexpected(errc::too_large);
  const several inside(*this, uses);
  bool allowed = true;
  for (std::size_t i = 0; i != uses.size(); ++i) {
    states[i] = inside.of(uses[i]).look(uses[i], at);
    allowed = allowed && states[i].retry_after.count() == 0;
  }
  if (!allowed) return false;
  for (std::size_t i = 0; i != uses.size(); ++i) {
    const answer taken = inside.of(uses[i]).take(uses[i], at, states[i]);
    if (!taken) return taken;
  }
  return true;
}

std::uint64_t embedded::evicted() noexcept {
  std::uint64_t all = 0;
  for (const auto& shard : limits_) {
    const std::lock_guard inside(shard->guard());
    all += shard->evicted();
  }
  return all;
}

}  // namespace candela::store
