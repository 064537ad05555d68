// Keys for the tests of encrypted messages, and messages with any header and any parts.
#pragma once

#include <doctest/doctest.h>

#include <array>
#include <candela/jose/base64url.hpp>
#include <candela/jose/detail/aes.hpp>
#include <candela/jose/detail/content_cipher.hpp>
#include <candela/jose/jwe.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tests/jose/vectors.hpp"

namespace candela::testing {

using namespace candela::jose;

inline std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }
inline std::string encoded(std::string_view text) { return encode_base64url(bytes_of(text)); }

inline std::string decoded(std::string_view text) {
  std::string bytes(decoded_size(text.size()), '\0');
  if (!decode_base64url(text, reinterpret_cast<std::byte*>(bytes.data()))) throw std::runtime_error("no base64url");
  return bytes;
}

/// One key of each kind. Those of 16, 24, 32, 48 and 64 bytes consist of one letter each.
struct test_keys {
  static key secret(std::size_t size) {
    return key::from_secret(bytes_of(std::string(size, static_cast<char>('a' + size)))).value();
  }
  static const key& rsa() {
    static const key made = key::from_jwk(vector_text("rfc7515-7517-7638/rfc7515_A.2.jwk")).value();
    return made;
  }
  static const key& on(curve which) {
    static const std::array<key, 5> made{key::generate(curve::p256).value(), key::generate(curve::p384).value(),
                                         key::generate(curve::p521).value(), key::generate(curve::x25519).value(),
                                         key::generate(curve::x448).value()};
    return made[which <= curve::p521 ? static_cast<std::size_t>(which) - 1 : static_cast<std::size_t>(which) - 3];
  }
};

inline key_set only(const key& one) { return key_set::of({one}).value(); }

/// Accepts all that there is.
inline decryption_rules accepting_all() {
  decryption_rules rules;
  for (auto each = key_algorithm::dir; each <= key_algorithm::pbes2_hs512_a256kw;
       each = static_cast<key_algorithm>(static_cast<int>(each) + 1))
    rules.algorithms.add(each);
  for (auto each = content_algorithm::a128cbc_hs256; each <= content_algorithm::a256gcm;
       each = static_cast<content_algorithm>(static_cast<int>(each) + 1))
    rules.encryption.add(each);
  rules.compressed = true;
  rules.json = true;
  return rules;
}

/// A message whose content is sealed as it should be, under any header.
struct forged {
  std::string header;  ///< JSON
  std::string encrypted_key = {};
  std::string content_key = std::string(32, 'k');
  content_algorithm encryption = content_algorithm::a256gcm;
  std::string content = "content";
  std::string additional = {};  ///< what is authenticated; the encoded header unless said otherwise

  [[nodiscard]] std::array<std::string, 5> parts() const {
    const std::string iv(detail::iv_size(encryption), 'i');
    std::string ciphertext(detail::ciphertext_size(encryption, content.size()), '\0');
    std::string tag(detail::tag_size(encryption), '\0');
    const std::string protected_header = encoded(header);
    const std::string_view authenticated = additional.empty() ? protected_header : additional;
    const bool done =
        detail::seal({encryption, bytes_of(content_key), bytes_of(iv), {&authenticated, 1}}, bytes_of(content),
                     reinterpret_cast<std::byte*>(ciphertext.data()), reinterpret_cast<std::byte*>(tag.data()));
    if (!done) throw std::runtime_error("not sealed");
    return {protected_header, encoded(encrypted_key), encoded(iv), encoded(ciphertext), encoded(tag)};
  }
  [[nodiscard]] std::string compact() const { return joined(parts()); }

  static std::string joined(const std::array<std::string, 5>& parts) {
    return parts[0] + '.' + parts[1] + '.' + parts[2] + '.' + parts[3] + '.' + parts[4];
  }
};

/// The compact message with one of its parts, from 0 to 4, replaced.
inline std::string with_part(std::string_view message, std::size_t which, std::string_view replaced) {
  std::string result;
  for (std::size_t i = 0; i != 5; ++i) {
    const std::size_t dot = message.find('.');
    if (i != 0) result += '.';
    result += i == which ? replaced : message.substr(0, dot);
    message.remove_prefix(dot == message.npos ? message.size() : dot + 1);
  }
  return result;
}
inline std::string part_of(std::string_view message, std::size_t which) {
  for (; which != 0; --which) message.remove_prefix(message.find('.') + 1);
  return std::string(message.substr(0, message.find('.')));
}

/// A secret of 32 bytes, which is the content key of what is forged unless said otherwise.
inline const key& direct_key() {
  static const key made = key::from_secret(bytes_of(std::string(32, 'k'))).value();
  return made;
}

/// A message that must not open, and what it has to be refused as.
struct attack {
  const char* name;
  failure expected;
  std::string message;
  decryption_rules rules = accepting_all();
};

inline void check_refused(const attack& each, const key_set& keys) {
  CAPTURE(each.name);
  arena memory;
  const auto opened = decrypt(each.message, keys, each.rules, memory);
  REQUIRE_FALSE(opened);
  CHECK(name_of(opened.error().code) == name_of(each.expected));
}

}  // namespace candela::testing
