#include <doctest/doctest.h>
#include <candela/core/secret.hpp>
#include <string>

TEST_CASE("secrets are equal when every byte is, whatever their size") {
  for (std::size_t size = 0; size != 70; ++size) {
    const std::string one(size, 'x');
    std::string other = one;
    const auto equal = [&] {
      return candela::equal_secrets(std::as_bytes(std::span(one)), std::as_bytes(std::span(other)));
    };
    CAPTURE(size);
    CHECK(equal());
    for (std::size_t at = 0; at != size; ++at) {
      other[at] ^= 1;
      CHECK(!equal());
      other[at] ^= 1;
    }
    other += 'x';
    CHECK(!equal());
  }
}
