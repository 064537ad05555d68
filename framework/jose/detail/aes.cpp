#include <candela/jose/detail/aes.hpp>
#include <candela/jose/detail/openssl.hpp>
#include <candela/jose/secret.hpp>

namespace candela::jose::detail {

namespace {

const unsigned char* raw(const void* data) noexcept { return static_cast<const unsigned char*>(data); }
unsigned char* raw(std::byte* data) noexcept { return reinterpret_cast<unsigned char*>(data); }

using sizes = const cipher_ptr (&)[3];

// One cipher at work. OpenSSL overwrites its key when it goes.
class operation {
 public:
  operation(sizes ciphers, bytes key, bytes iv, bool encrypts) : context_(EVP_CIPHER_CTX_new()) {
    const EVP_CIPHER* const cipher = ciphers[key.size() / 8 - 2].get();
    if (context_ == nullptr) return;
    // Needed for wrapping, without meaning otherwise.
    EVP_CIPHER_CTX_set_flags(context_.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    good_ = EVP_CipherInit_ex2(context_.get(), cipher, raw(key.data()), iv.empty() ? nullptr : raw(iv.data()),
                               encrypts ? 1 : 0, nullptr) == 1 &&
            EVP_CIPHER_CTX_set_padding(context_.get(), 0) == 1;
  }
  operation(const operation&) = delete;
  operation& operator=(const operation&) = delete;
  ~operation() {
    if (!good_) clear_errors();
  }

  void authenticate(std::span<const std::string_view> texts) {
    for (const std::string_view each : texts) update(std::as_bytes(std::span(each)), nullptr);
  }
  std::byte* update(bytes in, std::byte* out) {
    int written = 0;
    if (in.empty() || !good_) return out;
    good_ = EVP_CipherUpdate(context_.get(), raw(out), &written, raw(in.data()), static_cast<int>(in.size())) == 1;
    return out == nullptr ? out : out + written;
  }
  void control(int what, std::size_t size, const std::byte* data) {
    good_ =
        good_ && EVP_CIPHER_CTX_ctrl(context_.get(), what, static_cast<int>(size), const_cast<std::byte*>(data)) == 1;
  }
  // Nothing is left to be written by any of our modes.
  bool finish() {
    unsigned char rest[aes_block];
    int written = 0;
    good_ = good_ && EVP_CipherFinal_ex(context_.get(), rest, &written) == 1 && written == 0;
    return good_;
  }
  [[nodiscard]] bool good() const noexcept { return good_; }

 private:
  cipher_ctx_ptr context_;
  bool good_ = false;
};

}  // namespace

bool gcm_seal(bytes key, bytes iv, std::span<const std::string_view> additional, bytes in, std::byte* out,
              std::byte* tag) {
  operation cipher(algorithms().aes_gcm, key, iv, true);
  cipher.authenticate(additional);
  cipher.update(in, out);
  if (!cipher.finish()) return false;
  cipher.control(EVP_CTRL_AEAD_GET_TAG, gcm_tag_size, tag);
  return cipher.good();
}

bool gcm_open(bytes key, bytes iv, std::span<const std::string_view> additional, bytes in, bytes tag, std::byte* out) {
  operation cipher(algorithms().aes_gcm, key, iv, false);
  if (tag.size() != gcm_tag_size) return false;
  cipher.control(EVP_CTRL_AEAD_SET_TAG, gcm_tag_size, tag.data());
  cipher.authenticate(additional);
  cipher.update(in, out);
  return cipher.finish();
}

bool cbc_encrypt(bytes key, bytes iv, bytes in, std::byte* out) {
  operation cipher(algorithms().aes_cbc, key, iv, true);
  const std::size_t whole = in.size() / aes_block * aes_block;
  const std::size_t rest = in.size() - whole;
  std::byte last[aes_block];
  for (std::size_t i = 0; i != aes_block; ++i)
    last[i] = i < rest ? in[whole + i] : static_cast<std::byte>(aes_block - rest);
  cipher.update(last, cipher.update(in.first(whole), out));
  wipe(last);
  return cipher.finish();
}

std::size_t cbc_decrypt(bytes key, bytes iv, bytes in, std::byte* out) {
  operation cipher(algorithms().aes_cbc, key, iv, false);
  cipher.update(in, out);
  if (!cipher.finish()) return std::string_view::npos;
  const auto padding = static_cast<std::size_t>(out[in.size() - 1]);
  if (padding == 0 || padding > aes_block) return std::string_view::npos;
  for (std::size_t i = in.size() - padding; i != in.size(); ++i) {
    if (static_cast<std::size_t>(out[i]) != padding) return std::string_view::npos;
  }
  return in.size() - padding;
}

bool wrap(bytes key, bytes in, std::byte* out) {
  operation cipher(algorithms().aes_wrap, key, {}, true);
  const std::byte* const end = cipher.update(in, out);
  return cipher.finish() && end == out + in.size() + wrap_overhead;
}

bool unwrap(bytes key, bytes in, std::byte* out) {
  operation cipher(algorithms().aes_wrap, key, {}, false);
  const std::byte* const end = cipher.update(in, out);
  return cipher.finish() && end == out + in.size() - wrap_overhead;
}

}  // namespace candela::jose::detail
