// Session tickets (RFC 5077, RFC 8446 4.6.1): sealed with the process's keys, refused when what they carry has expired.
#include <openssl/core_names.h>
#include <openssl/rand.h>

#include <candela/net/detail/tls_native.hpp>

namespace candela::net {

namespace {

constexpr std::size_t name_bytes = 16;

bool set_up(const tls_ticket_keys::key& key, const unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
            int sealing) {
  char digest[] = "SHA256";
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, const_cast<unsigned char*>(key.mac.data()), key.mac.size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()};
  return EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key.cipher.data(), iv, sealing) == 1 &&
         EVP_MAC_CTX_set_params(mac, parameters) == 1;
}

int seal(tls_ticket_keys& keys, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac) {
  const auto key = keys.current(std::chrono::steady_clock::now());
  if (!key || RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) != 1) return -1;
  std::copy(key->name.begin(), key->name.end(), name);
  return set_up(*key, iv, cipher, mac, 1) ? 1 : -1;
}

int open(tls_ticket_keys& keys, const unsigned char* name, const unsigned char* iv, EVP_CIPHER_CTX* cipher,
         EVP_MAC_CTX* mac) {
  const auto now = std::chrono::steady_clock::now();
  const auto key = keys.find({name, name_bytes}, now);
  if (!key) return 0;
  if (!set_up(*key, iv, cipher, mac, 0)) return -1;
  return keys.retiring(*key, now) ? 2 : 1;
}

int on_ticket_key(SSL* session, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
                  int sealing) {
  tls_ticket_keys& keys = *attachment_of(SSL_get_SSL_CTX(session)).keys;
  return sealing != 0 ? seal(keys, name, iv, cipher, mac) : open(keys, name, iv, cipher, mac);
}

// OpenSSL does not look at a remembered client certificate again: one that expired meanwhile needs a full handshake.
bool still_valid(SSL_SESSION* remembered) {
  const X509* peer = SSL_SESSION_get0_peer(remembered);
  return peer == nullptr || X509_cmp_current_time(X509_get0_notAfter(peer)) > 0;
}

SSL_TICKET_RETURN on_ticket_opened(SSL*, SSL_SESSION* remembered, const unsigned char*, size_t,
                                   SSL_TICKET_STATUS status, void*) {
  switch (status) {
    case SSL_TICKET_SUCCESS: return still_valid(remembered) ? SSL_TICKET_RETURN_USE : SSL_TICKET_RETURN_IGNORE_RENEW;
    case SSL_TICKET_SUCCESS_RENEW:
      return still_valid(remembered) ? SSL_TICKET_RETURN_USE_RENEW : SSL_TICKET_RETURN_IGNORE_RENEW;
    default: return SSL_TICKET_RETURN_IGNORE_RENEW;
  }
}

int attachment_index() {
  static const int index = SSL_CTX_get_ex_new_index(
      0, nullptr, nullptr, nullptr,
      [](void*, void* value, CRYPTO_EX_DATA*, int, long, void*) { delete static_cast<tls_attachment*>(value); });
  return index;
}

}  // namespace

bool attach(SSL_CTX* context, std::unique_ptr<tls_attachment> value) {
  if (SSL_CTX_set_ex_data(context, attachment_index(), value.get()) != 1) return false;
  static_cast<void>(value.release());
  return true;
}

tls_attachment& attachment_of(SSL_CTX* context) noexcept {
  return *static_cast<tls_attachment*>(SSL_CTX_get_ex_data(context, attachment_index()));
}

bool install_tickets(SSL_CTX* context) {
  return SSL_CTX_set_tlsext_ticket_key_evp_cb(context, on_ticket_key) == 1 &&
         SSL_CTX_set_session_ticket_cb(context, nullptr, on_ticket_opened, nullptr) == 1;
}

}  // namespace candela::net
