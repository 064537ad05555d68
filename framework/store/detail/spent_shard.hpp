// Private to the room: what was used once and must not be used again, until it expires.
#pragma once

#include <atomic>
#include <candela/core/clock.hpp>
#include <candela/core/keyed_hash.hpp>
#include <candela/store/error.hpp>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace candela::store {

/// The clocks of the worker that asks.
struct instant {
  clock::steady_time steady;
  clock::wall_time wall;
};

/// One shard of the keys, with a lock of its own; all share the count of what is held. An entry goes when its time has
/// passed by both clocks: one that jumps ahead and comes back finds it still there, and so does one that is set back.
class alignas(64) spent_shard {
 public:
  /// True for the first use. `held` counts over all shards and never grows beyond `most`: `full`.
  [[nodiscard]] answer spend(std::string_view key, clock::wall_time expires, const instant& now,
                             std::atomic<std::size_t>& held, std::size_t most);
  /// Gives up to so many entries back whose time has passed.
  void forget(const instant& now, std::atomic<std::size_t>& held, std::size_t at_most);

 private:
  struct hasher {
    using is_transparent = void;
    std::size_t operator()(std::string_view bytes) const noexcept { return keyed_hash::of_process()(bytes); }
  };
  using table = std::unordered_map<std::string, clock::wall_time, hasher, std::equal_to<>>;
  // When an entry is looked at next, the soonest on top.
  struct due {
    clock::steady_time at;
    const table::value_type* entry;
  };

  void forget_locked(const instant& now, std::atomic<std::size_t>& held, std::size_t at_most);
  void plan(const table::value_type& entry, const instant& now);

  std::mutex guard_;
  table entries_;
  std::vector<due> plan_;  // a heap
};

}  // namespace candela::store
