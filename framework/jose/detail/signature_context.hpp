// Private to the room: signing and checking with one key on one thread.
#pragma once

#include <candela/jose/algorithms.hpp>
#include <candela/jose/detail/openssl.hpp>
#include <cstddef>
#include <span>
#include <string_view>

namespace candela::jose::detail {

struct key_numbers;

/// The longest signature: RSA of 16,384 bits.
inline constexpr std::size_t max_signature_size = 2048;

/// The bytes of a signature by that key.
[[nodiscard]] std::size_t signature_size(const key_numbers& by, signature_algorithm algorithm) noexcept;

/// OpenSSL's contexts, prepared once and used again: preparing costs as much as some of the operations. Knows nothing
/// of what is allowed; callers ask `key::fits` first. Text comes in two parts, so that nothing has to be joined; an
/// Edwards curve needs it in one, and joins it here.
class signature_context {
 public:
  explicit signature_context(const key_numbers& of) noexcept : key_(of) {}

  /// Writes `signature_size` bytes to `out`. False when OpenSSL refuses or has no memory.
  [[nodiscard]] bool sign(signature_algorithm algorithm, std::span<const std::string_view> text, std::byte* out);
  /// False for whatever is not this key's signature of that text.
  [[nodiscard]] bool verify(signature_algorithm algorithm, std::span<const std::string_view> text,
                            std::span<const std::byte> signature);

 private:
  struct prepared {
    pkey_ctx_ptr context;
    signature_algorithm algorithm = signature_algorithm::hs256;
  };

  bool digest(signature_algorithm algorithm, std::span<const std::string_view> text, unsigned char* out,
              std::size_t& size);
  bool mac(signature_algorithm algorithm, std::span<const std::string_view> text, unsigned char* out);
  EVP_PKEY_CTX* prepare(prepared& kept, signature_algorithm algorithm, int (*begin)(EVP_PKEY_CTX*));
  bool sign_digest(signature_algorithm algorithm, std::span<const unsigned char> digest, std::byte* out);
  bool verify_digest(signature_algorithm algorithm, std::span<const unsigned char> digest,
                     std::span<const std::byte> signature);
  using begin_edwards = int(EVP_MD_CTX*, EVP_PKEY_CTX**, const char*, OSSL_LIB_CTX*, const char*, EVP_PKEY*,
                            const OSSL_PARAM*);
  bool copy_prepared(md_ctx_ptr& kept, begin_edwards* begin);
  bool sign_edwards(std::span<const std::string_view> text, std::byte* out);
  bool verify_edwards(std::span<const std::string_view> text, std::span<const std::byte> signature);

  const key_numbers& key_;
  md_ctx_ptr digest_;
  mac_ctx_ptr mac_;
  signature_algorithm mac_algorithm_ = signature_algorithm::hs256;
  bool mac_has_key_ = false;
  prepared sign_;
  prepared verify_;
  md_ctx_ptr edwards_sign_;
  md_ctx_ptr edwards_verify_;
};

/// With the calling thread's context of that key. As above; false without memory.
[[nodiscard]] bool sign(const key_numbers& by, signature_algorithm algorithm, std::span<const std::string_view> text,
                        std::byte* out);
[[nodiscard]] bool verify(const key_numbers& by, signature_algorithm algorithm, std::span<const std::string_view> text,
                          std::span<const std::byte> signature);

}  // namespace candela::jose::detail
