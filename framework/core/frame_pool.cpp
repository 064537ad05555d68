#include <candela/core/frame_pool.hpp>
#include <candela/core/poison.hpp>
#include <cstdlib>
#include <new>
#include <utility>

namespace candela::frame_pool {

namespace {

constexpr std::size_t class_bytes = 64;
constexpr std::size_t class_count = largest_recycled_bytes / class_bytes;

struct spare_frame {
  spare_frame* next;
};

struct thread_pool {
  spare_frame* spares[class_count] = {};
  usage figures;
  bool watched = false;
  bool closed = false;
};

// Trivially destructible: frames may be freed by thread-local destructors that run after the pool has been drained.
constinit thread_local thread_pool pool;

constexpr std::size_t class_of(std::size_t bytes) noexcept { return (bytes + class_bytes - 1) / class_bytes - 1; }
constexpr std::size_t bytes_of(std::size_t index) noexcept { return (index + 1) * class_bytes; }

struct drain_at_thread_exit {
  ~drain_at_thread_exit() {
    pool.closed = true;
    for (std::size_t index = 0; index != class_count; ++index) {
      while (pool.spares[index] != nullptr) {
        spare_frame* frame = pool.spares[index];
        unpoison(frame, bytes_of(index));
        pool.spares[index] = frame->next;
        std::free(frame);
      }
    }
    pool.figures.spare_bytes = 0;
  }
};

void watch_thread_exit() {
  thread_local drain_at_thread_exit drain;
  static_cast<void>(&drain);
  pool.watched = true;
}

[[gnu::noinline]] void* allocate_from_system(std::size_t bytes) {
  void* fresh = std::malloc(bytes);
  if (fresh == nullptr) throw std::bad_alloc();
  ++pool.figures.system_allocations;
  return fresh;
}

}  // namespace

void* allocate(std::size_t bytes) {
  if (bytes == 0 || bytes > largest_recycled_bytes) [[unlikely]]
    return allocate_from_system(bytes);
  const std::size_t index = class_of(bytes);
  spare_frame* spare = pool.spares[index];
  if (spare == nullptr) [[unlikely]]
    return allocate_from_system(bytes_of(index));
  unpoison(spare, bytes_of(index));
  pool.spares[index] = spare->next;
  pool.figures.spare_bytes -= bytes_of(index);
  return spare;
}

void release(void* frame, std::size_t bytes) noexcept {
  const bool recycled = bytes != 0 && bytes <= largest_recycled_bytes && !pool.closed &&
                        pool.figures.spare_bytes + bytes_of(class_of(bytes)) <= spare_limit_bytes;
  if (!recycled) [[unlikely]] {
    std::free(frame);
    return;
  }
  if (!pool.watched) [[unlikely]]
    watch_thread_exit();
  const std::size_t index = class_of(bytes);
  auto* spare = new (frame) spare_frame{pool.spares[index]};
  pool.spares[index] = spare;
  pool.figures.spare_bytes += bytes_of(index);
  poison(reinterpret_cast<char*>(spare) + sizeof(spare_frame), bytes_of(index) - sizeof(spare_frame));
}

usage current_usage() noexcept { return pool.figures; }

}  // namespace candela::frame_pool
