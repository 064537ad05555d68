// Memory that lives as long as one request (or one batch of them) and is given back at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace candela {

/// A bump allocator over chunks that a worker recycles. One owner, one thread.
///
/// What it hands out never moves and stays valid until `clear()` or the arena's end. Objects with a destructor made by
/// `make` are destroyed then, in reverse order of their making.
class arena {
 public:
  /// Bytes of an ordinary chunk, its bookkeeping included. Larger requests get a chunk of their own.
  static constexpr std::size_t chunk_bytes = 4096;

  arena() noexcept = default;
  arena(const arena&) = delete;
  arena& operator=(const arena&) = delete;
  ~arena() { release(); }

  /// Uninitialised memory for `bytes` bytes. Throws `std::bad_alloc` when the system has none.
  [[nodiscard]] void* allocate(std::size_t bytes, std::size_t alignment = alignof(std::max_align_t)) {
    const auto address = (reinterpret_cast<std::uintptr_t>(next_) + alignment - 1) & ~(alignment - 1);
    const auto end = address + bytes;
    if (end < address || end > reinterpret_cast<std::uintptr_t>(end_)) [[unlikely]]
      return allocate_slow(bytes, alignment);
    next_ = reinterpret_cast<char*>(end);
    return reinterpret_cast<void*>(address);
  }

  /// A copy of `text` in the arena (not terminated by a NUL).
  [[nodiscard]] std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* target = static_cast<char*>(allocate(text.size(), 1));
    std::memcpy(target, text.data(), text.size());
    return {target, text.size()};
  }

  /// `count` value-initialised objects. Only for types that need no destructor.
  template <class Type>
  [[nodiscard]] std::span<Type> make_array(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<Type>);
    if (count > SIZE_MAX / sizeof(Type)) throw std::bad_alloc();
    Type* first = static_cast<Type*>(allocate(count * sizeof(Type), alignof(Type)));
    for (std::size_t i = 0; i != count; ++i) new (first + i) Type();
    return {first, count};
  }

  /// An object in the arena; destroyed by `clear()`.
  template <class Type, class... Arguments>
  Type& make(Arguments&&... arguments) {
    if constexpr (std::is_trivially_destructible_v<Type>) {
      return *new (allocate(sizeof(Type), alignof(Type))) Type(std::forward<Arguments>(arguments)...);
    } else {
      auto* entry = static_cast<cleanup*>(allocate(sizeof(cleanup), alignof(cleanup)));
      Type* object = new (allocate(sizeof(Type), alignof(Type))) Type(std::forward<Arguments>(arguments)...);
      *entry = {cleanups_, [](void* pointer) { static_cast<Type*>(pointer)->~Type(); }, object};
      cleanups_ = entry;
      return *object;
    }
  }

  /// Makes the most recent allocation larger in place where the chunk has room; false when it has not.
  [[nodiscard]] bool extend(const char* allocation_end, std::size_t more_bytes) noexcept {
    if (allocation_end != next_ || static_cast<std::size_t>(end_ - next_) < more_bytes) return false;
    next_ += more_bytes;
    return true;
  }

  /// Destroys what it holds and keeps one chunk for what comes next. Poisoned in debug and sanitizer builds.
  void clear() noexcept {
    if (next_ != first_byte_ || cleanups_ != nullptr) clear_slow();
  }

  /// As `clear`, and gives every chunk back to the thread's recycler.
  void release() noexcept;

  /// Bytes that its chunks take from the system.
  [[nodiscard]] std::size_t reserved_bytes() const noexcept;

 private:
  struct cleanup {
    cleanup* next;
    void (*destroy)(void*);
    void* object;
  };
  struct chunk {
    chunk* next;
    std::size_t bytes;
  };

  void* allocate_slow(std::size_t bytes, std::size_t alignment);
  void clear_slow() noexcept;
  void run_cleanups() noexcept;
  void use(chunk* fresh) noexcept;

  char* next_ = nullptr;
  char* end_ = nullptr;
  char* first_byte_ = nullptr;
  chunk* chunks_ = nullptr;
  cleanup* cleanups_ = nullptr;
};

}  // namespace candela
