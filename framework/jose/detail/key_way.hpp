// Private to the room: the families of algorithms by which a content key reaches its recipient.
#pragma once

#include <candela/jose/algorithms.hpp>
#include <cstddef>
#include <cstdint>

namespace candela::jose::detail {

/// RFC 7518, section 4, from 4.5 to 4.8.
enum class key_way : std::uint8_t { direct, wrap, gcm_wrap, rsa, agreement, agreement_wrap, password };

[[nodiscard]] constexpr key_way way_of(key_algorithm algorithm) noexcept {
  if (algorithm == key_algorithm::dir) return key_way::direct;
  if (algorithm <= key_algorithm::a256kw) return key_way::wrap;
  if (algorithm <= key_algorithm::a256gcmkw) return key_way::gcm_wrap;
  if (algorithm <= key_algorithm::rsa1_5) return key_way::rsa;
  if (algorithm == key_algorithm::ecdh_es) return key_way::agreement;
  return algorithm <= key_algorithm::ecdh_es_a256kw ? key_way::agreement_wrap : key_way::password;
}

/// The bytes of the AES key that wraps, of those that have one: they stand in threes, by its length.
[[nodiscard]] constexpr std::size_t wrapping_key_size(key_algorithm algorithm) noexcept {
  const auto from = [algorithm](key_algorithm first) {
    return 16 + 8 * (static_cast<std::size_t>(algorithm) - static_cast<std::size_t>(first));
  };
  switch (way_of(algorithm)) {
    case key_way::wrap: return from(key_algorithm::a128kw);
    case key_way::gcm_wrap: return from(key_algorithm::a128gcmkw);
    case key_way::agreement_wrap: return from(key_algorithm::ecdh_es_a128kw);
    case key_way::password: return from(key_algorithm::pbes2_hs256_a128kw);
    default: return 0;
  }
}

/// Whether it says what the content key is, so that nobody else can get it.
[[nodiscard]] constexpr bool fixes_content_key(key_algorithm algorithm) noexcept {
  return algorithm == key_algorithm::dir || algorithm == key_algorithm::ecdh_es;
}

}  // namespace candela::jose::detail
