// Private to the room: owners of OpenSSL's objects, and the algorithms that are fetched once.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/param_build.h>
#include <openssl/params.h>

#include <cstddef>
#include <memory>
#include <span>

namespace candela::jose::detail {

template <auto Free>
struct openssl_free {
  template <class Object>
  void operator()(Object* object) const noexcept {
    Free(object);
  }
};

using pkey_ptr = std::unique_ptr<EVP_PKEY, openssl_free<EVP_PKEY_free>>;
using pkey_ctx_ptr = std::unique_ptr<EVP_PKEY_CTX, openssl_free<EVP_PKEY_CTX_free>>;
using md_ptr = std::unique_ptr<EVP_MD, openssl_free<EVP_MD_free>>;
using md_ctx_ptr = std::unique_ptr<EVP_MD_CTX, openssl_free<EVP_MD_CTX_free>>;
using mac_ptr = std::unique_ptr<EVP_MAC, openssl_free<EVP_MAC_free>>;
using mac_ctx_ptr = std::unique_ptr<EVP_MAC_CTX, openssl_free<EVP_MAC_CTX_free>>;
using kdf_ptr = std::unique_ptr<EVP_KDF, openssl_free<EVP_KDF_free>>;
using kdf_ctx_ptr = std::unique_ptr<EVP_KDF_CTX, openssl_free<EVP_KDF_CTX_free>>;
using cipher_ptr = std::unique_ptr<EVP_CIPHER, openssl_free<EVP_CIPHER_free>>;
using cipher_ctx_ptr = std::unique_ptr<EVP_CIPHER_CTX, openssl_free<EVP_CIPHER_CTX_free>>;
using bignum_ptr = std::unique_ptr<BIGNUM, openssl_free<BN_clear_free>>;
using ecdsa_sig_ptr = std::unique_ptr<ECDSA_SIG, openssl_free<ECDSA_SIG_free>>;
using bio_ptr = std::unique_ptr<BIO, openssl_free<BIO_free_all>>;
using param_build_ptr = std::unique_ptr<OSSL_PARAM_BLD, openssl_free<OSSL_PARAM_BLD_free>>;
using params_ptr = std::unique_ptr<OSSL_PARAM, openssl_free<OSSL_PARAM_free>>;

/// What OpenSSL knows by name, looked up once: a lookup takes locks that all threads share. Made at first use, never
/// destroyed. Throws `std::runtime_error` when the library lacks one.
struct fetched {
  md_ptr sha1;  ///< for RSA-OAEP and `x5t` only
  md_ptr sha256;
  md_ptr sha384;
  md_ptr sha512;
  mac_ptr hmac;
  mac_ctx_ptr keyless_hmac[3];  ///< of SHA-256, SHA-384 and SHA-512: copied, a copy takes a key without a lookup
  kdf_ptr concat;               ///< the single-step KDF of SP 800-56A, as ECDH-ES takes it
  kdf_ptr pbkdf2;
  cipher_ptr aes_cbc[3];  ///< of 128, 192 and 256 bits, as all below
  cipher_ptr aes_gcm[3];
  cipher_ptr aes_wrap[3];
};
[[nodiscard]] const fetched& algorithms();

/// Bytes for keys and nonces, from OpenSSL's generator of this thread. False when it has none.
[[nodiscard]] bool draw_random(std::span<std::byte> bytes) noexcept;

/// Forgets what OpenSSL noted on this thread about a failure.
void clear_errors() noexcept;

}  // namespace candela::jose::detail
