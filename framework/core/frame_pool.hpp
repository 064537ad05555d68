// Memory of coroutine frames: recycled per thread by size, so that a loop of awaits runs in constant memory.
#pragma once

#include <cstddef>

namespace candela::frame_pool {

/// Frames above this size come from the system each time.
inline constexpr std::size_t largest_recycled_bytes = 2048;

/// A thread keeps at most this many bytes of spare frames; what is freed beyond that goes back to the system.
inline constexpr std::size_t spare_limit_bytes = 1024 * 1024;

/// Memory for a frame, aligned as `std::max_align_t`. Throws `std::bad_alloc` when the system has none.
[[nodiscard]] void* allocate(std::size_t bytes);

/// Takes back what `allocate(bytes)` gave on any thread; it becomes a spare of the calling thread.
void release(void* frame, std::size_t bytes) noexcept;

/// What the calling thread's pool has done so far.
struct usage {
  std::size_t spare_bytes = 0;         ///< held for the next frames
  std::size_t system_allocations = 0;  ///< frames that no spare could serve
};

/// Figures of the calling thread.
[[nodiscard]] usage current_usage() noexcept;

}  // namespace candela::frame_pool
