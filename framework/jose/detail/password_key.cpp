#include <openssl/core_names.h>

#include <candela/jose/detail/key_way.hpp>
#include <candela/jose/detail/openssl.hpp>
#include <candela/jose/detail/password_key.hpp>
#include <string>

namespace candela::jose::detail {

namespace {

OSSL_PARAM octets(const char* name, const void* content, std::size_t size) noexcept {
  return OSSL_PARAM_construct_octet_string(name, const_cast<void*>(content), size);
}

// SHA-256, SHA-384 or SHA-512, twice as long as the key.
std::string digest_name(key_algorithm algorithm) { return "SHA" + std::to_string(wrapping_key_size(algorithm) * 16); }

}  // namespace

secret_bytes password_key(key_algorithm algorithm, const secret_bytes& password, std::span<const std::byte> salt,
                          std::uint32_t iterations) {
  // The name goes before the salt, so that no two algorithms make related keys (RFC 7518, section 4.8.1.1).
  std::string whole_salt(name_of(algorithm));
  whole_salt += '\0';
  whole_salt.append(reinterpret_cast<const char*>(salt.data()), salt.size());
  std::string digest = digest_name(algorithm);
  const OSSL_PARAM input[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
                              octets(OSSL_KDF_PARAM_PASSWORD, password.data(), password.size()),
                              octets(OSSL_KDF_PARAM_SALT, whole_salt.data(), whole_salt.size()),
                              OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_ITER, &iterations),
                              OSSL_PARAM_construct_end()};
  const kdf_ctx_ptr context(EVP_KDF_CTX_new(algorithms().pbkdf2.get()));
  secret_bytes derived(wrapping_key_size(algorithm));
  auto* const out = reinterpret_cast<unsigned char*>(derived.data());
  if (context != nullptr && EVP_KDF_derive(context.get(), out, derived.size(), input) == 1) return derived;
  clear_errors();
  return {};
}

}  // namespace candela::jose::detail
