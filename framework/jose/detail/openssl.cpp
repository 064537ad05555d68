#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rand.h>

#include <candela/jose/detail/openssl.hpp>
#include <stdexcept>
#include <string>

namespace candela::jose::detail {

namespace {

template <class Pointer, class Fetch>
void fetch(Pointer& into, Fetch function, const char* name) {
  into.reset(function(nullptr, name, nullptr));
  if (into == nullptr) throw std::runtime_error(std::string("OpenSSL has no ") + name);
}

// A context can be copied once it has had a key: this one is none.
mac_ctx_ptr keyless(const mac_ptr& mac, const char* digest) {
  constexpr unsigned char no_key[32] = {};
  mac_ctx_ptr made(EVP_MAC_CTX_new(mac.get()));
  const OSSL_PARAM chosen[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(digest), 0),
                               OSSL_PARAM_construct_end()};
  if (made == nullptr || EVP_MAC_init(made.get(), no_key, sizeof no_key, chosen) != 1)
    throw std::runtime_error(std::string("OpenSSL has no HMAC with ") + digest);
  return made;
}

fetched fetch_all() {
  fetched all;
  fetch(all.sha1, EVP_MD_fetch, "SHA1");
  fetch(all.sha256, EVP_MD_fetch, "SHA256");
  fetch(all.sha384, EVP_MD_fetch, "SHA384");
  fetch(all.sha512, EVP_MD_fetch, "SHA512");
  fetch(all.hmac, EVP_MAC_fetch, "HMAC");
  constexpr const char* digests[] = {"SHA256", "SHA384", "SHA512"};
  for (int i = 0; i != 3; ++i) all.keyless_hmac[i] = keyless(all.hmac, digests[i]);
  fetch(all.concat, EVP_KDF_fetch, "SSKDF");
  fetch(all.pbkdf2, EVP_KDF_fetch, "PBKDF2");
  constexpr const char* sizes[] = {"128", "192", "256"};
  for (int i = 0; i != 3; ++i) {
    const std::string aes = std::string("AES-") + sizes[i];
    fetch(all.aes_cbc[i], EVP_CIPHER_fetch, (aes + "-CBC").c_str());
    fetch(all.aes_gcm[i], EVP_CIPHER_fetch, (aes + "-GCM").c_str());
    fetch(all.aes_wrap[i], EVP_CIPHER_fetch, (aes + "-WRAP").c_str());
  }
  return all;
}

}  // namespace

const fetched& algorithms() {
  // OpenSSL takes itself down at exit, before or after our statics.
  static const fetched& all = *new fetched(fetch_all());
  return all;
}

bool draw_random(std::span<std::byte> bytes) noexcept {
  const bool drawn = RAND_priv_bytes_ex(nullptr, reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), 0) == 1;
  if (!drawn) clear_errors();
  return drawn;
}

void clear_errors() noexcept { ERR_clear_error(); }

}  // namespace candela::jose::detail
