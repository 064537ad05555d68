#include <candela/jose/detail/openssl.hpp>
#include <candela/jose/digest.hpp>
#include <new>

namespace candela::jose {

namespace {

// Without memory nothing else fails here.
void require(int done) {
  if (done == 1) return;
  detail::clear_errors();
  throw std::bad_alloc();
}

unsigned char* raw(sha256_digest& digest) noexcept { return reinterpret_cast<unsigned char*>(digest.data()); }

}  // namespace

void sha256_stream::context_free::operator()(evp_md_ctx_st* context) const noexcept { EVP_MD_CTX_free(context); }

sha256_stream::sha256_stream() : context_(EVP_MD_CTX_new()) {
  if (context_ == nullptr) throw std::bad_alloc();
  begin();
}

void sha256_stream::begin() { require(EVP_DigestInit_ex2(context_.get(), detail::algorithms().sha256.get(), nullptr)); }

void sha256_stream::add(std::span<const std::byte> bytes) {
  require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

sha256_digest sha256_stream::finish() {
  sha256_digest digest;
  require(EVP_DigestFinal_ex(context_.get(), raw(digest), nullptr));
  begin();
  return digest;
}

sha256_digest sha256(std::span<const std::byte> bytes) {
  thread_local sha256_stream kept;
  kept.add(bytes);
  return kept.finish();
}

}  // namespace candela::jose
