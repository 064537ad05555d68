// One cryptographic key: a JSON Web Key (RFC 7517) with its parts checked.
#pragma once

#include <array>
#include <candela/jose/algorithms.hpp>
#include <candela/jose/error.hpp>
#include <candela/jose/secret.hpp>
#include <candela/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace candela::jose {

namespace detail {
class key_material;
}

/// `use` (RFC 7517, section 4.2).
enum class key_use : std::uint8_t { any, signature, encryption };

/// `key_ops` (RFC 7517, section 4.3).
enum class key_operation : std::uint8_t {
  sign,
  verify,
  encrypt,
  decrypt,
  wrap_key,
  unwrap_key,
  derive_key,
  derive_bits,
};
using key_operations = algorithm_set<key_operation>;

/// What is said about a key besides its numbers.
struct key_description {
  std::string id = {};         ///< `kid`; empty for none
  std::string algorithm = {};  ///< `alg`, the only one that the key is for; empty for any that fits
  key_use use = key_use::any;
  key_operations operations = {};  ///< `key_ops`; empty for any that fits
};

/// Whether an export shows the private half. Of a symmetric key there is no other.
enum class key_part : std::uint8_t { public_part, private_part };

/// An immutable key. Copies share its numbers, which are overwritten when the last copy goes; thread-safe. Made at
/// start-up and when keys change (P-256 takes some 50 µs to check), never for each request: what uses a key takes it by
/// reference, so that no count is shared between cores.
class key {
 public:
  /// From a JWK: one JSON object. Unknown members are ignored. Refused: members missing, of a wrong type or given
  /// twice, numbers of a wrong length, points off their curve, a private half that is not the public one's, RSA below
  /// 2,048 or above 16,384 bits or with a public exponent that is even or below 65,537, more than two primes, an `alg`
  /// or `key_ops` that does not fit, `use` beside contradicting `key_ops`, symmetric keys without a byte.
  [[nodiscard]] static std::expected<key, error> from_jwk(std::string_view json);
  [[nodiscard]] static std::expected<key, error> from_jwk(const json::value& object);
  /// From the first key or certificate in PEM or DER: PKCS #8, PKCS #1, SEC 1, SubjectPublicKeyInfo or X.509. Of a
  /// certificate only the key counts. Held to the same rules; encrypted files are refused.
  [[nodiscard]] static std::expected<key, error> from_pem(std::string_view text, key_description described = {});
  [[nodiscard]] static std::expected<key, error> from_der(std::span<const std::byte> bytes,
                                                          key_description described = {});
  /// A symmetric key of these bytes.
  [[nodiscard]] static std::expected<key, error> from_secret(std::span<const std::byte> bytes,
                                                             key_description described = {});
  /// A new key of that curve; a new RSA key of 2,048 to 16,384 bits; a new symmetric key.
  [[nodiscard]] static std::expected<key, error> generate(curve which, key_description described = {});
  [[nodiscard]] static std::expected<key, error> generate_rsa(unsigned bits, key_description described = {});
  [[nodiscard]] static std::expected<key, error> generate_secret(std::size_t bytes, key_description described = {});

  [[nodiscard]] key_kind kind() const noexcept;
  [[nodiscard]] curve on_curve() const noexcept;
  /// Bits of the modulus, of the field, or of a symmetric key.
  [[nodiscard]] unsigned bits() const noexcept;
  /// Whether the private half is there; always of symmetric keys.
  [[nodiscard]] bool is_private() const noexcept;
  /// Views and references live as long as any copy of the key.
  [[nodiscard]] const key_description& described() const noexcept;
  [[nodiscard]] std::string_view id() const noexcept { return described().id; }

  /// Whether kind, curve, size, `alg`, `use` and `key_ops` let it do that. `verify` and `sign` tell the halves apart.
  [[nodiscard]] std::expected<void, error> fits(signature_algorithm algorithm, key_operation operation) const noexcept;
  [[nodiscard]] std::expected<void, error> fits(key_algorithm algorithm, content_algorithm content,
                                                key_operation operation) const noexcept;

  /// SHA-256 over the members that make the key (RFC 7638): as base64url, and as a URI (RFC 9278).
  [[nodiscard]] std::string thumbprint() const;
  [[nodiscard]] std::string thumbprint_uri() const;

  /// As JWK, PEM or DER (SubjectPublicKeyInfo or PKCS #8; symmetric keys have only a JWK). Refused: the private part of
  /// a key that has none, and the public part of a symmetric one.
  [[nodiscard]] std::expected<secret_bytes, error> to_jwk(key_part which) const;
  [[nodiscard]] std::expected<secret_bytes, error> to_pem(key_part which) const;
  [[nodiscard]] std::expected<secret_bytes, error> to_der(key_part which) const;

  /// The same key without its private half; itself where it has none. Refused for symmetric keys.
  [[nodiscard]] std::expected<key, error> public_key() const;
  /// The same key, described otherwise. Refused where the description does not fit.
  [[nodiscard]] std::expected<key, error> with(key_description described) const;

  /// Whether both are the same numbers, private halves aside. In constant time for symmetric keys.
  friend bool operator==(const key& left, const key& right) noexcept;

  /// For the room's own files.
  [[nodiscard]] const detail::key_material& material() const noexcept { return *material_; }
  explicit key(std::shared_ptr<const detail::key_material> material) noexcept : material_(std::move(material)) {}

 private:
  std::shared_ptr<const detail::key_material> material_;
};

}  // namespace candela::jose
