// Private to the room: a small number for each running thread, so that keys can keep something for each of them.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>

namespace candela::jose::detail {

/// Threads beyond these share nothing and keep nothing.
inline constexpr std::size_t thread_slots = 64;

/// The calling thread's number below `thread_slots`, taken at its first call and given back at its end; `thread_slots`
/// when all are taken.
[[nodiscard]] std::size_t thread_slot() noexcept;

/// One object for each thread that asked for it, all destroyed with this one. A thread may meet what a thread that has
/// ended left at its number. Thread-safe; `Context` is used by one thread at a time.
template <class Context>
class per_thread {
 public:
  per_thread() = default;
  per_thread(const per_thread&) = delete;
  per_thread& operator=(const per_thread&) = delete;
  ~per_thread() {
    for (std::atomic<Context*>& each : kept_) delete each.load(std::memory_order_acquire);
  }

  /// Calls `use` with this thread's context, made by `make` (a `std::unique_ptr<Context>`, null when there is no
  /// memory) if there is none yet. The context is null then.
  template <class Make, class Use>
  decltype(auto) with(Make make, Use use) const {
    const std::size_t slot = thread_slot();
    if (slot == thread_slots) {
      const std::unique_ptr<Context> own = make();
      return use(own.get());
    }
    Context* found = kept_[slot].load(std::memory_order_acquire);
    if (found == nullptr) [[unlikely]] {
      found = make().release();
      kept_[slot].store(found, std::memory_order_release);
    }
    return use(found);
  }

 private:
  mutable std::array<std::atomic<Context*>, thread_slots> kept_{};
};

}  // namespace candela::jose::detail
