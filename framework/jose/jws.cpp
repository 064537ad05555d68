#include <array>
#include <candela/jose/base64url.hpp>
#include <candela/jose/detail/key_material.hpp>
#include <candela/jose/jws.hpp>
#include <candela/json/writer.hpp>
#include <optional>

namespace candela::jose {

namespace {

using signature_bytes = std::array<std::byte, detail::max_signature_size>;

std::unexpected<error> refused(failure code, std::string_view detail) { return std::unexpected(error{code, detail}); }

// The three parts of a compact serialization (RFC 7515, section 7.1).
struct compact {
  std::string_view header;
  std::string_view payload;
  std::string_view signature;
  std::string_view signing_input;  // the first two with the dot between them
};

std::expected<compact, error> split(std::string_view token, std::size_t max_bytes) {
  if (token.size() > max_bytes) return refused(failure::too_large, "the token");
  const std::size_t first = token.find('.');
  const std::size_t second = first == token.npos ? first : token.find('.', first + 1);
  if (second == token.npos || token.find('.', second + 1) != token.npos)
    return refused(failure::malformed, "a compact signature has three parts");
  return compact{token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1),
                 token.substr(0, second)};
}

// What is allowed is decided before any key is looked for.
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
  if (!detail::verify(by.material().numbers(), algorithm, text, {signature.data(), *size}))
    return refused(failure::signature_invalid, "the signature");
  return {};
}

std::expected<std::string_view, error> decoded(std::string_view payload, arena& memory) {
  const std::span<char> bytes = memory.make_array<char>(decoded_size(payload.size()));
  const std::optional<std::size_t> size = decode_base64url(payload, reinterpret_cast<std::byte*>(bytes.data()));
  if (!size) return refused(failure::base64_invalid, "the payload");
  return std::string_view(bytes.data(), *size);
}

// The protected header of a new signature, in base64url.
std::expected<std::string, error> write_header(const key& with, signature_algorithm algorithm,
                                               const signature_header& said) {
  arena memory;
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
  return encode_base64url(std::as_bytes(std::span(out.text())));
}

std::expected<std::string, error> signed_part(std::span<const std::string_view> text, const key& with,
                                              signature_algorithm algorithm) {
  signature_bytes signature;
  const detail::key_numbers& numbers = with.material().numbers();
  if (!detail::sign(numbers, algorithm, text, signature.data()))
    return refused(failure::out_of_resources, "OpenSSL could not sign");
  return encode_base64url(std::span(signature).first(detail::signature_size(numbers, algorithm)));
}

}  // namespace

std::expected<std::string, error> sign(std::string_view payload, const key& with, signature_algorithm algorithm,
                                       const signature_header& said) {
  if (!said.encoded_payload) return refused(failure::header_invalid, "a payload in a token is always encoded here");
  if (auto fits = with.fits(algorithm, key_operation::sign); !fits) return std::unexpected(fits.error());
  std::expected<std::string, error> token = write_header(with, algorithm, said);
  if (!token) return token;
  *token += '.';
  *token += encode_base64url(std::as_bytes(std::span(payload)));
  const std::string_view text = *token;
  const std::expected<std::string, error> signature = signed_part({&text, 1}, with, algorithm);
  if (!signature) return signature;
  return *token + '.' + *signature;
}

std::expected<std::string, error> sign_detached(std::string_view payload, const key& with,
                                                signature_algorithm algorithm, const signature_header& said) {
  if (auto fits = with.fits(algorithm, key_operation::sign); !fits) return std::unexpected(fits.error());
  std::expected<std::string, error> token = write_header(with, algorithm, said);
  if (!token) return token;
  std::string encoded;
  if (said.encoded_payload) payload = encoded = encode_base64url(std::as_bytes(std::span(payload)));
  const std::array<std::string_view, 3> text{*token, ".", payload};
  const std::expected<std::string, error> signature = signed_part(text, with, algorithm);
  if (!signature) return signature;
  return *token + ".." + *signature;
}

std::expected<verified, error> verify(std::string_view token, const key_set& keys, const signature_rules& rules,
                                      arena& memory) {
  const std::expected<compact, error> parts = split(token, rules.max_bytes);
  if (!parts) return std::unexpected(parts.error());
  const std::expected<header, error> read = read_header(parts->header, rules.header, memory);
  if (!read) return std::unexpected(read.error());
  const std::expected<signature_algorithm, error> algorithm = accepted(*read, rules);
  if (!algorithm) return std::unexpected(algorithm.error());
  if (!read->encoded_payload)
    return refused(failure::header_unsupported, "a payload in a token is always encoded here");
  const std::expected<const key*, error> by = keys.verifier(read->key_id, *algorithm);
  if (!by) return std::unexpected(by.error());
  if (auto right = check(**by, *algorithm, {&parts->signing_input, 1}, parts->signature); !right)
    return std::unexpected(right.error());
  const std::expected<std::string_view, error> payload = decoded(parts->payload, memory);
  if (!payload) return std::unexpected(payload.error());
  return verified{*read, *payload, *by};
}

std::expected<verified, error> verify_detached(std::string_view token, std::string_view payload, const key_set& keys,
                                               const signature_rules& rules, arena& memory) {
  const std::expected<compact, error> parts = split(token, rules.max_bytes);
  if (!parts) return std::unexpected(parts.error());
  if (!parts->payload.empty()) return refused(failure::malformed, "a detached signature has no payload in it");
  const std::expected<header, error> read = read_header(parts->header, rules.header, memory);
  if (!read) return std::unexpected(read.error());
  const std::expected<signature_algorithm, error> algorithm = accepted(*read, rules);
  if (!algorithm) return std::unexpected(algorithm.error());
  const std::expected<const key*, error> by = keys.verifier(read->key_id, *algorithm);
  if (!by) return std::unexpected(by.error());
  std::string encoded;
  std::string_view content = payload;
  if (read->encoded_payload) content = encoded = encode_base64url(std::as_bytes(std::span(payload)));
  const std::array<std::string_view, 3> text{parts->header, ".", content};
  if (auto right = check(**by, *algorithm, text, parts->signature); !right) return std::unexpected(right.error());
  return verified{*read, payload, *by};
}

}  // namespace candela::jose
