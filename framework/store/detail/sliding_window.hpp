// Private to the room: the uses of the last window, in groups of nearly the same time.
#pragma once

#include <array>
#include <candela/store/limit.hpp>
#include <cstdint>

namespace candela::store {

/// Uses that follow each other within a fifteenth of the window stand in one group, which counts from its last one: a
/// window never holds more than it may, and sixteen groups always suffice. Times are nanoseconds of the steady clock.
class sliding_window {
 public:
  [[nodiscard]] std::int64_t fresh_at() const noexcept { return fresh_at_; }
  void clear() noexcept { *this = {}; }

  /// What is left, with nothing taken.
  [[nodiscard]] limit_state look(const limit& rule, std::int64_t now) noexcept;
  /// Takes one use if there is one. False: nothing was taken.
  bool take(const limit& rule, std::int64_t now, limit_state& left) noexcept;

 private:
  static constexpr std::uint32_t most_groups = 16;
  struct group {
    std::int64_t last = 0;
    std::uint32_t uses = 0;
  };

  [[nodiscard]] group& newest() noexcept { return groups_[(first_ + count_ - 1) % most_groups]; }
  void forget(std::int64_t before) noexcept;
  void add(std::int64_t now, std::int64_t moment) noexcept;

  std::int64_t fresh_at_ = 0;  // when the last use leaves the window
  std::int64_t began_ = 0;     // the newest group
  std::uint32_t total_ = 0;
  std::uint32_t first_ = 0;
  std::uint32_t count_ = 0;
  std::array<group, most_groups> groups_{};
};

}  // namespace candela::store
