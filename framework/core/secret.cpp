#include <candela/core/secret.hpp>
#include <cstdint>
#include <cstring>

namespace candela {

bool equal_secrets(std::span<const std::byte> left, std::span<const std::byte> right) noexcept {
  const std::size_t size = left.size();
  if (size != right.size()) return false;
  using vector [[gnu::vector_size(16)]] = std::uint64_t;
  const auto difference_at = [&](std::size_t at) {
    vector one;
    vector other;
    std::memcpy(&one, left.data() + at, sizeof one);
    std::memcpy(&other, right.data() + at, sizeof other);
    return one ^ other;
  };
  // Whole vectors first: heads and tokens of some hundred bytes are compared with each request that repeats one.
  vector differences{};
  vector others{};
  std::size_t at = 0;
  for (; size - at >= 2 * sizeof(vector); at += 2 * sizeof(vector)) {
    differences |= difference_at(at);
    others |= difference_at(at + sizeof(vector));
  }
  if (size >= 2 * sizeof(vector)) {
    // The rest, with some that were compared already.
    differences |= others | difference_at(size - 2 * sizeof(vector)) | difference_at(size - sizeof(vector));
    at = size;
  }
  std::uint64_t difference = differences[0] | differences[1];
  for (; at != size; ++at) difference |= std::to_integer<std::uint64_t>(left[at] ^ right[at]);
  // What the compiler cannot see through it cannot leave out: nothing ends early.
  asm volatile("" : "+r"(difference));
  return difference == 0;
}

}  // namespace candela
