// Keys that belong together: a JWK set (RFC 7517, section 5).
#pragma once

#include <candela/jose/key.hpp>
#include <cstddef>
#include <expected>
#include <span>
#include <string_view>
#include <vector>

namespace candela::jose {

/// An immutable list of keys, found by id. What reads it holds it for as long as it uses one of its keys.
class key_set {
 public:
  key_set() = default;
  /// Refused as `key_ambiguous`: two keys of one id, or secrets beside public keys. A key without an id gets its
  /// thumbprint for one.
  [[nodiscard]] static std::expected<key_set, error> of(std::vector<key> keys);
  /// The same, but keys without an id keep none: whichever id a message names, they are meant where no other key has
  /// it. For keys in PEM and DER, which cannot say one.
  [[nodiscard]] static std::expected<key_set, error> unnamed(std::vector<key> keys);
  /// From a JWK set, or a single JWK. Keys of an unknown `kty` or `crv` are left out, all others must be right.
  [[nodiscard]] static std::expected<key_set, error> from_json(std::string_view text);

  [[nodiscard]] std::span<const key> keys() const noexcept { return keys_; }
  [[nodiscard]] bool empty() const noexcept { return keys_.empty(); }

  /// The key of that id, or null. The id is compared whole, byte by byte.
  [[nodiscard]] const key* find(std::string_view id) const noexcept;

  /// The key that may check this algorithm: the one of that id or, without one, the only one that fits. Otherwise
  /// `key_unknown`, `key_unfit` or `key_ambiguous`.
  [[nodiscard]] std::expected<const key*, error> verifier(std::string_view id,
                                                          signature_algorithm algorithm) const noexcept;
  /// Whether there is a key that may check one of these algorithms.
  [[nodiscard]] bool has_verifier(signature_algorithms accepted) const noexcept;
  /// The key that may open what was encrypted so, chosen in the same way.
  [[nodiscard]] std::expected<const key*, error> opener(std::string_view id, key_algorithm algorithm,
                                                        content_algorithm content) const noexcept;

  /// As a JWK set; what has no such part is left out.
  [[nodiscard]] std::expected<secret_bytes, error> to_json(key_part which) const;

 private:
  std::vector<key> keys_;
};

}  // namespace candela::jose
