// What one connection was asked and has not answered, in order.
#pragma once

#include <bit>
#include <candela/db/operation.hpp>
#include <candela/db/postgres/detail/prepared.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace candela::db::postgres {

/// One query under way. The operation is null when nobody waits for it any more.
struct slot {
  operation* asked = nullptr;
  prepared* entry = nullptr;  ///< null for a script
  std::uint32_t index = 0;    ///< among the operation's repetitions
  std::uint8_t attempts = 0;  ///< times that it was sent again
  bool ends_batch = false;    ///< a Sync of its own follows it
  bool parses = false;        ///< its Parse went with it
  bool parsed = false;        ///< and was accepted
  bool described = false;     ///< and its rows were described
  bool begun = false;  ///< its parameters or its COPY were accepted: what fails from here on may have done something
  bool suspended = false;  ///< a stream or COPY that waits for being asked for more
  bool held = false;       ///< waits for a script before it, and was not sent
  copying copy = copying::none;
};

/// A ring that grows by doubling and never shrinks: it is bounded by the queue's limit. Entries are known by their
/// number since the beginning, which stays while others come and go.
class slot_ring {
 public:
  slot_ring() : slots_(std::make_unique<slot[]>(64)), mask_(63) {}

  [[nodiscard]] bool empty() const noexcept { return first_ == end_; }
  [[nodiscard]] std::size_t size() const noexcept { return end_ - first_; }
  /// Numbers of the oldest, and one behind the newest.
  [[nodiscard]] std::uint64_t first() const noexcept { return first_; }
  [[nodiscard]] std::uint64_t end() const noexcept { return end_; }
  [[nodiscard]] slot& operator[](std::uint64_t number) noexcept { return slots_[number & mask_]; }
  [[nodiscard]] slot& front() noexcept { return slots_[first_ & mask_]; }
  [[nodiscard]] slot& back() noexcept { return slots_[(end_ - 1) & mask_]; }

  /// So that the next `count` can be pushed whatever memory there is by then.
  void make_room(std::size_t count) {
    if (mask_ + 1 - size() < count) [[unlikely]]
      grow(std::bit_ceil(size() + count));
  }
  void push(const slot& added) {
    make_room(1);
    slots_[end_++ & mask_] = added;
  }
  void pop() noexcept { ++first_; }

 private:
  void grow(std::size_t capacity) {
    auto larger = std::make_unique<slot[]>(capacity);
    for (std::uint64_t i = first_; i != end_; ++i) larger[i & (capacity - 1)] = slots_[i & mask_];
    slots_ = std::move(larger);
    mask_ = capacity - 1;
  }

  std::unique_ptr<slot[]> slots_;
  std::uint64_t mask_;
  std::uint64_t first_ = 0;
  std::uint64_t end_ = 0;
};

}  // namespace candela::db::postgres
