#include <openssl/pem.h>
#include <openssl/x509.h>

#include <candela/jose/detail/key_files.hpp>
#include <climits>

namespace candela::jose::detail {

namespace {

using x509_ptr = std::unique_ptr<X509, openssl_free<X509_free>>;

std::unexpected<error> refused(failure code, std::string_view detail) {
  clear_errors();
  return std::unexpected(error{code, detail});
}

// OpenSSL would ask at the terminal.
int no_password(char*, int, int, void*) { return -1; }

bool names(std::string_view text, std::string_view label) {
  const std::size_t begin = text.find("-----BEGIN ");
  return begin != text.npos && text.substr(begin + 11, label.size()) == label;
}

pkey_ptr of_certificate(X509* certificate) {
  const x509_ptr owner(certificate);
  return pkey_ptr(certificate != nullptr ? X509_get_pubkey(certificate) : nullptr);
}

// Bytes behind it would be a second reading of the same file.
template <class Read>
pkey_ptr whole(std::span<const std::byte> bytes, Read read) {
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  const unsigned char* const end = at + bytes.size();
  pkey_ptr found = read(&at, static_cast<long>(bytes.size()));
  return found != nullptr && at == end ? std::move(found) : nullptr;
}

template <class Write>
std::expected<secret_bytes, error> written(Write write) {
  const bio_ptr out(BIO_new(BIO_s_secmem()));
  if (out == nullptr || write(out.get()) != 1) return refused(failure::out_of_resources, "OpenSSL could not write it");
  char* content = nullptr;
  const long size = BIO_get_mem_data(out.get(), &content);
  return secret_bytes(std::as_bytes(std::span(content, static_cast<std::size_t>(size))));
}

}  // namespace

std::expected<pkey_ptr, error> read_pem(std::string_view text) {
  if (text.size() > INT_MAX) return refused(failure::too_large, "the file");
  const bio_ptr from(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (from == nullptr) return refused(failure::out_of_resources, "no memory for a key");
  pkey_ptr found;
  if (names(text, "ENCRYPTED ") || text.contains("Proc-Type: 4,ENCRYPTED"))
    return refused(failure::key_invalid, "an encrypted key");
  if (names(text, "CERTIFICATE")) {
    found = of_certificate(PEM_read_bio_X509(from.get(), nullptr, no_password, nullptr));
  } else if (names(text, "PUBLIC KEY") || names(text, "RSA PUBLIC KEY")) {
    found.reset(PEM_read_bio_PUBKEY(from.get(), nullptr, no_password, nullptr));
  } else {
    found.reset(PEM_read_bio_PrivateKey(from.get(), nullptr, no_password, nullptr));
  }
  if (found == nullptr) return refused(failure::malformed, "no key or certificate in PEM");
  return found;
}

std::expected<pkey_ptr, error> read_der(std::span<const std::byte> bytes) {
  if (bytes.size() > INT_MAX) return refused(failure::too_large, "the file");
  using input = const unsigned char**;
  pkey_ptr found = whole(bytes, [](input at, long size) { return pkey_ptr(d2i_AutoPrivateKey(nullptr, at, size)); });
  if (found == nullptr)
    found = whole(bytes, [](input at, long size) { return pkey_ptr(d2i_PUBKEY(nullptr, at, size)); });
  if (found == nullptr)
    found = whole(bytes, [](input at, long size) { return of_certificate(d2i_X509(nullptr, at, size)); });
  // The public half of PKCS #1, which names no algorithm.
  if (found == nullptr)
    found = whole(bytes, [](input at, long size) { return pkey_ptr(d2i_PublicKey(EVP_PKEY_RSA, nullptr, at, size)); });
  clear_errors();
  if (found == nullptr) return refused(failure::malformed, "no key or certificate in DER");
  return found;
}

std::expected<secret_bytes, error> write_pem(const EVP_PKEY& from, key_part which) {
  return written([&](BIO* out) {
    if (which == key_part::public_part) return PEM_write_bio_PUBKEY(out, &from);
    return PEM_write_bio_PKCS8PrivateKey(out, &from, nullptr, nullptr, 0, nullptr, nullptr);
  });
}

std::expected<secret_bytes, error> write_der(const EVP_PKEY& from, key_part which) {
  return written([&](BIO* out) {
    if (which == key_part::public_part) return i2d_PUBKEY_bio(out, &from);
    return i2d_PKCS8PrivateKey_bio(out, &from, nullptr, nullptr, 0, nullptr, nullptr);
  });
}

}  // namespace candela::jose::detail
