#include <array>
#include <candela/jose/base64.hpp>
#include <cstdint>

namespace candela::jose {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t none = 0xff;

constexpr std::array<std::uint8_t, 256> make_values() noexcept {
  std::array<std::uint8_t, 256> values{};
  values.fill(none);
  for (std::size_t at = 0; at != alphabet.size(); ++at)
    values[static_cast<unsigned char>(alphabet[at])] = static_cast<std::uint8_t>(at);
  return values;
}
constexpr std::array<std::uint8_t, 256> values = make_values();

}  // namespace

std::string encode_base64(std::string_view text) {
  std::string encoded;
  encoded.reserve((text.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (const unsigned char byte : text) {
    bits = bits << 8 | byte;
    for (held += 8; held >= 6; held -= 6) encoded += alphabet[bits >> (held - 6) & 63];
  }
  if (held != 0) encoded += alphabet[bits << (6 - held) & 63];
  while (encoded.size() % 4 != 0) encoded += '=';
  return encoded;
}

std::optional<std::string> decode_base64(std::string_view text, bool padded) {
  if (padded) {
    if (text.size() % 4 != 0) return std::nullopt;
    for (int most = 2; most != 0 && text.ends_with('='); --most) text.remove_suffix(1);
  }
  if (text.size() % 4 == 1) return std::nullopt;
  std::string decoded;
  decoded.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (const unsigned char letter : text) {
    if (values[letter] == none) return std::nullopt;
    bits = bits << 6 | values[letter];
    held += 6;
    if (held < 8) continue;
    held -= 8;
    decoded += static_cast<char>(bits >> held & 255);
  }
  if ((bits & ((1U << held) - 1)) != 0) return std::nullopt;
  return decoded;
}

}  // namespace candela::jose
