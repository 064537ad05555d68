// Private to the room: what content keys ask of one asymmetric key on one thread.
#pragma once

#include <candela/jose/algorithms.hpp>
#include <candela/jose/detail/openssl.hpp>
#include <candela/jose/secret.hpp>
#include <cstddef>
#include <span>

namespace candela::jose::detail {

struct key_numbers;

/// OpenSSL's contexts, prepared once and used again. Knows nothing of what is allowed; callers ask `key::fits` first.
class encryption_context {
 public:
  explicit encryption_context(const key_numbers& of) noexcept : key_(of) {}

  /// RSA: as many bytes as the modulus has to `out`. False when OpenSSL refuses or has no memory.
  [[nodiscard]] bool encrypt(key_algorithm algorithm, std::span<const std::byte> in, std::byte* out);
  /// RSA: fills all of `content_key`, with what `in` (as long as the modulus) holds or, whatever is wrong with that,
  /// with random bytes; which of them, neither result nor time tells. False without memory or randomness only.
  [[nodiscard]] bool decrypt(key_algorithm algorithm, std::span<const std::byte> in, std::span<std::byte> content_key);

  /// ECDH, X25519 and X448: what this private key and a public one of the same curve, which was checked before, have in
  /// common. Empty when OpenSSL refuses, has no memory, or when it is all zeros (RFC 7748, section 6.1).
  [[nodiscard]] secret_bytes agree(EVP_PKEY& with);
  /// A new key of the same curve; null when OpenSSL could not make one.
  [[nodiscard]] pkey_ptr make_ephemeral();
  /// The single-step KDF of SP 800-56A, section 5.8.1, with SHA-256. False when OpenSSL refuses or has no memory.
  [[nodiscard]] bool concat(std::span<const std::byte> shared, std::span<const std::byte> information,
                            std::span<std::byte> out);

 private:
  struct prepared {
    pkey_ctx_ptr context;
    key_algorithm algorithm = key_algorithm::dir;
  };
  EVP_PKEY_CTX* prepare(prepared& kept, key_algorithm algorithm, int (*begin)(EVP_PKEY_CTX*), int padding);

  const key_numbers& key_;
  prepared encrypt_;
  prepared decrypt_;
  pkey_ctx_ptr agree_;
  pkey_ctx_ptr generate_;
  kdf_ctx_ptr concat_;
};

/// What two keys of one curve have in common, as `encryption_context::agree`, for a private half that is used once.
[[nodiscard]] secret_bytes agree_once(EVP_PKEY& own, EVP_PKEY& with, std::size_t size);

}  // namespace candela::jose::detail
