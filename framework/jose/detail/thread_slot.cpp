#include <bit>
#include <candela/jose/detail/thread_slot.hpp>
#include <cstdint>

namespace candela::jose::detail {

namespace {

static_assert(thread_slots == 64, "a bit each");
std::atomic<std::uint64_t> taken = 0;

struct holder {
  std::size_t slot = take();

  holder() = default;
  holder(const holder&) = delete;
  holder& operator=(const holder&) = delete;
  ~holder() {
    // What this thread left at its number happens before what the next owner does there.
    if (slot != thread_slots) taken.fetch_and(~(std::uint64_t{1} << slot), std::memory_order_release);
  }

  static std::size_t take() noexcept {
    std::uint64_t before = taken.load(std::memory_order_relaxed);
    for (;;) {
      const auto free = static_cast<std::size_t>(std::countr_one(before));
      if (free == thread_slots) return free;
      if (taken.compare_exchange_weak(before, before | std::uint64_t{1} << free, std::memory_order_acquire))
        return free;
    }
  }
};

}  // namespace

std::size_t thread_slot() noexcept {
  thread_local const holder own;
  return own.slot;
}

}  // namespace candela::jose::detail
