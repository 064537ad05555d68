#include <openssl/core_names.h>

#include <array>
#include <candela/jose/base64url.hpp>
#include <candela/jose/detail/jwk.hpp>
#include <candela/jose/detail/key_agreement.hpp>
#include <cstring>
#include <string>

namespace candela::jose::detail {

namespace {

constexpr std::size_t max_point = 1 + 2 * 66;
using point_bytes = std::array<unsigned char, max_point>;

std::unexpected<error> refused(failure code, std::string_view detail) {
  clear_errors();
  return std::unexpected(error{code, detail});
}

const unsigned char* raw(std::span<const std::byte> bytes) noexcept {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

// On the curve and not at infinity: these curves have no subgroup to be caught in, so that the costly rest of the check
// says nothing more.
pkey_ptr ec_peer(const raw_key& from, const key_numbers& own) {
  point_bytes point;
  const std::size_t field = field_size(own.on_curve);
  point[0] = POINT_CONVERSION_UNCOMPRESSED;
  std::memcpy(point.data() + 1, from[part::x].data(), field);
  std::memcpy(point.data() + 1 + field, from[part::y].data(), field);
  pkey_ptr peer(EVP_PKEY_new());
  if (peer == nullptr || EVP_PKEY_copy_parameters(peer.get(), own.pkey.get()) != 1 ||
      EVP_PKEY_set1_encoded_public_key(peer.get(), point.data(), 1 + 2 * field) != 1)
    return nullptr;
  const pkey_ctx_ptr check(EVP_PKEY_CTX_new_from_pkey(nullptr, peer.get(), nullptr));
  return check != nullptr && EVP_PKEY_public_check_quick(check.get()) == 1 ? std::move(peer) : nullptr;
}

void append_number(std::string& to, std::size_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) to += static_cast<char>(number >> shift & 0xFF);
}

void append_counted(std::string& to, std::string_view content) {
  append_number(to, content.size());
  to += content;
}

std::string_view text_of(std::span<const std::byte> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// OtherInfo of SP 800-56A as RFC 7518, section 4.6.2, fills it.
std::string other_info(const agreement_info& info) {
  std::string text;
  append_counted(text, info.algorithm);
  append_counted(text, text_of(info.party_u));
  append_counted(text, text_of(info.party_v));
  append_number(text, info.key_size * 8);
  return text;
}

secret_bytes derive(encryption_context& with, const secret_bytes& shared, const agreement_info& info) {
  if (shared.empty()) return {};
  const std::string other = other_info(info);
  secret_bytes derived(info.key_size);
  if (!with.concat(shared, std::as_bytes(std::span(other)), derived.span())) return {};
  return derived;
}

}  // namespace

std::expected<pkey_ptr, error> read_ephemeral(const json::value& epk, const key_numbers& own) {
  const std::expected<read_jwk, error> read = detail::read(epk);
  if (!read || !read->known) return refused(failure::header_invalid, "epk is no key");
  const raw_key& from = read->numbers;
  if (from.kind != own.kind || from.on_curve != own.on_curve || from.has(part::d))
    return refused(failure::header_invalid, "epk is no public key of the recipient's curve");
  const std::size_t size = field_size(own.on_curve);
  if (from[part::x].size() != size || (own.kind == key_kind::ec && from[part::y].size() != size))
    return refused(failure::header_invalid, "epk is of another length than the curve's");
  pkey_ptr peer = own.kind == key_kind::ec ? ec_peer(from, own)
                                           : pkey_ptr(EVP_PKEY_new_raw_public_key_ex(
                                                 nullptr, group_name(own.on_curve), nullptr, raw(from[part::x]), size));
  if (peer == nullptr) return refused(failure::decryption_failed, "epk");
  return peer;
}

json::value public_jwk(const EVP_PKEY& ephemeral, curve on, arena& memory) {
  point_bytes point;
  std::size_t size = 0;
  if (EVP_PKEY_get_octet_string_param(&ephemeral, OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size(), &size) != 1) {
    clear_errors();
    return {};
  }
  const std::span<const std::byte> bytes = std::as_bytes(std::span(point).first(size));
  const std::size_t field = field_size(on);
  const bool two = size == 1 + 2 * field;
  if (!two && size != field) return {};
  const std::span<json::member> members = memory.make_array<json::member>(two ? 4 : 3);
  members[0] = {"kty", json::value(jose::name_of(two ? key_kind::ec : key_kind::okp))};
  members[1] = {"crv", json::value(jose::name_of(on))};
  members[2] = {"x", json::value(encode_base64url(two ? bytes.subspan(1, field) : bytes, memory))};
  if (two) members[3] = {"y", json::value(encode_base64url(bytes.last(field), memory))};
  return json::value(std::span<const json::member>(members));
}

secret_bytes agreed_key(const key_numbers& own, EVP_PKEY& ephemeral, const agreement_info& info) {
  return with_encryption<secret_bytes>(
      own, [&](encryption_context& ready) { return derive(ready, ready.agree(ephemeral), info); });
}

secret_bytes agreed_key_for(const key_numbers& to, EVP_PKEY& ephemeral, const agreement_info& info) {
  return with_encryption<secret_bytes>(to, [&](encryption_context& ready) {
    return derive(ready, agree_once(ephemeral, *to.pkey, field_size(to.on_curve)), info);
  });
}

}  // namespace candela::jose::detail
