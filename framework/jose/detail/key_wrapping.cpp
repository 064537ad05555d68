#include <algorithm>
#include <candela/jose/base64url.hpp>
#include <candela/jose/detail/aes.hpp>
#include <candela/jose/detail/key_agreement.hpp>
#include <candela/jose/detail/key_material.hpp>
#include <candela/jose/detail/key_way.hpp>
#include <candela/jose/detail/key_wrapping.hpp>
#include <candela/jose/detail/password_key.hpp>

namespace candela::jose::detail {

namespace {

using wrapped = std::expected<wrapped_key, error>;

constexpr std::size_t salt_size = 16;

std::unexpected<error> refused(failure code, std::string_view detail) { return std::unexpected(error{code, detail}); }
std::unexpected<error> not_wrapped() { return refused(failure::out_of_resources, "OpenSSL could not wrap the key"); }

// One recipient's part in the making.
class wrapping {
 public:
  wrapping(const recipient& to, content_algorithm encryption, const encryption_header& said,
           const chosen_randomness& chosen, arena& memory) noexcept
      : numbers_(to.to->material().numbers()),
        algorithm_(to.algorithm),
        encryption_(encryption),
        said_(said),
        chosen_(chosen),
        memory_(memory) {}

  wrapped direct(secret_bytes& content_key) {
    content_key = secret_bytes(std::span<const std::byte>(numbers_.secret));
    return wrapped_key();
  }

  wrapped wrap(const secret_bytes& with, const secret_bytes& content_key, std::span<const json::member> members = {}) {
    const std::span<std::byte> out = memory_.make_array<std::byte>(content_key.size() + wrap_overhead);
    if (with.empty() || !detail::wrap(with, content_key, out.data())) return not_wrapped();
    return wrapped_key{encode_base64url(out, memory_), members};
  }
  wrapped wrap(const secret_bytes& content_key) { return wrap(numbers_.secret, content_key); }

  wrapped gcm_wrap(const secret_bytes& content_key) {
    std::byte iv[gcm_iv_size];
    std::byte tag[gcm_tag_size];
    const std::span<std::byte> out = memory_.make_array<std::byte>(content_key.size());
    if (!fill(iv, chosen_.wrapping_iv) || !gcm_seal(numbers_.secret, iv, {}, content_key, out.data(), tag))
      return not_wrapped();
    const std::span<json::member> members = memory_.make_array<json::member>(2);
    members[0] = {"tag", encoded(tag)};
    members[1] = {"iv", encoded(iv)};
    return wrapped_key{encode_base64url(out, memory_), members};
  }

  wrapped rsa(const secret_bytes& content_key) {
    const std::span<std::byte> out = memory_.make_array<std::byte>((numbers_.bits + 7) / 8);
    const bool done = with_encryption<bool>(
        numbers_, [&](encryption_context& with) { return with.encrypt(algorithm_, content_key, out.data()); });
    if (!done) return not_wrapped();
    return wrapped_key{encode_base64url(out, memory_), {}};
  }

  wrapped agreement(secret_bytes& content_key) {
    wrapped_key made;
    content_key = agree(name_of(encryption_), content_key_size(encryption_), made.members);
    if (content_key.empty()) return not_wrapped();
    return made;
  }

  wrapped agreement_wrap(const secret_bytes& content_key) {
    std::span<const json::member> members;
    const secret_bytes with = agree(name_of(algorithm_), wrapping_key_size(algorithm_), members);
    return wrap(with, content_key, members);
  }

  wrapped password(const secret_bytes& content_key) {
    if (said_.iterations == 0) return refused(failure::header_invalid, "a password without an iteration");
    std::byte drawn[salt_size];
    if (chosen_.salt.empty() && !draw_random(drawn)) return not_wrapped();
    const bytes salt = chosen_.salt.empty() ? bytes(drawn) : chosen_.salt;
    const std::span<json::member> members = memory_.make_array<json::member>(2);
    members[0] = {"p2s", encoded(salt)};
    members[1] = {"p2c", json::value(std::uint64_t{said_.iterations})};
    return wrap(password_key(algorithm_, numbers_.secret, salt, said_.iterations), content_key, members);
  }

 private:
  json::value encoded(bytes content) { return json::value(encode_base64url(content, memory_)); }

  // With a key that is used this once; `members` tells its public half.
  secret_bytes agree(std::string_view name, std::size_t size, std::span<const json::member>& members) {
    pkey_ptr fresh;
    EVP_PKEY* ephemeral = chosen_.ephemeral != nullptr ? chosen_.ephemeral->material().numbers().pkey.get() : nullptr;
    if (ephemeral == nullptr) {
      fresh = with_encryption<pkey_ptr>(numbers_, [](encryption_context& with) { return with.make_ephemeral(); });
      ephemeral = fresh.get();
    }
    if (ephemeral == nullptr) return {};
    const json::value epk = public_jwk(*ephemeral, numbers_.on_curve, memory_);
    if (epk.is_null()) return {};
    const bytes party_u = std::as_bytes(std::span(said_.party_u));
    const bytes party_v = std::as_bytes(std::span(said_.party_v));
    const std::span<json::member> made = memory_.make_array<json::member>(3);
    std::size_t count = 0;
    made[count++] = {"epk", epk};
    if (!party_u.empty()) made[count++] = {"apu", encoded(party_u)};
    if (!party_v.empty()) made[count++] = {"apv", encoded(party_v)};
    members = made.first(count);
    return agreed_key_for(numbers_, *ephemeral, {name, size, party_u, party_v});
  }

  const key_numbers& numbers_;
  key_algorithm algorithm_;
  content_algorithm encryption_;
  const encryption_header& said_;
  const chosen_randomness& chosen_;
  arena& memory_;
};

}  // namespace

bool fill(std::span<std::byte> into, std::span<const std::byte> chosen) noexcept {
  if (chosen.size() != into.size()) return draw_random(into);
  std::ranges::copy(chosen, into.begin());
  return true;
}

std::expected<secret_bytes, error> new_content_key(content_algorithm encryption, const chosen_randomness& chosen) {
  secret_bytes made(content_key_size(encryption));
  if (!fill(made.span(), chosen.content_key)) return refused(failure::out_of_resources, "no randomness");
  return made;
}

std::expected<wrapped_key, error> wrap_content_key(const recipient& to, content_algorithm encryption,
                                                   const encryption_header& said, const chosen_randomness& chosen,
                                                   secret_bytes& content_key, arena& memory) {
  wrapping work(to, encryption, said, chosen, memory);
  switch (way_of(to.algorithm)) {
    case key_way::direct: return work.direct(content_key);
    case key_way::wrap: return work.wrap(content_key);
    case key_way::gcm_wrap: return work.gcm_wrap(content_key);
    case key_way::rsa: return work.rsa(content_key);
    case key_way::agreement: return work.agreement(content_key);
    case key_way::agreement_wrap: return work.agreement_wrap(content_key);
    case key_way::password: return work.password(content_key);
  }
  return not_wrapped();
}

}  // namespace candela::jose::detail
