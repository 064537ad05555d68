#include <openssl/err.h>

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

fetched fetch_all() {
  fetched all;
  fetch(all.sha1, EVP_MD_fetch, "SHA1");
  fetch(all.sha256, EVP_MD_fetch, "SHA256");
  fetch(all.sha384, EVP_MD_fetch, "SHA384");
  fetch(all.sha512, EVP_MD_fetch, "SHA512");
  fetch(all.hmac, EVP_MAC_fetch, "HMAC");
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

void clear_errors() noexcept { ERR_clear_error(); }

}  // namespace candela::jose::detail
