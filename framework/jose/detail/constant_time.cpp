#include <candela/jose/detail/constant_time.hpp>
#include <cstdint>

namespace candela::jose::detail {

namespace {

// Hides a value from the compiler, which would otherwise see that a mask has two values only, and branch.
std::uint32_t opaque(std::uint32_t value) noexcept {
  __asm__("" : "+r"(value));
  return value;
}

// All ones for 0, else 0; `value` is below 2^31.
std::uint32_t mask_of_zero(std::uint32_t value) noexcept { return opaque(0U - ((value - 1U) >> 31)); }

}  // namespace

void take_pkcs1_padded(std::span<const std::byte> block, bool done, std::span<std::byte> content_key) noexcept {
  const auto at = [block](std::size_t index) { return std::to_integer<std::uint32_t>(block[index]); };
  const std::size_t separator = block.size() - content_key.size() - 1;
  std::uint32_t right = opaque(0U - static_cast<std::uint32_t>(done));
  right &= mask_of_zero(at(0)) & mask_of_zero(at(1) ^ 2U) & mask_of_zero(at(separator));
  for (std::size_t i = 2; i != separator; ++i) right &= ~mask_of_zero(at(i));
  const auto taken = static_cast<std::byte>(right & 0xFFU);
  for (std::size_t i = 0; i != content_key.size(); ++i)
    content_key[i] = (block[separator + 1 + i] & taken) | (content_key[i] & ~taken);
}

}  // namespace candela::jose::detail
