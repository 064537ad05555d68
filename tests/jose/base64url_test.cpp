#include <doctest/doctest.h>

#include <candela/core/random.hpp>
#include <candela/jose/base64url.hpp>
#include <string>
#include <vector>

using namespace candela;
using namespace candela::jose;

namespace {

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

std::optional<std::string> decoded(std::string_view text) {
  std::string out(decoded_size(text.size()), '\0');
  std::string secretly(out);
  const auto size = decode_base64url(text, reinterpret_cast<std::byte*>(out.data()));
  const auto same = decode_secret_base64url(text, reinterpret_cast<std::byte*>(secretly.data()));
  CHECK(size == same);
  if (!size) return std::nullopt;
  CHECK(out == secretly);
  out.resize(*size);
  return out;
}

}  // namespace

TEST_CASE("base64url of the examples of RFC 4648, section 10, without their padding") {
  constexpr std::pair<std::string_view, std::string_view> examples[] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},         {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : examples) {
    CHECK(encode_base64url(bytes_of(plain)) == encoded);
    CHECK(decoded(encoded) == plain);
  }
}

TEST_CASE("base64url of the octets of RFC 7515, appendix C") {
  const std::string_view octets("\x03\xec\xff\xe0\xc1", 5);
  CHECK(encode_base64url(bytes_of(octets)) == "A-z_4ME");
  CHECK(decoded("A-z_4ME") == octets);
}

TEST_CASE("random bytes of every length come back") {
  fast_random random(7);
  for (std::size_t size = 0; size != 200; ++size) {
    std::string plain(size, '\0');
    for (char& each : plain) each = static_cast<char>(random.below(256));
    const std::string encoded = encode_base64url(bytes_of(plain));
    CHECK(encoded.size() == encoded_size(size));
    CHECK(decoded_size(encoded.size()) == size);
    CHECK(decoded(encoded) == plain);
  }
}

TEST_CASE("each character outside of the alphabet is refused at each place") {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (int value = 0; value != 256; ++value) {
    const char wrong = static_cast<char>(value);
    const bool allowed = alphabet.find(wrong) != alphabet.npos;
    for (std::size_t place = 0; place != 4; ++place) {
      std::string text = "AAAA";
      text[place] = wrong;
      CHECK(decoded(text).has_value() == allowed);
      CHECK(decoded("AAAA" + text).has_value() == allowed);
    }
  }
}

TEST_CASE("padding, impossible lengths and stray bits are refused") {
  for (const std::string_view text : {"Zg==", "Zm8=", "Z", "AAAAA", "Zh", "Zm9", "Zm-", "Z g", "Zg\n", "=", "Zg."})
    CHECK_FALSE(decoded(text).has_value());
}
