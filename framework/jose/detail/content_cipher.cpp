#include <openssl/core_names.h>

#include <algorithm>
#include <array>
#include <candela/core/secret.hpp>
#include <candela/jose/detail/content_cipher.hpp>
#include <candela/jose/detail/openssl.hpp>

namespace candela::jose::detail {

namespace {

// Of CBC with HMAC the first half of the key is for the MAC and the second for AES (RFC 7518, section 5.2.2.1).
bytes mac_key(bytes key) noexcept { return key.first(key.size() / 2); }
bytes aes_key(bytes key) noexcept { return key.last(key.size() / 2); }

using mac_bytes = std::array<std::byte, 64>;

// HMAC over AAD, IV, ciphertext and the bits of the AAD as 64-bit number.
bool mac(const content_keying& with, bytes ciphertext, mac_bytes& out) {
  const mac_ctx_ptr& ready = algorithms().keyless_hmac[static_cast<std::size_t>(with.algorithm)];
  const mac_ctx_ptr context(EVP_MAC_CTX_dup(ready.get()));
  const bytes key = mac_key(with.key);
  const auto update = [&](const void* data, std::size_t size) {
    return EVP_MAC_update(context.get(), static_cast<const unsigned char*>(data), size) == 1;
  };
  bool good = context != nullptr &&
              EVP_MAC_init(context.get(), reinterpret_cast<const unsigned char*>(key.data()), key.size(), nullptr) == 1;
  std::uint64_t bits = 0;
  for (const std::string_view each : with.additional) {
    good = good && update(each.data(), each.size());
    bits += std::uint64_t{each.size()} * 8;
  }
  std::array<unsigned char, 8> length;
  for (std::size_t i = 0; i != length.size(); ++i) length[i] = static_cast<unsigned char>(bits >> (56 - 8 * i));
  good = good && update(with.iv.data(), with.iv.size()) && update(ciphertext.data(), ciphertext.size()) &&
         update(length.data(), length.size());
  std::size_t written = 0;
  good = good && EVP_MAC_final(context.get(), reinterpret_cast<unsigned char*>(out.data()), &written, out.size()) == 1;
  if (!good) clear_errors();
  return good;
}

std::optional<secret_bytes> open_cbc(const content_keying& with, bytes ciphertext, bytes tag) {
  mac_bytes own;
  // The tag first, so that nothing of what the padding looks like is ever told.
  if (!mac(with, ciphertext, own) || !equal_secrets(std::span(own).first(tag_size(with.algorithm)), tag))
    return std::nullopt;
  secret_bytes content(ciphertext.size());
  const std::size_t size = cbc_decrypt(aes_key(with.key), with.iv, ciphertext, content.data());
  if (size == std::string_view::npos) return std::nullopt;
  content.shrink(size);
  return content;
}

}  // namespace

bool seal(const content_keying& with, bytes content, std::byte* ciphertext, std::byte* tag) {
  if (is_gcm(with.algorithm)) return gcm_seal(with.key, with.iv, with.additional, content, ciphertext, tag);
  mac_bytes own;
  if (!cbc_encrypt(aes_key(with.key), with.iv, content, ciphertext) ||
      !mac(with, {ciphertext, ciphertext_size(with.algorithm, content.size())}, own))
    return false;
  std::copy_n(own.begin(), tag_size(with.algorithm), tag);
  return true;
}

std::optional<secret_bytes> open(const content_keying& with, bytes ciphertext, bytes tag) {
  if (!is_gcm(with.algorithm)) return open_cbc(with, ciphertext, tag);
  secret_bytes content(ciphertext.size());
  if (!gcm_open(with.key, with.iv, with.additional, ciphertext, tag, content.data())) return std::nullopt;
  return content;
}

}  // namespace candela::jose::detail
