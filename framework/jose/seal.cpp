#include <candela/jose/base64url.hpp>
#include <candela/jose/detail/jws_parts.hpp>
#include <candela/jose/detail/sealed_part.hpp>
#include <candela/json/pointer.hpp>
#include <cstring>

namespace candela::jose {

namespace {

std::unexpected<error> refused(failure code, std::string_view detail) { return std::unexpected(error{code, detail}); }

std::string_view content_type_of(const sealing& how) noexcept {
  return how.place.empty() ? how.content_type : detail::member_type;
}

std::expected<void, error> check_said(const sealing& how) {
  if (how.with == nullptr) return refused(failure::key_unknown, "nobody signs");
  if (detail::is_mac(how.algorithm)) return refused(failure::algorithm_refused, "a MAC does not tell who has signed");
  if (how.signer.empty()) return refused(failure::claim_missing, "iss");
  if (content_type_of(how).empty()) return refused(failure::claim_missing, "cty");
  if (!json::is_pointer(how.place)) return refused(failure::claim_invalid, "at is no JSON Pointer");
  if (how.to.empty()) return refused(failure::key_unknown, "no recipient");
  for (const seal_recipient& each : how.to) {
    if (each.name.empty()) return refused(failure::claim_missing, "aud");
  }
  return how.with->fits(how.algorithm, key_operation::sign);
}

json::value seconds_of(token_time moment) {
  return json::value(std::int64_t{std::chrono::floor<std::chrono::seconds>(moment).time_since_epoch().count()});
}

// What the author says beside `alg`, `kid`, `typ` and `cty`.
json::value said_by_author(const sealing& how, arena& memory) {
  const std::span<json::value> names = memory.make_array<json::value>(how.to.size());
  for (std::size_t i = 0; i != names.size(); ++i) names[i] = json::value(how.to[i].name);
  constexpr std::size_t most = 6;
  const std::span<json::member> said = memory.make_array<json::member>(most);
  std::size_t count = 0;
  said[count++] = {"iss", json::value(how.signer)};
  said[count++] = {"aud", json::value(std::span<const json::value>(names))};
  if (!how.place.empty()) said[count++] = {"at", json::value(how.place)};
  if (!how.context.empty()) said[count++] = {"ctx", json::value(how.context)};
  if (how.issued) said[count++] = {"iat", seconds_of(*how.issued)};
  if (how.expires) said[count++] = {"exp", seconds_of(*how.expires)};
  return json::value(std::span<const json::member>(said.first(count)));
}

char* encode(char* out, std::string_view text) noexcept {
  return encode_base64url(out, std::as_bytes(std::span(text)));
}

}  // namespace

std::expected<secret_bytes, error> detail::signed_part(std::string_view content, const sealing& how) {
  if (auto right = check_said(how); !right) return std::unexpected(right.error());
  arena memory;
  const signature_header said{
      .type = sealed_content_type, .content_type = content_type_of(how), .further = said_by_author(how, memory)};
  const std::expected<std::string_view, error> header = header_text(*how.with, how.algorithm, said, memory);
  if (!header) return std::unexpected(header.error());
  // In memory of its own, since the content may be a secret and must not stay in an arena or a text.
  const std::size_t signed_size = encoded_size(header->size()) + 1 + encoded_size(content.size());
  secret_bytes token(signed_size + 1 + encoded_signature_size(*how.with, how.algorithm));
  char* const begin = reinterpret_cast<char*>(token.data());
  char* next = encode(begin, *header);
  *next++ = '.';
  next = encode(next, content);
  *next = '.';
  const std::string_view text(begin, signed_size);
  if (auto made = write_signature({&text, 1}, *how.with, how.algorithm, next + 1); !made)
    return std::unexpected(made.error());
  return token;
}

std::expected<std::string, error> seal(std::string_view content, const sealing& how) {
  const std::expected<secret_bytes, error> inner = detail::signed_part(content, how);
  if (!inner) return std::unexpected(inner.error());
  const encryption_header said{.type = sealed_type, .content_type = sealed_content_type};
  if (how.to.size() == 1) {
    const seal_recipient& only = how.to.front();
    if (only.to == nullptr) return refused(failure::key_unknown, "a recipient without a key");
    return encrypt(inner->text(), *only.to, only.algorithm, how.encryption, said);
  }
  std::vector<recipient> to;
  for (const seal_recipient& each : how.to) to.push_back({each.to, each.algorithm});
  return encrypt_json(inner->text(), to, how.encryption, said);
}

}  // namespace candela::jose
