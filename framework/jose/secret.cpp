#include <openssl/crypto.h>

#include <candela/jose/secret.hpp>
#include <cstring>

namespace candela::jose {

void wipe(std::span<std::byte> bytes) noexcept {
  if (!bytes.empty()) OPENSSL_cleanse(bytes.data(), bytes.size());
}

secret_bytes::secret_bytes(std::span<const std::byte> content) : secret_bytes(content.size()) {
  if (!content.empty()) std::memcpy(bytes_.get(), content.data(), content.size());
}

void secret_bytes::shrink(std::size_t size) noexcept {
  // The deleter frees the whole block whatever its size says.
  wipe({bytes_.get() + size, size_ - size});
  size_ = size;
}

}  // namespace candela::jose
