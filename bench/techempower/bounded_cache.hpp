// A cache in the process: a bounded number of values, found by their keys.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

namespace techempower {

/// When it is full, the value that was put first makes room. Finding takes constant time and changes nothing, so that
/// any number of threads may find while none puts.
template <class Key, class Value, class Hash = std::hash<Key>>
class bounded_cache {
 public:
  /// Holds up to `capacity` values. Throws `std::invalid_argument` for none, or more than 2^31.
  explicit bounded_cache(std::size_t capacity) : capacity_(capacity) {
    if (capacity == 0 || capacity > most) throw std::invalid_argument("a cache holds from 1 to 2^31 values");
    entries_.reserve(capacity);
    places_.resize(std::bit_ceil(capacity * 2), vacant);
  }

  /// Null when there is none. Valid until the next `put`.
  [[nodiscard]] const Value* find(const Key& key) const {
    const std::uint32_t place = places_[slot_of(key)];
    return place == vacant ? nullptr : &entries_[place].value;
  }

  /// Adds a value, or replaces the one of that key, which stays as old as it is.
  void put(const Key& key, Value value) {
    std::size_t slot = slot_of(key);
    if (places_[slot] != vacant) {
      entries_[places_[slot]].value = std::move(value);
      return;
    }
    if (entries_.size() != capacity_) {
      places_[slot] = static_cast<std::uint32_t>(entries_.size());
      entries_.push_back({key, std::move(value)});
      return;
    }
    vacate(slot_of(entries_[oldest_].key));
    // Vacating moves others, so the slot is looked for anew.
    slot = slot_of(key);
    entries_[oldest_] = {key, std::move(value)};
    places_[slot] = static_cast<std::uint32_t>(oldest_);
    oldest_ = (oldest_ + 1) % capacity_;
  }

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

 private:
  struct entry {
    Key key;
    Value value;
  };
  static constexpr std::uint32_t vacant = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::size_t most = std::size_t{1} << 31;

  // Where a key belongs: hashes of integers are the integers, so they are spread by the golden ratio (Knuth, 6.4).
  [[nodiscard]] std::size_t home_of(const Key& key) const {
    const auto spread = static_cast<std::uint64_t>(Hash()(key)) * 0x9E37'79B9'7F4A'7C15;
    return static_cast<std::size_t>(spread >> (64 - std::bit_width(places_.size() - 1)));
  }

  // The slot that has the key, or the vacant one where it would go. At least half of the slots are vacant.
  [[nodiscard]] std::size_t slot_of(const Key& key) const {
    std::size_t slot = home_of(key);
    while (places_[slot] != vacant && !(entries_[places_[slot]].key == key)) slot = next(slot);
    return slot;
  }

  // Takes a key out and moves those behind it up that would not be found beyond the gap (Knuth, 6.4, algorithm R).
  void vacate(std::size_t gap) {
    for (std::size_t slot = next(gap); places_[slot] != vacant; slot = next(slot)) {
      const std::size_t home = home_of(entries_[places_[slot]].key);
      const std::size_t mask = places_.size() - 1;
      if (((slot - home) & mask) < ((slot - gap) & mask)) continue;
      places_[gap] = places_[slot];
      gap = slot;
    }
    places_[gap] = vacant;
  }

  [[nodiscard]] std::size_t next(std::size_t slot) const noexcept { return (slot + 1) & (places_.size() - 1); }

  std::size_t capacity_;
  std::vector<entry> entries_;         // a ring, once it is full
  std::vector<std::uint32_t> places_;  // open addressing: where in the ring an entry stands
  std::size_t oldest_ = 0;
};

}  // namespace techempower
