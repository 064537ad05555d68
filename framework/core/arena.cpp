#include <candela/core/arena.hpp>
#include <candela/core/poison.hpp>
#include <cstdlib>

namespace candela {

namespace {

// A thread keeps this many spare chunks; beyond that they go back to the system, so that a burst leaves no mark.
constexpr std::size_t spare_limit = 256;

struct spare_chunk {
  spare_chunk* next;
};

struct spare_list {
  spare_chunk* first = nullptr;
  std::size_t count = 0;

  ~spare_list() {
    while (first != nullptr) {
      unpoison(first, arena::chunk_bytes);
      std::free(std::exchange(first, first->next));
    }
  }
};

thread_local spare_list spares;

void* take_chunk() {
  if (spares.first != nullptr) {
    spare_chunk* taken = spares.first;
    unpoison(taken, arena::chunk_bytes);
    spares.first = taken->next;
    --spares.count;
    return taken;
  }
  void* fresh = std::malloc(arena::chunk_bytes);
  if (fresh == nullptr) throw std::bad_alloc();
  return fresh;
}

void give_chunk(void* chunk) noexcept {
  if (spares.count == spare_limit) {
    std::free(chunk);
    return;
  }
  auto* spare = new (chunk) spare_chunk{spares.first};
  spares.first = spare;
  ++spares.count;
  poison(reinterpret_cast<char*>(chunk) + sizeof(spare_chunk), arena::chunk_bytes - sizeof(spare_chunk));
}

}  // namespace

void arena::use(chunk* fresh) noexcept {
  fresh->next = chunks_;
  chunks_ = fresh;
  next_ = reinterpret_cast<char*>(fresh + 1);
  first_byte_ = next_;
  end_ = reinterpret_cast<char*>(fresh) + fresh->bytes;
}

void* arena::allocate_slow(std::size_t bytes, std::size_t alignment) {
  const std::size_t needed = bytes + alignment + sizeof(chunk);
  if (needed < bytes) throw std::bad_alloc();
  if (needed > chunk_bytes / 2) {
    // A large piece gets its own chunk behind the current one, whose room is still good for small pieces.
    auto* own = static_cast<chunk*>(std::malloc(needed));
    if (own == nullptr) throw std::bad_alloc();
    own->bytes = needed;
    if (chunks_ == nullptr) {
      use(own);
      next_ = end_;
    } else {
      own->next = chunks_->next;
      chunks_->next = own;
      first_byte_ = nullptr;  // even if nothing is taken from the current chunk: `clear` has work
    }
    const auto address = (reinterpret_cast<std::uintptr_t>(own + 1) + alignment - 1) & ~(alignment - 1);
    return reinterpret_cast<void*>(address);
  }
  auto* fresh = static_cast<chunk*>(take_chunk());
  fresh->bytes = chunk_bytes;
  use(fresh);
  return allocate(bytes, alignment);
}

void arena::run_cleanups() noexcept {
  while (cleanups_ != nullptr) {
    cleanup* entry = std::exchange(cleanups_, cleanups_->next);
    entry->destroy(entry->object);
  }
}

void arena::clear_slow() noexcept {
  run_cleanups();
  if (chunks_ != nullptr && chunks_->next == nullptr && chunks_->bytes == chunk_bytes) {
    // The usual case: one chunk, which stays.
#if defined(CANDELA_POISON)
    std::memset(first_byte_, poison_byte, static_cast<std::size_t>(end_ - first_byte_));
#endif
    next_ = first_byte_;
    return;
  }
  chunk* kept = nullptr;
  while (chunks_ != nullptr) {
    chunk* current = std::exchange(chunks_, chunks_->next);
    if (current->bytes != chunk_bytes) {
      std::free(current);
    } else if (kept == nullptr) {
      kept = current;
    } else {
      give_chunk(current);
    }
  }
  if (kept == nullptr) {
    next_ = end_ = first_byte_ = nullptr;
    return;
  }
  use(kept);
#if defined(CANDELA_POISON)
  std::memset(next_, poison_byte, static_cast<std::size_t>(end_ - next_));
#endif
}

void arena::release() noexcept {
  run_cleanups();
  while (chunks_ != nullptr) {
    chunk* current = std::exchange(chunks_, chunks_->next);
    current->bytes == chunk_bytes ? give_chunk(current) : std::free(current);
  }
  next_ = end_ = first_byte_ = nullptr;
}

std::size_t arena::reserved_bytes() const noexcept {
  std::size_t total = 0;
  for (const chunk* current = chunks_; current != nullptr; current = current->next) total += current->bytes;
  return total;
}

}  // namespace candela
