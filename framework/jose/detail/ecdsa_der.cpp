#include <algorithm>
#include <candela/jose/detail/ecdsa_der.hpp>
#include <cstring>

namespace candela::jose::detail {

namespace {

constexpr unsigned char sequence_tag = 0x30;
constexpr unsigned char integer_tag = 0x02;
constexpr unsigned char long_length = 0x81;  // one byte of length follows

// Minimal, and never negative: a zero byte stands before a set top bit (X.690, section 8.3).
unsigned char* put_integer(unsigned char* out, std::span<const std::byte> number) noexcept {
  while (number.size() > 1 && number.front() == std::byte{0}) number = number.subspan(1);
  const bool padded = (number.front() & std::byte{0x80}) != std::byte{0};
  *out++ = integer_tag;
  *out++ = static_cast<unsigned char>(number.size() + (padded ? 1 : 0));
  if (padded) *out++ = 0;
  std::memcpy(out, number.data(), number.size());
  return out + number.size();
}

bool take_integer(std::span<const unsigned char>& der, std::span<std::byte> number) noexcept {
  if (der.size() < 2 || der[0] != integer_tag || der[1] > der.size() - 2) return false;
  std::span<const unsigned char> digits = der.subspan(2, der[1]);
  der = der.subspan(2 + digits.size());
  while (!digits.empty() && digits.front() == 0) digits = digits.subspan(1);
  if (digits.size() > number.size()) return false;
  const std::size_t zeros = number.size() - digits.size();
  std::fill_n(number.begin(), zeros, std::byte{0});
  if (!digits.empty()) std::memcpy(number.data() + zeros, digits.data(), digits.size());
  return true;
}

}  // namespace

std::size_t to_der(std::span<const std::byte> fixed, ecdsa_der& out) noexcept {
  const std::size_t half = fixed.size() / 2;
  // The sequence's own length is known once both numbers stand; room is left for its longer form.
  unsigned char* const body = out.data() + 3;
  const unsigned char* const end = put_integer(put_integer(body, fixed.first(half)), fixed.last(half));
  const auto size = static_cast<std::size_t>(end - body);
  if (size >= 0x80) {
    out[0] = sequence_tag;
    out[1] = long_length;
    out[2] = static_cast<unsigned char>(size);
    return size + 3;
  }
  std::memmove(out.data() + 2, body, size);
  out[0] = sequence_tag;
  out[1] = static_cast<unsigned char>(size);
  return size + 2;
}

bool from_der(std::span<const unsigned char> der, std::span<std::byte> fixed) noexcept {
  if (der.size() < 2 || der[0] != sequence_tag) return false;
  const std::size_t head = der[1] == long_length ? 3 : 2;
  if (der.size() < head || der[head - 1] != der.size() - head) return false;
  der = der.subspan(head);
  const std::size_t half = fixed.size() / 2;
  return take_integer(der, fixed.first(half)) && take_integer(der, fixed.last(half)) && der.empty();
}

}  // namespace candela::jose::detail
