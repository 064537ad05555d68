#include <openssl/err.h>
#include <openssl/pem.h>

#include <candela/net/detail/tls_files.hpp>
#include <candela/net/detail/tls_pem.hpp>

namespace candela::net {

namespace {

bio_ptr reader_of(const secret_text& content) {
  return bio_ptr(BIO_new_mem_buf(content.text().data(), static_cast<int>(content.text().size())));
}

// Stands in for OpenSSL's own callback, which would ask on the terminal.
int no_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

bool at_end_of_file() {
  const unsigned long error = ERR_peek_last_error();
  return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

}  // namespace

std::expected<std::vector<x509_ptr>, std::string> read_certificates(const std::string& path) {
  const auto content = read_pem_file(path);
  if (!content) return std::unexpected(content.error());
  const bio_ptr reader = reader_of(*content);
  std::vector<x509_ptr> found;
  ERR_clear_error();
  while (X509* certificate = PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr))
    found.emplace_back(certificate);
  const bool whole = at_end_of_file();
  ERR_clear_error();
  if (!whole) return std::unexpected(path + " holds a certificate that cannot be read");
  if (found.empty()) return std::unexpected(path + " holds no certificate in PEM form");
  return found;
}

std::expected<evp_pkey_ptr, std::string> read_private_key(const std::string& path) {
  const auto content = read_pem_file(path);
  if (!content) return std::unexpected(content.error());
  const bio_ptr reader = reader_of(*content);
  bool asked = false;
  evp_pkey_ptr key(PEM_read_bio_PrivateKey(reader.get(), nullptr, no_passphrase, &asked));
  ERR_clear_error();
  if (asked) return std::unexpected(path + " is protected by a passphrase; a key without one is needed");
  if (!key) return std::unexpected(path + " holds no private key in PEM form");
  return key;
}

}  // namespace candela::net
