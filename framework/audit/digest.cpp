#include <openssl/evp.h>

#include <candela/audit/digest.hpp>
#include <candela/jose/base64url.hpp>
#include <new>
#include <span>

namespace candela::audit {

namespace {

constexpr std::size_t sha256_bytes = 32;

// Looked up once: a lookup takes locks that all threads share.
const EVP_MD* sha256() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return fetched;
}

}  // namespace

digest digest_of(std::string_view bytes) {
  std::array<std::byte, sha256_bytes> sum;
  auto* const out = reinterpret_cast<unsigned char*>(sum.data());
  if (EVP_Digest(bytes.data(), bytes.size(), out, nullptr, sha256(), nullptr) != 1) throw std::bad_alloc();
  digest text;
  jose::encode_base64url(text.data(), sum);
  return text;
}

}  // namespace candela::audit
