// Private to the room: a bounded table of counters that costs no memory until it is used.
#pragma once

#include <algorithm>
#include <bit>
#include <candela/store/limit.hpp>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>

namespace candela::store {

/// Sets of eight places each; a key may stand in any place of its set. When all are taken, the counter that is nearest
/// to being as good as new makes room: it has the least to lose. Guarded by its owner.
template <class Counter>
class limit_table {
 public:
  /// Of at least `entries` places. The memory comes with the first use, from the system's untouched pages.
  explicit limit_table(std::size_t entries) noexcept : sets_(std::bit_ceil((entries + ways - 1) / ways)) {}

  /// The counter of that key; null when it has none.
  [[nodiscard]] Counter* find(const limit_key& key) noexcept {
    if (memory_ == nullptr) [[unlikely]]
      return nullptr;
    set& among = set_of(key);
    for (std::size_t way = 0; way != ways; ++way) {
      if (among.hashes[way] == key.hash() && among.places[way].is(key)) return &among.places[way].counter;
    }
    return nullptr;
  }

  /// A new counter for a key that has none. Null: there is no memory. `evicted` grows when one that was in use had to
  /// go.
  [[nodiscard]] Counter* add(const limit_key& key, std::int64_t now, std::uint64_t& evicted) noexcept {
    if (memory_ == nullptr) memory_.reset(static_cast<set*>(std::calloc(sets_, sizeof(set))));
    if (memory_ == nullptr) return nullptr;
    set& among = set_of(key);
    const auto sooner = [](const place& left, const place& right) {
      return left.counter.fresh_at() < right.counter.fresh_at();
    };
    place& chosen = *std::min_element(among.places, among.places + ways, sooner);
    if (chosen.counter.fresh_at() > now) ++evicted;
    among.hashes[&chosen - among.places] = key.hash();
    chosen.size = static_cast<std::uint16_t>(key.bytes().size());
    std::memcpy(chosen.bytes, key.bytes().data(), key.bytes().size());
    chosen.counter.clear();
    return &chosen.counter;
  }

 private:
  static constexpr std::size_t ways = 8;

  struct place {
    Counter counter;
    std::uint16_t size;
    char bytes[limit_key::max_bytes];

    [[nodiscard]] bool is(const limit_key& key) const noexcept {
      return size == key.bytes().size() && std::memcmp(bytes, key.bytes().data(), size) == 0;
    }
  };
  // The hashes stand together: the way to a counter touches one line of the cache before its own.
  struct set {
    std::uint64_t hashes[ways];
    place places[ways];
  };
  static_assert(std::is_trivially_copyable_v<Counter>, "memory full of zeros is a table of counters as good as new");

  struct liberator {
    void operator()(set* memory) const noexcept { std::free(memory); }
  };

  [[nodiscard]] set& set_of(const limit_key& key) noexcept { return memory_.get()[key.hash() & (sets_ - 1)]; }

  std::size_t sets_;
  std::unique_ptr<set[], liberator> memory_;
};

}  // namespace candela::store
