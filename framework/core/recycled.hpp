// Objects that come and go with requests, in memory that the thread keeps for the next ones.
#pragma once

#include <candela/core/frame_pool.hpp>
#include <cstddef>

namespace candela {

/// Base of classes that are made and deleted for each request: `new` and `delete` recycle as coroutine frames do. The
/// most derived class is deleted by its own type, or its destructor is virtual.
class recycled {
 public:
  [[nodiscard]] static void* operator new(std::size_t bytes) { return frame_pool::allocate(bytes); }
  static void operator delete(void* object, std::size_t bytes) noexcept { frame_pool::release(object, bytes); }

 protected:
  recycled() = default;
  ~recycled() = default;
};

}  // namespace candela
