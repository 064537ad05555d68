#include <candela/jose/base64url.hpp>
#include <candela/jose/detail/aes.hpp>
#include <candela/jose/detail/key_agreement.hpp>
#include <candela/jose/detail/key_opening.hpp>
#include <candela/jose/detail/key_way.hpp>
#include <candela/jose/detail/password_key.hpp>

namespace candela::jose::detail {

namespace {

using content_key = std::expected<secret_bytes, error>;
using some_bytes = std::expected<bytes, error>;

std::unexpected<error> refused(failure code, std::string_view detail) { return std::unexpected(error{code, detail}); }
std::unexpected<error> not_opened() { return refused(failure::decryption_failed, "the encrypted key"); }

// One recipient's part at work.
class opening {
 public:
  opening(const key_numbers& by, const wrapped_content_key& wrapped, arena& memory) noexcept
      : by_(by), wrapped_(wrapped), memory_(memory) {}

  content_key direct() {
    if (!wrapped_.encrypted_key.empty()) return without_key();
    return secret_bytes(std::span<const std::byte>(by_.secret));
  }

  content_key wrap(const secret_bytes& wrapping) {
    const some_bytes encrypted = encrypted_key(key_size() + wrap_overhead);
    if (!encrypted) return std::unexpected(encrypted.error());
    secret_bytes opened(key_size());
    if (!unwrap(wrapping, *encrypted, opened.data())) return not_opened();
    return opened;
  }

  content_key gcm_wrap() {
    const some_bytes iv = parameter("iv", gcm_iv_size, gcm_iv_size);
    if (!iv) return std::unexpected(iv.error());
    const some_bytes tag = parameter("tag", gcm_tag_size, gcm_tag_size);
    if (!tag) return std::unexpected(tag.error());
    const some_bytes encrypted = encrypted_key(key_size());
    if (!encrypted) return std::unexpected(encrypted.error());
    secret_bytes opened(key_size());
    if (!gcm_open(by_.secret, *iv, {}, *encrypted, *tag, opened.data())) return not_opened();
    return opened;
  }

  content_key rsa() {
    const some_bytes encrypted = encrypted_key((by_.bits + 7) / 8);
    if (!encrypted) return std::unexpected(encrypted.error());
    secret_bytes opened(key_size());
    const bool ready = with_encryption<bool>(
        by_, [&](encryption_context& with) { return with.decrypt(wrapped_.algorithm, *encrypted, opened.span()); });
    if (!ready) return refused(failure::out_of_resources, "OpenSSL could not open it");
    return opened;
  }

  content_key agreement() {
    if (!wrapped_.encrypted_key.empty()) return without_key();
    return agreed(name_of(wrapped_.content), key_size());
  }

  content_key agreement_wrap() {
    if (const some_bytes whole = encrypted_key(key_size() + wrap_overhead); !whole)
      return std::unexpected(whole.error());
    const content_key wrapping = agreed(name_of(wrapped_.algorithm), wrapping_key_size(wrapped_.algorithm));
    return wrapping ? wrap(*wrapping) : std::unexpected(wrapping.error());
  }

  content_key password(std::uint32_t& iterations_left) {
    const some_bytes salt = parameter("p2s", least_salt_size, SIZE_MAX);
    if (!salt) return std::unexpected(salt.error());
    const json::value* stated = wrapped_.header.find("p2c");
    const std::optional<std::uint64_t> iterations =
        stated != nullptr ? stated->unsigned_integer() : std::optional<std::uint64_t>();
    if (!iterations || *iterations == 0) return refused(failure::header_invalid, "p2c is no number of iterations");
    if (*iterations > iterations_left) return refused(failure::too_large, "p2c");
    if (const some_bytes whole = encrypted_key(key_size() + wrap_overhead); !whole)
      return std::unexpected(whole.error());
    const auto count = static_cast<std::uint32_t>(*iterations);
    iterations_left -= count;
    const secret_bytes wrapping = password_key(wrapped_.algorithm, by_.secret, *salt, count);
    if (wrapping.empty()) return refused(failure::out_of_resources, "OpenSSL could not derive a key");
    return wrap(wrapping);
  }

  [[nodiscard]] const secret_bytes& secret() const noexcept { return by_.secret; }

 private:
  [[nodiscard]] std::size_t key_size() const noexcept { return content_key_size(wrapped_.content); }

  static std::unexpected<error> without_key() {
    return refused(failure::malformed, "an encrypted key where the algorithm has none");
  }

  some_bytes encrypted_key(std::size_t size) {
    if (wrapped_.encrypted_key.size() != encoded_size(size))
      return refused(failure::malformed, "an encrypted key of another length than the algorithm's");
    const std::span<std::byte> decoded = memory_.make_array<std::byte>(size);
    if (!decode_base64url(wrapped_.encrypted_key, decoded.data()))
      return refused(failure::base64_invalid, "the encrypted key");
    return decoded;
  }

  some_bytes parameter(std::string_view name, std::size_t least, std::size_t most) {
    const auto read = wrapped_.header.bytes(name, memory_);
    if (!read) return std::unexpected(read.error());
    if (!*read) return refused(failure::header_invalid, "a member that the algorithm needs is missing");
    if ((*read)->size() < least || (*read)->size() > most)
      return refused(failure::header_invalid, "a member that the algorithm needs is too short or too long");
    return **read;
  }

  content_key agreed(std::string_view name, std::size_t size) {
    const auto party_u = wrapped_.header.bytes("apu", memory_);
    if (!party_u) return std::unexpected(party_u.error());
    const auto party_v = wrapped_.header.bytes("apv", memory_);
    if (!party_v) return std::unexpected(party_v.error());
    const json::value* epk = wrapped_.header.find("epk");
    if (epk == nullptr) return refused(failure::header_invalid, "epk is missing");
    const std::expected<pkey_ptr, error> ephemeral = read_ephemeral(*epk, by_);
    if (!ephemeral) return std::unexpected(ephemeral.error());
    secret_bytes key =
        agreed_key(by_, **ephemeral, {name, size, party_u->value_or(bytes()), party_v->value_or(bytes())});
    if (key.empty()) return not_opened();
    return key;
  }

  const key_numbers& by_;
  const wrapped_content_key& wrapped_;
  arena& memory_;
};

}  // namespace

std::expected<secret_bytes, error> open_content_key(const key_numbers& by, const wrapped_content_key& wrapped,
                                                    std::uint32_t& iterations_left, arena& memory) {
  opening work(by, wrapped, memory);
  switch (way_of(wrapped.algorithm)) {
    case key_way::direct: return work.direct();
    case key_way::wrap: return work.wrap(work.secret());
    case key_way::gcm_wrap: return work.gcm_wrap();
    case key_way::rsa: return work.rsa();
    case key_way::agreement: return work.agreement();
    case key_way::agreement_wrap: return work.agreement_wrap();
    case key_way::password: return work.password(iterations_left);
  }
  return not_opened();
}

}  // namespace candela::jose::detail
