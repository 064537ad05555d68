#include <algorithm>
#include <bit>
#include <candela/net/timer_wheel.hpp>
#include <utility>

namespace candela::net {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

void timer::arm(steady_clock::time_point deadline) {
  deadline_ = deadline;
  armed_ = true;
  // A timer that stands in an earlier slot is looked at when that slot comes up, and sorted anew then.
  if (link_ != nullptr && wheel_.tick_of(deadline) >= slot_tick_) return;
  if (link_ != nullptr) wheel_.unlink(*this);
  wheel_.insert(*this);
}

void timer::cancel() noexcept {
  armed_ = false;
  if (link_ != nullptr) wheel_.unlink(*this);
}

std::int64_t timer_wheel::tick_of(steady_clock::time_point time) const noexcept {
  if (time <= origin_) return 0;
  // Rounded up: a timer may fire late by less than a tick, never early.
  return std::chrono::ceil<milliseconds>(time - origin_).count();
}

void timer_wheel::insert(timer& entry) {
  const std::int64_t tick = std::max(tick_of(entry.deadline_), now_tick_ + 1);
  // The highest differing digit (base 64) between now and the tick names the level, as on an odometer.
  const auto difference = static_cast<std::uint64_t>(tick ^ now_tick_) | (slots - 1);
  const int level = std::min((63 - std::countl_zero(difference)) / slot_bits, levels - 1);
  const std::int64_t reachable =
      level == levels - 1 ? std::min(tick, now_tick_ + (std::int64_t{1} << (levels * slot_bits)) - 1) : tick;
  const int slot = static_cast<int>(reachable >> (level * slot_bits)) & (slots - 1);
  timer*& head = wheel_[level][slot];
  entry.next_ = head;
  entry.link_ = &head;
  if (head != nullptr) head->link_ = &entry.next_;
  head = &entry;
  entry.level_ = static_cast<std::uint8_t>(level);
  entry.slot_ = static_cast<std::uint8_t>(slot);
  entry.slot_tick_ = (reachable >> (level * slot_bits)) << (level * slot_bits);
  occupied_[level] |= std::uint64_t{1} << slot;
  if (entry.slot_tick_ < nearest_) {
    nearest_ = entry.slot_tick_;
    nearer_ = true;
  }
}

void timer_wheel::unlink(timer& entry) noexcept {
  *entry.link_ = entry.next_;
  if (entry.next_ != nullptr) entry.next_->link_ = entry.link_;
  if (wheel_[entry.level_][entry.slot_] == nullptr) occupied_[entry.level_] &= ~(std::uint64_t{1} << entry.slot_);
  entry.next_ = nullptr;
  entry.link_ = nullptr;
}

std::int64_t timer_wheel::next_tick() const noexcept {
  std::int64_t nearest = INT64_MAX;
  for (int level = 0; level != levels; ++level) {
    if (occupied_[level] == 0) continue;
    const std::int64_t position = now_tick_ >> (level * slot_bits);
    const auto turned = std::rotr(occupied_[level], static_cast<int>(position & (slots - 1)));
    // A slot at the current position of a level above the lowest has been emptied already: what stands there is one
    // revolution away.
    const std::uint64_t ahead = level == 0 ? turned : turned & ~std::uint64_t{1};
    const std::int64_t steps = ahead != 0 ? std::countr_zero(ahead) : slots;
    nearest = std::min(nearest, (position + steps) << (level * slot_bits));
  }
  return nearest;
}

bool timer_wheel::take_nearer() noexcept {
  if (!std::exchange(nearer_, false)) return false;
  // The timer that was nearest may be cancelled by now. The loop waits for what is left, so later arms compare to that.
  nearest_ = next_tick();
  return true;
}

std::int64_t timer_wheel::until_next(steady_clock::time_point now) const noexcept {
  const std::int64_t tick = next_tick();
  if (tick == INT64_MAX) return -1;
  const auto due = origin_ + milliseconds(tick);
  if (due <= now) return 0;
  return std::chrono::ceil<milliseconds>(due - now).count();
}

void timer_wheel::empty_slot(int level, int slot, steady_clock::time_point now) {
  due_ = wheel_[level][slot];
  wheel_[level][slot] = nullptr;
  occupied_[level] &= ~(std::uint64_t{1} << slot);
  if (due_ != nullptr) due_->link_ = &due_;
  while (due_ != nullptr) {
    timer& entry = *due_;
    due_ = entry.next_;
    if (due_ != nullptr) due_->link_ = &due_;
    entry.next_ = nullptr;
    entry.link_ = nullptr;
    if (!entry.armed_) continue;
    if (entry.deadline_ > now) {
      insert(entry);
    } else {
      entry.armed_ = false;
      entry.fired_(entry);
    }
  }
}

void timer_wheel::advance(steady_clock::time_point now) {
  const std::int64_t target = std::chrono::floor<milliseconds>(now - origin_).count();
  for (std::int64_t tick = next_tick(); tick <= target; tick = next_tick()) {
    now_tick_ = tick;
    for (int level = levels - 1; level >= 0; --level) {
      const std::int64_t width = std::int64_t{1} << (level * slot_bits);
      if (tick % width != 0) continue;
      empty_slot(level, static_cast<int>(tick / width) & (slots - 1), now);
    }
  }
  now_tick_ = std::max(now_tick_, target);
  nearest_ = next_tick();
}

}  // namespace candela::net
