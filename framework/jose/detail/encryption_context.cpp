#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <candela/core/secret.hpp>
#include <candela/jose/detail/constant_time.hpp>
#include <candela/jose/detail/encryption_context.hpp>
#include <candela/jose/detail/key_numbers.hpp>
#include <candela/jose/detail/raw_key.hpp>
#include <cstring>

namespace candela::jose::detail {

namespace {

using bytes = std::span<const std::byte>;

const unsigned char* raw(bytes from) noexcept { return reinterpret_cast<const unsigned char*>(from.data()); }
unsigned char* raw(std::byte* from) noexcept { return reinterpret_cast<unsigned char*>(from); }

const EVP_MD* oaep_digest(key_algorithm algorithm) noexcept {
  return algorithm == key_algorithm::rsa_oaep ? algorithms().sha1.get() : algorithms().sha256.get();
}

secret_bytes derived(EVP_PKEY_CTX* context, EVP_PKEY& with, std::size_t size) {
  secret_bytes shared(size);
  std::size_t written = size;
  const bool agreed = EVP_PKEY_derive_set_peer_ex(context, &with, 0) == 1 &&
                      EVP_PKEY_derive(context, raw(shared.data()), &written) == 1 && written == size;
  if (agreed && !equal_secrets(shared, secret_bytes(size))) return shared;
  clear_errors();
  return {};
}

}  // namespace

EVP_PKEY_CTX* encryption_context::prepare(prepared& kept, key_algorithm algorithm, int (*begin)(EVP_PKEY_CTX*),
                                          int padding) {
  if (kept.context != nullptr && kept.algorithm == algorithm) return kept.context.get();
  pkey_ctx_ptr made(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.pkey.get(), nullptr));
  if (made == nullptr || begin(made.get()) != 1) return nullptr;
  EVP_PKEY_CTX* const context = made.get();
  if (EVP_PKEY_CTX_set_rsa_padding(context, padding) != 1) return nullptr;
  // Both digests: either alone would leave the other one SHA-1 (RFC 7518, section 4.3).
  if (padding == RSA_PKCS1_OAEP_PADDING && (EVP_PKEY_CTX_set_rsa_oaep_md(context, oaep_digest(algorithm)) != 1 ||
                                            EVP_PKEY_CTX_set_rsa_mgf1_md(context, oaep_digest(algorithm)) != 1))
    return nullptr;
  kept = {std::move(made), algorithm};
  return context;
}

bool encryption_context::encrypt(key_algorithm algorithm, bytes in, std::byte* out) {
  const int padding = algorithm == key_algorithm::rsa1_5 ? RSA_PKCS1_PADDING : RSA_PKCS1_OAEP_PADDING;
  EVP_PKEY_CTX* const context = prepare(encrypt_, algorithm, EVP_PKEY_encrypt_init, padding);
  std::size_t size = (key_.bits + 7) / 8;
  const bool done = context != nullptr && EVP_PKEY_encrypt(context, raw(out), &size, raw(in), in.size()) == 1;
  if (!done) clear_errors();
  return done;
}

bool encryption_context::decrypt(key_algorithm algorithm, bytes in, std::span<std::byte> content_key) {
  // Drawn first: whoever needs it must not be told by the time that it takes.
  if (!draw_random(content_key)) return false;
  // OpenSSL 3.0 tells of RSA1_5 whether the padding was right. So it only raises to the power here.
  const bool bare = algorithm == key_algorithm::rsa1_5;
  EVP_PKEY_CTX* const context =
      prepare(decrypt_, algorithm, EVP_PKEY_decrypt_init, bare ? RSA_NO_PADDING : RSA_PKCS1_OAEP_PADDING);
  if (context == nullptr) {
    clear_errors();
    return false;
  }
  secret_bytes opened((key_.bits + 7) / 8);
  std::size_t size = opened.size();
  const bool done = EVP_PKEY_decrypt(context, raw(opened.data()), &size, raw(in), in.size()) == 1;
  clear_errors();
  if (bare) {
    take_pkcs1_padded(opened, done, content_key);
  } else if (done && size == content_key.size()) {
    std::copy_n(opened.data(), size, content_key.data());
  }
  return true;
}

secret_bytes encryption_context::agree(EVP_PKEY& with) {
  if (agree_ == nullptr) {
    pkey_ctx_ptr made(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.pkey.get(), nullptr));
    if (made == nullptr || EVP_PKEY_derive_init(made.get()) != 1) {
      clear_errors();
      return {};
    }
    agree_ = std::move(made);
  }
  return derived(agree_.get(), with, field_size(key_.on_curve));
}

pkey_ptr encryption_context::make_ephemeral() {
  if (generate_ == nullptr) {
    pkey_ctx_ptr made(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.pkey.get(), nullptr));
    if (made != nullptr && EVP_PKEY_keygen_init(made.get()) == 1) generate_ = std::move(made);
  }
  EVP_PKEY* fresh = nullptr;
  if (generate_ == nullptr || EVP_PKEY_generate(generate_.get(), &fresh) != 1) clear_errors();
  return pkey_ptr(fresh);
}

// The context keeps its digest, which would have to be looked up again each time.
bool encryption_context::concat(bytes shared, bytes information, std::span<std::byte> out) {
  if (concat_ == nullptr) {
    kdf_ctx_ptr made(EVP_KDF_CTX_new(algorithms().concat.get()));
    char digest[] = "SHA256";
    const OSSL_PARAM chosen[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
                                 OSSL_PARAM_construct_end()};
    if (made != nullptr && EVP_KDF_CTX_set_params(made.get(), chosen) == 1) concat_ = std::move(made);
  }
  const auto octets = [](const char* name, bytes content) {
    return OSSL_PARAM_construct_octet_string(name, const_cast<std::byte*>(content.data()), content.size());
  };
  const OSSL_PARAM input[] = {octets(OSSL_KDF_PARAM_KEY, shared), octets(OSSL_KDF_PARAM_INFO, information),
                              OSSL_PARAM_construct_end()};
  const bool done = concat_ != nullptr && EVP_KDF_derive(concat_.get(), raw(out.data()), out.size(), input) == 1;
  // It keeps its own copy of the secret until it gets another one, and overwrites it then.
  constexpr std::byte nothing{0};
  const OSSL_PARAM forget[] = {octets(OSSL_KDF_PARAM_KEY, {&nothing, 1}), OSSL_PARAM_construct_end()};
  if (!done || EVP_KDF_CTX_set_params(concat_.get(), forget) != 1) concat_.reset();
  if (!done) clear_errors();
  return done;
}

secret_bytes agree_once(EVP_PKEY& own, EVP_PKEY& with, std::size_t size) {
  const pkey_ctx_ptr context(EVP_PKEY_CTX_new_from_pkey(nullptr, &own, nullptr));
  if (context != nullptr && EVP_PKEY_derive_init(context.get()) == 1) return derived(context.get(), with, size);
  clear_errors();
  return {};
}

}  // namespace candela::jose::detail
