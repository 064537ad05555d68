#include <doctest/doctest.h>

#include <algorithm>
#include <candela/core/poison.hpp>
#include <vector>

#if defined(CANDELA_ADDRESS_SANITIZER)
extern "C" int __asan_address_is_poisoned(void const volatile* address);
#endif

TEST_CASE("poisoned memory is out of reach or plainly wrong until it is unpoisoned") {
  std::vector<char> bytes(64, 'x');
  candela::poison(bytes.data(), bytes.size());
  // Poisoning again is no access.
  candela::poison(bytes.data(), bytes.size());
#if defined(CANDELA_ADDRESS_SANITIZER)
  CHECK(__asan_address_is_poisoned(bytes.data()) != 0);
  candela::unpoison(bytes.data(), bytes.size());
  CHECK(__asan_address_is_poisoned(bytes.data()) == 0);
#elif defined(CANDELA_POISON)
  const auto is_poison = [](char byte) { return static_cast<unsigned char>(byte) == candela::poison_byte; };
  CHECK(std::ranges::all_of(bytes, is_poison));
#else
  CHECK(std::ranges::all_of(bytes, [](char byte) { return byte == 'x'; }));
#endif
  candela::unpoison(bytes.data(), bytes.size());
  std::ranges::fill(bytes, 'y');
  CHECK(bytes.back() == 'y');
}
