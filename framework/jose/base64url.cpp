#include <array>
#include <bit>
#include <candela/jose/base64url.hpp>
#include <cstdint>
#include <cstring>

namespace candela::jose {

namespace {

// Without branches and tables, so that neither time nor cache lines tell what a secret consists of.
constexpr std::uint32_t between(std::uint32_t low, std::uint32_t value, std::uint32_t high) noexcept {
  // All ones when low <= value <= high.
  return static_cast<std::uint32_t>(static_cast<std::int32_t>((low - 1 - value) & (value - high - 1)) >> 31);
}

// 0 to 63, or all ones for a character outside of the alphabet.
constexpr std::uint32_t value_of(char character) noexcept {
  const std::uint32_t c = static_cast<unsigned char>(character);
  const std::uint32_t upper = between('A', c, 'Z');
  const std::uint32_t lower = between('a', c, 'z');
  const std::uint32_t digit = between('0', c, '9');
  const std::uint32_t minus = between('-', c, '-');
  const std::uint32_t underscore = between('_', c, '_');
  return (upper & (c - 'A')) | (lower & (c - 'a' + 26)) | (digit & (c - '0' + 52)) | (minus & 62U) |
         (underscore & 63U) | ~(upper | lower | digit | minus | underscore);
}

constexpr char character_of(std::uint32_t value) noexcept {
  const std::uint32_t lower = between(26, value, 51) & ('a' - 'A' - 26U);
  const std::uint32_t digit = between(52, value, 61) & ('0' - 'A' - 52U);
  const std::uint32_t minus = between(62, value, 62) & ('-' - 'A' - 62U);
  const std::uint32_t underscore = between(63, value, 63) & ('_' - 'A' - 63U);
  return static_cast<char>(value + 'A' + lower + digit + minus + underscore);
}

constexpr std::uint64_t big_endian(std::uint64_t number) noexcept {
  return std::endian::native == std::endian::little ? __builtin_bswap64(number) : number;
}

// Eight characters at once: six bytes, the first at the top, become the values of eight and those the characters.
constexpr std::uint64_t in_each_byte = 0x0101010101010101;

constexpr std::uint64_t sextets_of(std::uint64_t six_bytes) noexcept {
  std::uint64_t spread = (six_bytes & 0xFFFFFF000000) << 8 | (six_bytes & 0xFFFFFF);
  spread = (spread & 0x00FFF00000FFF000) << 4 | (spread & 0x00000FFF00000FFF);
  return (spread & 0x0FC00FC00FC00FC0) << 2 | (spread & 0x003F003F003F003F);
}

// 1 in each byte whose value, which is below 64, is that large.
constexpr std::uint64_t at_least(std::uint64_t values, std::uint64_t least) noexcept {
  return (values + (128 - least) * in_each_byte) >> 7 & in_each_byte;
}

// What one range of the alphabet adds to the one before it. Borrows between bytes even out in the sum.
constexpr std::uint64_t characters_of(std::uint64_t values) noexcept {
  return values + 'A' * in_each_byte + at_least(values, 26) * ('a' - 26 - 'A') -
         at_least(values, 52) * ('a' - 26 - ('0' - 52)) - at_least(values, 62) * ('0' - 52 - ('-' - 62)) +
         at_least(values, 63) * ('_' - 63 - ('-' - 62));
}

constexpr std::array<std::uint32_t, 256> values = [] {
  std::array<std::uint32_t, 256> table{};
  for (int i = 0; i != 256; ++i) table[static_cast<std::size_t>(i)] = value_of(static_cast<char>(i));
  return table;
}();

// `value` gives a character's 6 bits, or all ones.
template <class Value>
std::optional<std::size_t> decode(std::string_view text, std::byte* out, Value value) noexcept {
  const std::size_t rest = text.size() % 4;
  if (rest == 1) return std::nullopt;
  const char* from = text.data();
  const char* const whole = from + (text.size() - rest);
  std::uint32_t wrong = 0;
  for (; from != whole; from += 4, out += 3) {
    const std::uint32_t a = value(from[0]);
    const std::uint32_t b = value(from[1]);
    const std::uint32_t c = value(from[2]);
    const std::uint32_t d = value(from[3]);
    wrong |= a | b | c | d;
    const std::uint32_t group = a << 18 | b << 12 | c << 6 | d;
    out[0] = static_cast<std::byte>(group >> 16);
    out[1] = static_cast<std::byte>(group >> 8);
    out[2] = static_cast<std::byte>(group);
  }
  if (rest != 0) {
    const std::uint32_t a = value(from[0]);
    const std::uint32_t b = value(from[1]);
    const std::uint32_t c = rest == 3 ? value(from[2]) : 0;
    wrong |= a | b | c;
    const std::uint32_t group = a << 18 | b << 12 | c << 6;
    out[0] = static_cast<std::byte>(group >> 16);
    if (rest == 3) out[1] = static_cast<std::byte>(group >> 8);
    // What does not reach a whole byte would be a second spelling of the same bytes.
    wrong |= (rest == 3 ? group & 0xFF : group >> 8 & 0xFF) != 0 ? 64U : 0U;
  }
  if (wrong > 63) return std::nullopt;
  return decoded_size(text.size());
}

}  // namespace

char* encode_base64url(char* out, std::span<const std::byte> bytes) noexcept {
  const auto* from = reinterpret_cast<const unsigned char*>(bytes.data());
  std::size_t left = bytes.size();
  // Two bytes more than it takes are read.
  for (; left >= 8; left -= 6, from += 6, out += 8) {
    std::uint64_t group;
    std::memcpy(&group, from, sizeof group);
    const std::uint64_t text = big_endian(characters_of(sextets_of(big_endian(group) >> 16)));
    std::memcpy(out, &text, sizeof text);
  }
  for (; left >= 3; left -= 3, from += 3, out += 4) {
    const std::uint32_t group = static_cast<std::uint32_t>(from[0]) << 16 | static_cast<std::uint32_t>(from[1]) << 8 |
                                static_cast<std::uint32_t>(from[2]);
    out[0] = character_of(group >> 18);
    out[1] = character_of(group >> 12 & 63);
    out[2] = character_of(group >> 6 & 63);
    out[3] = character_of(group & 63);
  }
  if (left == 0) return out;
  const std::uint32_t group =
      static_cast<std::uint32_t>(from[0]) << 16 | (left == 2 ? static_cast<std::uint32_t>(from[1]) << 8 : 0U);
  *out++ = character_of(group >> 18);
  *out++ = character_of(group >> 12 & 63);
  if (left == 2) *out++ = character_of(group >> 6 & 63);
  return out;
}

std::string encode_base64url(std::span<const std::byte> bytes) {
  std::string text(encoded_size(bytes.size()), '\0');
  encode_base64url(text.data(), bytes);
  return text;
}

std::string_view encode_base64url(std::span<const std::byte> bytes, arena& memory) {
  const std::span<char> text = memory.make_array<char>(encoded_size(bytes.size()));
  encode_base64url(text.data(), bytes);
  return {text.data(), text.size()};
}

std::optional<std::size_t> decode_base64url(std::string_view text, std::byte* out) noexcept {
  return decode(text, out, [](char character) { return values[static_cast<unsigned char>(character)]; });
}

std::optional<std::size_t> decode_secret_base64url(std::string_view text, std::byte* out) noexcept {
  return decode(text, out, [](char character) { return value_of(character); });
}

}  // namespace candela::jose
