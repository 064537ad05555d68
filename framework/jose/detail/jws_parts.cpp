#include <array>
#include <candela/jose/base64url.hpp>
#include <candela/jose/detail/jws_parts.hpp>
#include <candela/jose/detail/key_material.hpp>
#include <candela/json/writer.hpp>
#include <optional>

namespace candela::jose::detail {

namespace {

using signature_bytes = std::array<std::byte, max_signature_size>;

std::unexpected<error> refused(failure code, std::string_view detail) { return std::unexpected(error{code, detail}); }

}  // namespace

std::expected<signature_algorithm, error> accepted(const header& read, const signature_rules& rules) {
  const std::optional<signature_algorithm> algorithm = signature_algorithm_of(read.algorithm);
  if (!algorithm) return refused(failure::algorithm_unknown, "alg");
  if (!rules.algorithms.contains(*algorithm)) return refused(failure::algorithm_refused, "alg");
  if (!rules.type.empty() && !same_media_type(read.type, rules.type)) return refused(failure::type_mismatch, "typ");
  return *algorithm;
}

std::expected<void, error> check(const key& by, signature_algorithm algorithm, std::span<const std::string_view> text,
                                 std::string_view encoded_signature) {
  signature_bytes signature;
  if (encoded_signature.empty()) return refused(failure::signature_missing, "the signature is empty");
  if (encoded_signature.size() > encoded_size(signature.size())) return refused(failure::too_large, "the signature");
  const std::optional<std::size_t> size = decode_base64url(encoded_signature, signature.data());
  if (!size) return refused(failure::base64_invalid, "the signature");
  if (!verify(by.material().numbers(), algorithm, text, {signature.data(), *size}))
    return refused(failure::signature_invalid, "the signature");
  return {};
}

std::expected<std::string_view, error> decoded_payload(std::string_view payload, arena& memory) {
  char* const bytes = static_cast<char*>(memory.allocate(decoded_size(payload.size()), 1));
  const std::optional<std::size_t> size = decode_base64url(payload, reinterpret_cast<std::byte*>(bytes));
  if (!size) return refused(failure::base64_invalid, "the payload");
  return std::string_view(bytes, *size);
}

std::expected<std::string_view, error> header_text(const key& with, signature_algorithm algorithm,
                                                   const signature_header& said, arena& memory) {
  json::output out(memory);
  json::writer json(out);
  json.begin_object().member("alg", name_of(algorithm));
  if (said.key_id && !with.id().empty()) json.member("kid", with.id());
  if (!said.type.empty()) json.member("typ", said.type);
  if (!said.content_type.empty()) json.member("cty", said.content_type);
  if (!said.encoded_payload) {
    json.member("b64", false);
    json.key("crit").begin_array().item("b64").end_array();
  }
  for (const json::member& each : said.further.members()) {
    for (const std::string_view taken : {"alg", "kid", "typ", "cty", "b64", "crit"}) {
      if (each.name == taken) return refused(failure::header_invalid, "a further member stands in the header already");
    }
    json.member(each.name, each.item);
  }
  json.end_object();
  return out.text();
}

std::size_t encoded_signature_size(const key& with, signature_algorithm algorithm) noexcept {
  return encoded_size(signature_size(with.material().numbers(), algorithm));
}

std::expected<void, error> write_signature(std::span<const std::string_view> text, const key& with,
                                           signature_algorithm algorithm, char* out) {
  signature_bytes signature;
  const key_numbers& numbers = with.material().numbers();
  if (!sign(numbers, algorithm, text, signature.data()))
    return refused(failure::out_of_resources, "OpenSSL could not sign");
  encode_base64url(out, std::span(signature).first(signature_size(numbers, algorithm)));
  return {};
}

}  // namespace candela::jose::detail
