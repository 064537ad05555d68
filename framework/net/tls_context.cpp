#include <openssl/err.h>
#include <openssl/evp.h>

#include <candela/net/detail/tls_native.hpp>
#include <candela/net/detail/tls_pem.hpp>
#include <ctime>

namespace candela::net {

namespace {

using outcome = std::expected<void, std::string>;

// Only what has forward secrecy and authenticated encryption, the cheapest first; a client that says by its order that
// it has no AES unit gets ChaCha20.
constexpr const char* suites_1_2 =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* suites_1_3 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* groups = "X25519:P-256:P-384";
constexpr long session_seconds = 2 * 60 * 60;

std::string openssl_says() {
  const char* reason = ERR_reason_error_string(ERR_peek_error());
  std::string text = reason != nullptr ? reason : "no reason given";
  ERR_clear_error();
  return text;
}

std::chrono::system_clock::time_point time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  return std::chrono::system_clock::from_time_t(timegm(&parts));
}

outcome set_protocols(SSL_CTX* context, const tls_options& options) {
  const int oldest = options.minimum_version == tls_version::v1_3 ? TLS1_3_VERSION : TLS1_2_VERSION;
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_PRIORITIZE_CHACHA);
  // Buffers of an idle session go back; our chain is what the file says, never completed from the clients' authorities.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
  SSL_CTX_set_security_level(context, 2);
  if (SSL_CTX_set_min_proto_version(context, oldest) != 1 || SSL_CTX_set_cipher_list(context, suites_1_2) != 1 ||
      SSL_CTX_set_ciphersuites(context, suites_1_3) != 1 || SSL_CTX_set1_groups_list(context, groups) != 1) {
    return std::unexpected("OpenSSL lacks the protocols that TLS needs: " + openssl_says());
  }
  return {};
}

outcome set_certificate(SSL_CTX* context, const tls_options& options, std::chrono::system_clock::time_point& expires) {
  auto chain = read_certificates(options.certificate_file);
  if (!chain) return std::unexpected(chain.error());
  const auto key = read_private_key(options.key_file);
  if (!key) return std::unexpected(key.error());
  X509* const leaf = chain->front().get();
  if (X509_check_private_key(leaf, key->get()) != 1) {
    ERR_clear_error();
    return std::unexpected("the key in " + options.key_file + " does not belong to the certificate in " +
                           options.certificate_file);
  }
  if (X509_cmp_current_time(X509_get0_notAfter(leaf)) <= 0) {
    return std::unexpected("the certificate in " + options.certificate_file + " has expired");
  }
  bool taken = SSL_CTX_use_certificate(context, leaf) == 1 && SSL_CTX_use_PrivateKey(context, key->get()) == 1;
  for (std::size_t next = 1; taken && next != chain->size(); ++next) {
    taken = SSL_CTX_add1_chain_cert(context, (*chain)[next].get()) == 1;
  }
  if (!taken) return std::unexpected(options.certificate_file + " cannot be used: " + openssl_says());
  expires = time_of(X509_get0_notAfter(leaf));
  return {};
}

outcome trust(SSL_CTX* context, const tls_options& options, EVP_MD_CTX* digest) {
  const auto authorities = read_certificates(options.client_ca_file);
  if (!authorities) return std::unexpected(authorities.error());
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  // An intermediate authority in the file is trusted as such; without the flag only self-signed ones would be.
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  for (const x509_ptr& authority : *authorities) {
    if (X509_check_ca(authority.get()) == 0) {
      return std::unexpected(options.client_ca_file + " holds a certificate that is not an authority's");
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> each;
    unsigned length = 0;
    if (X509_STORE_add_cert(store, authority.get()) != 1 || SSL_CTX_add_client_CA(context, authority.get()) != 1 ||
        X509_digest(authority.get(), EVP_sha256(), each.data(), &length) != 1 ||
        EVP_DigestUpdate(digest, each.data(), length) != 1) {
      return std::unexpected(options.client_ca_file + " cannot be used: " + openssl_says());
    }
  }
  return {};
}

// Sessions are resumed only under the same authorities and the same demand for a certificate; the fingerprint is both.
outcome set_clients(SSL_CTX* context, const tls_options& options, tls_ticket_keys::fingerprint& authorities) {
  const std::unique_ptr<EVP_MD_CTX, openssl_free<EVP_MD_CTX_free>> digest(EVP_MD_CTX_new());
  const auto demand = static_cast<unsigned char>(options.client_certificates);
  if (!digest || EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) != 1 ||
      EVP_DigestUpdate(digest.get(), &demand, 1) != 1) {
    return std::unexpected("OpenSSL gives no SHA-256: " + openssl_says());
  }
  if (options.client_certificates != client_certificates::none) {
    if (options.client_ca_file.empty())
      return std::unexpected("client certificates are asked for, but no CA file is named");
    if (const outcome trusted = trust(context, options, digest.get()); !trusted) return trusted;
    const bool needed = options.client_certificates == client_certificates::required;
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (needed ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
  }
  unsigned length = 0;
  if (EVP_DigestFinal_ex(digest.get(), authorities.data(), &length) != 1 ||
      SSL_CTX_set_session_id_context(context, authorities.data(), length) != 1) {
    return std::unexpected("OpenSSL gives no session context: " + openssl_says());
  }
  return {};
}

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* length, const unsigned char* offered,
                    unsigned offered_bytes, void* argument) {
  const std::string& ours = static_cast<tls_attachment*>(argument)->alpn;
  unsigned char* found = nullptr;
  const int result = SSL_select_next_proto(&found, length, reinterpret_cast<const unsigned char*>(ours.data()),
                                           static_cast<unsigned>(ours.size()), offered, offered_bytes);
  *chosen = found;
  // RFC 7301, 3.2: no protocol in common ends the handshake.
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

outcome set_sessions(SSL_CTX* context, const tls_options& options, std::shared_ptr<tls_ticket_keys> keys) {
  auto attachment = std::make_unique<tls_attachment>();
  attachment->keys = std::move(keys);
  for (const std::string& protocol : options.alpn) {
    if (protocol.empty() || protocol.size() > 255) return std::unexpected("an ALPN protocol has 1 to 255 bytes");
    attachment->alpn += static_cast<char>(protocol.size());
    attachment->alpn += protocol;
  }
  if (!attachment->alpn.empty()) SSL_CTX_set_alpn_select_cb(context, choose_protocol, attachment.get());
  if (!attach(context, std::move(attachment))) return std::unexpected("OpenSSL gives no memory");
  // What resumption needs travels in the client's ticket; nothing is remembered here.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_timeout(context, session_seconds);
  if (!options.resumption) {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(context, 0);
  } else if (!install_tickets(context)) {
    return std::unexpected("OpenSSL gives no session tickets: " + openssl_says());
  }
  return {};
}

bool same_chain(SSL_CTX* one, SSL_CTX* other) noexcept {
  STACK_OF(X509)* first = nullptr;
  STACK_OF(X509)* second = nullptr;
  SSL_CTX_get0_chain_certs(one, &first);
  SSL_CTX_get0_chain_certs(other, &second);
  const int count = first == nullptr ? 0 : sk_X509_num(first);
  if (count != (second == nullptr ? 0 : sk_X509_num(second))) return false;
  for (int i = 0; i != count; ++i) {
    if (X509_cmp(sk_X509_value(first, i), sk_X509_value(second, i)) != 0) return false;
  }
  return true;
}

}  // namespace

tls_context::tls_context(tls_options options, std::shared_ptr<tls_ticket_keys> keys, std::unique_ptr<native> made)
    : options_(std::move(options)), keys_(std::move(keys)), native_(std::move(made)) {}

tls_context::~tls_context() = default;

bool tls_context::same_certificates(const tls_context& other) const noexcept {
  SSL_CTX* const ours = native_->context.get();
  SSL_CTX* const theirs = other.native_->context.get();
  return authorities_ == other.authorities_ &&
         X509_cmp(SSL_CTX_get0_certificate(ours), SSL_CTX_get0_certificate(theirs)) == 0 && same_chain(ours, theirs);
}

std::expected<std::shared_ptr<const tls_context>, std::string> tls_context::load(
    tls_options options, std::shared_ptr<tls_ticket_keys> keys) {
  if (!keys) keys = std::make_shared<tls_ticket_keys>();
  auto made = std::make_unique<native>();
  made->files = look_at_files(options);
  made->context.reset(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* const context = made->context.get();
  if (context == nullptr) return std::unexpected("OpenSSL gives no context: " + openssl_says());
  std::chrono::system_clock::time_point expires;
  tls_ticket_keys::fingerprint authorities;
  outcome step = set_protocols(context, options);
  if (step) step = set_certificate(context, options, expires);
  if (step) step = set_clients(context, options, authorities);
  if (step) step = set_sessions(context, options, keys);
  if (!step) return std::unexpected(step.error());
  // Last: what could not be loaded must not cost the clients of the context in use their tickets.
  keys->use_client_ca(authorities);
  std::shared_ptr<tls_context> loaded(new tls_context(std::move(options), std::move(keys), std::move(made)));
  loaded->expires_ = expires;
  loaded->authorities_ = authorities;
  return loaded;
}

}  // namespace candela::net
