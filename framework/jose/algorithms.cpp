#include <algorithm>
#include <array>
#include <candela/jose/algorithms.hpp>

namespace candela::jose {

namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, 4> kinds{"RSA", "EC", "OKP", "oct"};
constexpr std::array<std::string_view, 8> curves{"", "P-256", "P-384", "P-521", "Ed25519", "Ed448", "X25519", "X448"};
constexpr std::array<std::string_view, 15> signatures{"HS256", "HS384", "HS512", "RS256",   "RS384",
                                                      "RS512", "PS256", "PS384", "PS512",   "ES256",
                                                      "ES384", "ES512", "EdDSA", "Ed25519", "Ed448"};
constexpr std::array<std::string_view, 17> key_ways{"dir",
                                                    "A128KW",
                                                    "A192KW",
                                                    "A256KW",
                                                    "A128GCMKW",
                                                    "A192GCMKW",
                                                    "A256GCMKW",
                                                    "RSA-OAEP",
                                                    "RSA-OAEP-256",
                                                    "RSA1_5",
                                                    "ECDH-ES",
                                                    "ECDH-ES+A128KW",
                                                    "ECDH-ES+A192KW",
                                                    "ECDH-ES+A256KW",
                                                    "PBES2-HS256+A128KW",
                                                    "PBES2-HS384+A192KW",
                                                    "PBES2-HS512+A256KW"};
constexpr std::array<std::string_view, 6> contents{"A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512",
                                                   "A128GCM",       "A192GCM",       "A256GCM"};
constexpr std::array<std::size_t, 6> content_key_sizes{32, 48, 64, 16, 24, 32};

template <class Enumerator, std::size_t Count>
std::optional<Enumerator> find(const std::array<std::string_view, Count>& names, std::string_view name) noexcept {
  const auto found = std::ranges::find(names, name);
  if (name.empty() || found == names.end()) return std::nullopt;
  return static_cast<Enumerator>(found - names.begin());
}

template <class Enumerator, std::size_t Count>
std::string_view name(const std::array<std::string_view, Count>& names, Enumerator value) noexcept {
  return names[static_cast<std::size_t>(value)];
}

}  // namespace

std::string_view name_of(key_kind kind) noexcept { return name(kinds, kind); }
std::string_view name_of(curve which) noexcept { return name(curves, which); }
std::string_view name_of(signature_algorithm algorithm) noexcept { return name(signatures, algorithm); }
std::string_view name_of(key_algorithm algorithm) noexcept { return name(key_ways, algorithm); }
std::string_view name_of(content_algorithm algorithm) noexcept { return name(contents, algorithm); }

std::optional<key_kind> key_kind_of(std::string_view name) noexcept { return find<key_kind>(kinds, name); }
std::optional<curve> curve_of(std::string_view name) noexcept { return find<curve>(curves, name); }
std::optional<signature_algorithm> signature_algorithm_of(std::string_view name) noexcept {
  return find<signature_algorithm>(signatures, name);
}
std::optional<key_algorithm> key_algorithm_of(std::string_view name) noexcept {
  return find<key_algorithm>(key_ways, name);
}
std::optional<content_algorithm> content_algorithm_of(std::string_view name) noexcept {
  return find<content_algorithm>(contents, name);
}

std::size_t content_key_size(content_algorithm algorithm) noexcept {
  return content_key_sizes[static_cast<std::size_t>(algorithm)];
}

}  // namespace candela::jose
