// The algorithms of RFC 7518, RFC 8037 and RFC 9864 by name, and what each of them asks of a key.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace candela::jose {

/// Kinds of keys (`kty`).
enum class key_kind : std::uint8_t { rsa, ec, okp, oct };

/// Curves (`crv`); `none` for keys that have none.
enum class curve : std::uint8_t { none, p256, p384, p521, ed25519, ed448, x25519, x448 };

/// How something is signed (`alg` of a JWS). Both names of RFC 8037 and RFC 9864 for a signature by an Edwards curve
/// are read; which curve it is, the key says.
enum class signature_algorithm : std::uint8_t {
  hs256,
  hs384,
  hs512,
  rs256,
  rs384,
  rs512,
  ps256,
  ps384,
  ps512,
  es256,
  es384,
  es512,
  eddsa,
  ed25519,
  ed448,
};

/// How a content key reaches its recipient (`alg` of a JWE).
enum class key_algorithm : std::uint8_t {
  dir,
  a128kw,
  a192kw,
  a256kw,
  a128gcmkw,
  a192gcmkw,
  a256gcmkw,
  rsa_oaep,
  rsa_oaep_256,
  rsa1_5,
  ecdh_es,
  ecdh_es_a128kw,
  ecdh_es_a192kw,
  ecdh_es_a256kw,
  pbes2_hs256_a128kw,
  pbes2_hs384_a192kw,
  pbes2_hs512_a256kw,
};

/// How content is encrypted (`enc`).
enum class content_algorithm : std::uint8_t { a128cbc_hs256, a192cbc_hs384, a256cbc_hs512, a128gcm, a192gcm, a256gcm };

/// The registered name; valid forever.
[[nodiscard]] std::string_view name_of(key_kind kind) noexcept;
[[nodiscard]] std::string_view name_of(curve which) noexcept;
[[nodiscard]] std::string_view name_of(signature_algorithm algorithm) noexcept;
[[nodiscard]] std::string_view name_of(key_algorithm algorithm) noexcept;
[[nodiscard]] std::string_view name_of(content_algorithm algorithm) noexcept;

/// What a name stands for, its case included; nothing for unknown ones and `none`.
[[nodiscard]] std::optional<key_kind> key_kind_of(std::string_view name) noexcept;
[[nodiscard]] std::optional<curve> curve_of(std::string_view name) noexcept;
[[nodiscard]] std::optional<signature_algorithm> signature_algorithm_of(std::string_view name) noexcept;
[[nodiscard]] std::optional<key_algorithm> key_algorithm_of(std::string_view name) noexcept;
[[nodiscard]] std::optional<content_algorithm> content_algorithm_of(std::string_view name) noexcept;

/// The bytes of a content key (RFC 7518, section 5): MAC and encryption key together for the CBC ones.
[[nodiscard]] std::size_t content_key_size(content_algorithm algorithm) noexcept;

/// A set of algorithms of one kind: what a caller accepts.
template <class Algorithm>
class algorithm_set {
 public:
  constexpr algorithm_set() = default;
  constexpr algorithm_set(std::initializer_list<Algorithm> members) noexcept {
    for (const Algorithm each : members) add(each);
  }
  constexpr void add(Algorithm algorithm) noexcept { bits_ |= bit(algorithm); }
  [[nodiscard]] constexpr bool contains(Algorithm algorithm) const noexcept { return (bits_ & bit(algorithm)) != 0; }
  [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }
  friend constexpr bool operator==(algorithm_set, algorithm_set) noexcept = default;

 private:
  static constexpr std::uint32_t bit(Algorithm algorithm) noexcept { return 1U << static_cast<unsigned>(algorithm); }
  std::uint32_t bits_ = 0;
};

using signature_algorithms = algorithm_set<signature_algorithm>;
using key_algorithms = algorithm_set<key_algorithm>;
using content_algorithms = algorithm_set<content_algorithm>;

}  // namespace candela::jose
