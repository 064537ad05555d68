// Debug and sanitizer builds make memory unreadable (or at least plainly wrong) once no view may reach it any more.
#pragma once

#include <cstddef>
#include <cstring>

#if defined(__SANITIZE_ADDRESS__)
#define CANDELA_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CANDELA_ADDRESS_SANITIZER 1
#endif
#endif

#if defined(CANDELA_ADDRESS_SANITIZER)
extern "C" void __asan_poison_memory_region(void const volatile* address, std::size_t bytes);
extern "C" void __asan_unpoison_memory_region(void const volatile* address, std::size_t bytes);
#endif

namespace candela {

/// What poisoned memory reads as in a debug build without a sanitizer.
inline constexpr unsigned char poison_byte = 0xDB;

/// Says that nobody may read `bytes` bytes at `address` until `unpoison`. Nothing in a release build.
inline void poison([[maybe_unused]] void* address, [[maybe_unused]] std::size_t bytes) noexcept {
#if defined(CANDELA_ADDRESS_SANITIZER)
  __asan_poison_memory_region(address, bytes);
#elif defined(CANDELA_POISON)
  if (bytes != 0) std::memset(address, poison_byte, bytes);
#endif
}

/// Makes the memory usable again; its content is undefined.
inline void unpoison([[maybe_unused]] void* address, [[maybe_unused]] std::size_t bytes) noexcept {
#if defined(CANDELA_ADDRESS_SANITIZER)
  __asan_unpoison_memory_region(address, bytes);
#endif
}

}  // namespace candela
