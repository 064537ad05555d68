#include "test_certificates.hpp"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include <fstream>
#include <stdexcept>

namespace candela::net::test {

namespace {

void need(bool held, const char* what) {
  if (!held) throw std::runtime_error(what);
}

template <class Write>
std::string as_text(Write write) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> sink(BIO_new(BIO_s_mem()), BIO_free);
  need(write(sink.get()) == 1, "cannot write PEM");
  char* text = nullptr;
  const long length = BIO_get_mem_data(sink.get(), &text);
  return {text, static_cast<std::size_t>(length)};
}

}  // namespace

certificate::certificate(const certificate_options& options, const certificate* issuer)
    : key_(options.rsa_bits != 0 ? EVP_RSA_gen(options.rsa_bits) : EVP_EC_gen("P-256"), EVP_PKEY_free),
      certificate_(X509_new(), X509_free) {
  need(key_ != nullptr && certificate_ != nullptr, "OpenSSL makes no key");
  fill(options, issuer);
}

void certificate::fill(const certificate_options& options, const certificate* issuer) {
  X509* const made = x509();
  std::uint64_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
  X509_set_version(made, X509_VERSION_3);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(made), serial >> 1);
  X509_gmtime_adj(X509_getm_notBefore(made), options.begins.count());
  X509_gmtime_adj(X509_getm_notAfter(made), options.ends.count());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(options.common_name.c_str()), -1, -1, 0);
  X509_set_issuer_name(made, X509_get_subject_name(issuer != nullptr ? issuer->x509() : made));
  X509_set_pubkey(made, key());
  extend(NID_basic_constraints, options.authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  if (!options.key_usage.empty()) extend(NID_key_usage, options.key_usage);
  if (!options.alt_names.empty()) extend(NID_subject_alt_name, options.alt_names);
  need(X509_sign(made, issuer != nullptr ? issuer->key() : key(), EVP_sha256()) > 0, "cannot sign");
}

void certificate::extend(int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, x509(), x509(), nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> made(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()), X509_EXTENSION_free);
  need(made != nullptr && X509_add_ext(x509(), made.get(), -1) == 1, "cannot extend a certificate");
}

std::string certificate::pem() const {
  return as_text([this](BIO* sink) { return PEM_write_bio_X509(sink, x509()); });
}

std::string certificate::key_pem() const {
  return as_text(
      [this](BIO* sink) { return PEM_write_bio_PrivateKey(sink, key(), nullptr, nullptr, 0, nullptr, nullptr); });
}

std::string certificate::protected_key_pem() const {
  return as_text([this](BIO* sink) {
    return PEM_write_bio_PKCS8PrivateKey(sink, key(), EVP_aes_256_cbc(), "secret", 6, nullptr, nullptr);
  });
}

certificate make_authority(const std::string& name) {
  certificate_options options;
  options.common_name = name;
  options.authority = true;
  options.key_usage = "critical,keyCertSign,cRLSign";
  return certificate(options);
}

temporary_folder::temporary_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "candela-XXXXXX").string();
  need(::mkdtemp(name.data()) != nullptr, "cannot make a folder");
  path_ = name;
}

temporary_folder::~temporary_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string temporary_folder::write(const std::string& name, std::string_view text) const {
  const std::filesystem::path target = path_ / name;
  const std::filesystem::path fresh = path_ / (name + ".new");
  std::ofstream(fresh, std::ios::binary) << text;
  std::filesystem::rename(fresh, target);
  return target.string();
}

}  // namespace candela::net::test
