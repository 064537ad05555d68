// A vector whose memory is an arena's.
#pragma once

#include <candela/core/arena.hpp>
#include <cstddef>
#include <vector>

namespace candela::db {

/// Takes memory from an arena and never gives it back before the arena does.
template <class Type>
class arena_allocator {
 public:
  using value_type = Type;

  arena_allocator(arena& memory) noexcept : memory_(&memory) {}
  template <class Other>
  arena_allocator(const arena_allocator<Other>& other) noexcept : memory_(other.memory()) {}

  [[nodiscard]] Type* allocate(std::size_t count) {
    if (count > static_cast<std::size_t>(-1) / sizeof(Type)) throw std::bad_alloc();
    return static_cast<Type*>(memory_->allocate(count * sizeof(Type), alignof(Type)));
  }
  void deallocate(Type*, std::size_t) noexcept {}

  [[nodiscard]] arena* memory() const noexcept { return memory_; }
  template <class Other>
  friend bool operator==(const arena_allocator& left, const arena_allocator<Other>& right) noexcept {
    return left.memory_ == right.memory();
  }

 private:
  arena* memory_;
};

/// What queries give as many values: an ordinary vector (it can be added to, sorted, written as JSON) that must not
/// outlive the query's arena.
template <class Type>
using list = std::vector<Type, arena_allocator<Type>>;

}  // namespace candela::db
