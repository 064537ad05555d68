#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include <array>
#include <candela/core/secret.hpp>
#include <candela/jose/detail/ecdsa_der.hpp>
#include <candela/jose/detail/key_numbers.hpp>
#include <candela/jose/detail/signature_context.hpp>
#include <cstring>
#include <new>
#include <string>

namespace candela::jose::detail {

namespace {

enum class family : std::uint8_t { mac, rsa, pss, ecdsa, edwards };

constexpr family family_of(signature_algorithm algorithm) noexcept {
  if (algorithm <= signature_algorithm::hs512) return family::mac;
  if (algorithm <= signature_algorithm::rs512) return family::rsa;
  if (algorithm <= signature_algorithm::ps512) return family::pss;
  if (algorithm <= signature_algorithm::es512) return family::ecdsa;
  return family::edwards;
}

// The algorithms before `eddsa` stand in threes, by the length of their digest.
const EVP_MD* digest_of(signature_algorithm algorithm) noexcept {
  const fetched& all = algorithms();
  const EVP_MD* const digests[] = {all.sha256.get(), all.sha384.get(), all.sha512.get()};
  return digests[static_cast<std::size_t>(algorithm) % 3];
}

constexpr std::size_t digest_size(signature_algorithm algorithm) noexcept {
  return 32 + static_cast<std::size_t>(algorithm) % 3 * 16;
}

const char* digest_name(signature_algorithm algorithm) noexcept {
  constexpr const char* names[] = {"SHA256", "SHA384", "SHA512"};
  return names[static_cast<std::size_t>(algorithm) % 3];
}

const unsigned char* raw(std::span<const std::byte> bytes) noexcept {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

// An Edwards curve reads its text twice and takes it whole.
class joined {
 public:
  explicit joined(std::span<const std::string_view> parts) {
    if (parts.size() == 1) {
      whole_ = parts.front();
      return;
    }
    for (const std::string_view each : parts) copy_.append(each);
    whole_ = copy_;
  }
  [[nodiscard]] const unsigned char* data() const noexcept {
    return reinterpret_cast<const unsigned char*>(whole_.data());
  }
  [[nodiscard]] std::size_t size() const noexcept { return whole_.size(); }

 private:
  std::string copy_;
  std::string_view whole_;
};

}  // namespace

std::size_t signature_size(const key_numbers& by, signature_algorithm algorithm) noexcept {
  switch (family_of(algorithm)) {
    case family::mac: return digest_size(algorithm);
    case family::rsa:
    case family::pss: return (by.bits + 7) / 8;
    case family::ecdsa: return (by.bits + 7) / 8 * 2;
    case family::edwards: return by.on_curve == curve::ed448 ? 114 : 64;
  }
  return 0;
}

bool signature_context::digest(signature_algorithm algorithm, std::span<const std::string_view> text,
                               unsigned char* out, std::size_t& size) {
  if (digest_ == nullptr) digest_.reset(EVP_MD_CTX_new());
  if (digest_ == nullptr || EVP_DigestInit_ex2(digest_.get(), digest_of(algorithm), nullptr) != 1) return false;
  for (const std::string_view part : text) {
    if (EVP_DigestUpdate(digest_.get(), part.data(), part.size()) != 1) return false;
  }
  unsigned written = 0;
  if (EVP_DigestFinal_ex(digest_.get(), out, &written) != 1) return false;
  size = written;
  return true;
}

// A context that has its key begins again without it: that is half of the cost of a short MAC.
bool signature_context::mac(signature_algorithm algorithm, std::span<const std::string_view> text, unsigned char* out) {
  if (mac_ == nullptr) mac_.reset(EVP_MAC_CTX_new(algorithms().hmac.get()));
  if (mac_ == nullptr) return false;
  bool ready = mac_algorithm_ == algorithm && mac_has_key_;
  if (ready) {
    ready = EVP_MAC_init(mac_.get(), nullptr, 0, nullptr) == 1;
  } else {
    char* name = const_cast<char*>(digest_name(algorithm));
    const OSSL_PARAM chosen[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
                                 OSSL_PARAM_construct_end()};
    ready = EVP_MAC_init(mac_.get(), raw(key_.secret), key_.secret.size(), chosen) == 1;
    mac_algorithm_ = algorithm;
  }
  mac_has_key_ = ready;
  for (const std::string_view part : text) {
    ready = ready && EVP_MAC_update(mac_.get(), reinterpret_cast<const unsigned char*>(part.data()), part.size()) == 1;
  }
  std::size_t written = 0;
  return ready && EVP_MAC_final(mac_.get(), out, &written, digest_size(algorithm)) == 1;
}

// RSA-PSS with the digest for its mask and as long a salt (RFC 7518, section 3.5), said for checks as well: left to
// itself OpenSSL would take any salt.
EVP_PKEY_CTX* signature_context::prepare(prepared& kept, signature_algorithm algorithm, int (*begin)(EVP_PKEY_CTX*)) {
  if (kept.context != nullptr && kept.algorithm == algorithm) return kept.context.get();
  pkey_ctx_ptr made(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.pkey.get(), nullptr));
  if (made == nullptr || begin(made.get()) != 1) return nullptr;
  EVP_PKEY_CTX* const context = made.get();
  if (EVP_PKEY_CTX_set_signature_md(context, digest_of(algorithm)) != 1) return nullptr;
  if (family_of(algorithm) == family::rsa && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) != 1)
    return nullptr;
  if (family_of(algorithm) == family::pss && (EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) != 1 ||
                                              EVP_PKEY_CTX_set_rsa_mgf1_md(context, digest_of(algorithm)) != 1 ||
                                              EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) != 1))
    return nullptr;
  kept = {std::move(made), algorithm};
  return context;
}

bool signature_context::sign_digest(signature_algorithm algorithm, std::span<const unsigned char> digest,
                                    std::byte* out) {
  EVP_PKEY_CTX* const context = prepare(sign_, algorithm, EVP_PKEY_sign_init);
  if (context == nullptr) return false;
  const std::size_t wanted = signature_size(key_, algorithm);
  if (family_of(algorithm) != family::ecdsa) {
    std::size_t size = wanted;
    auto* const to = reinterpret_cast<unsigned char*>(out);
    return EVP_PKEY_sign(context, to, &size, digest.data(), digest.size()) == 1 && size == wanted;
  }
  ecdsa_der der;
  std::size_t size = der.size();
  return EVP_PKEY_sign(context, der.data(), &size, digest.data(), digest.size()) == 1 &&
         from_der({der.data(), size}, {out, wanted});
}

bool signature_context::verify_digest(signature_algorithm algorithm, std::span<const unsigned char> digest,
                                      std::span<const std::byte> signature) {
  EVP_PKEY_CTX* const context = prepare(verify_, algorithm, EVP_PKEY_verify_init);
  if (context == nullptr) return false;
  if (family_of(algorithm) != family::ecdsa)
    return EVP_PKEY_verify(context, raw(signature), signature.size(), digest.data(), digest.size()) == 1;
  ecdsa_der der;
  const std::size_t size = to_der(signature, der);
  return EVP_PKEY_verify(context, der.data(), size, digest.data(), digest.size()) == 1;
}

// One operation spends its context, and a copy of one that was prepared costs a fraction of preparing it again.
bool signature_context::copy_prepared(md_ctx_ptr& kept, begin_edwards* begin) {
  if (kept == nullptr) {
    md_ctx_ptr made(EVP_MD_CTX_new());
    if (made == nullptr || begin(made.get(), nullptr, nullptr, nullptr, nullptr, key_.pkey.get(), nullptr) != 1)
      return false;
    kept = std::move(made);
  }
  if (digest_ == nullptr) digest_.reset(EVP_MD_CTX_new());
  return digest_ != nullptr && EVP_MD_CTX_copy_ex(digest_.get(), kept.get()) == 1;
}

bool signature_context::sign_edwards(std::span<const std::string_view> text, std::byte* out) {
  if (!copy_prepared(edwards_sign_, EVP_DigestSignInit_ex)) return false;
  const joined whole(text);
  std::size_t size = signature_size(key_, signature_algorithm::eddsa);
  return EVP_DigestSign(digest_.get(), reinterpret_cast<unsigned char*>(out), &size, whole.data(), whole.size()) == 1;
}

bool signature_context::verify_edwards(std::span<const std::string_view> text, std::span<const std::byte> signature) {
  if (!copy_prepared(edwards_verify_, EVP_DigestVerifyInit_ex)) return false;
  const joined whole(text);
  return EVP_DigestVerify(digest_.get(), raw(signature), signature.size(), whole.data(), whole.size()) == 1;
}

bool signature_context::sign(signature_algorithm algorithm, std::span<const std::string_view> text, std::byte* out) {
  bool done = false;
  if (const family kind = family_of(algorithm); kind == family::mac) {
    done = mac(algorithm, text, reinterpret_cast<unsigned char*>(out));
  } else if (kind == family::edwards) {
    done = sign_edwards(text, out);
  } else {
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash;
    std::size_t size = 0;
    done = digest(algorithm, text, hash.data(), size) && sign_digest(algorithm, {hash.data(), size}, out);
  }
  if (!done) clear_errors();
  return done;
}

bool signature_context::verify(signature_algorithm algorithm, std::span<const std::string_view> text,
                               std::span<const std::byte> signature) {
  if (signature.size() != signature_size(key_, algorithm)) return false;
  bool right = false;
  if (const family kind = family_of(algorithm); kind == family::mac) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> own;
    right = mac(algorithm, text, own.data()) &&
            equal_secrets(std::as_bytes(std::span(own).first(signature.size())), signature);
  } else if (kind == family::edwards) {
    right = verify_edwards(text, signature);
  } else {
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash;
    std::size_t size = 0;
    right = digest(algorithm, text, hash.data(), size) && verify_digest(algorithm, {hash.data(), size}, signature);
  }
  if (!right) clear_errors();
  return right;
}

namespace {

template <class Use>
bool with_context(const key_numbers& by, Use use) {
  const auto make = [&by] { return std::unique_ptr<signature_context>(new (std::nothrow) signature_context(by)); };
  return by.signing.with(make, [&use](signature_context* ready) { return ready != nullptr && use(*ready); });
}

}  // namespace

bool sign(const key_numbers& by, signature_algorithm algorithm, std::span<const std::string_view> text,
          std::byte* out) {
  return with_context(by, [&](signature_context& ready) { return ready.sign(algorithm, text, out); });
}

bool verify(const key_numbers& by, signature_algorithm algorithm, std::span<const std::string_view> text,
            std::span<const std::byte> signature) {
  return with_context(by, [&](signature_context& ready) { return ready.verify(algorithm, text, signature); });
}

}  // namespace candela::jose::detail
