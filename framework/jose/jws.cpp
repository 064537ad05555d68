#include <algorithm>
#include <array>
#include <candela/jose/base64url.hpp>
#include <candela/jose/detail/jws_parts.hpp>

namespace candela::jose {

namespace {

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

// What may stand between two dots as it is (RFC 7797, section 5.2).
bool fits_between_dots(std::string_view payload) noexcept {
  return std::ranges::all_of(payload, [](char each) { return each >= ' ' && each <= '~' && each != '.'; });
}

char* encode(char* out, std::string_view text) noexcept {
  return encode_base64url(out, std::as_bytes(std::span(text)));
}

// `HEADER.PAYLOAD.SIGNATURE` in one piece of memory, the payload as it is signed or, if it is detached, left out.
std::expected<std::string, error> assembled(std::string_view header, std::string_view content, bool detached,
                                            const key& with, signature_algorithm algorithm) {
  const std::string_view shown = detached ? std::string_view() : content;
  const std::size_t signature = encoded_size(header.size()) + shown.size() + 2;
  std::string token(signature + detail::encoded_signature_size(with, algorithm), '.');
  const std::size_t payload = static_cast<std::size_t>(encode(token.data(), header) - token.data()) + 1;
  shown.copy(token.data() + payload, shown.size());
  // What stands in the token already need not be put together.
  const std::string_view whole = std::string_view(token).substr(0, signature - 1);
  const std::array<std::string_view, 2> parts{whole.substr(0, payload), content};
  const std::span<const std::string_view> text = detached ? std::span(parts) : std::span(&whole, 1);
  if (auto made = detail::write_signature(text, with, algorithm, token.data() + signature); !made)
    return std::unexpected(made.error());
  return token;
}

std::expected<std::string, error> signed_token(std::string_view payload, const key& with, signature_algorithm algorithm,
                                               const signature_header& said, bool detached) {
  if (auto fits = with.fits(algorithm, key_operation::sign); !fits) return std::unexpected(fits.error());
  arena memory;
  const std::expected<std::string_view, error> header = detail::header_text(with, algorithm, said, memory);
  if (!header) return std::unexpected(header.error());
  std::string_view text = payload;
  if (said.encoded_payload) {
    char* const encoded = static_cast<char*>(memory.allocate(encoded_size(payload.size()), 1));
    text = {encoded, static_cast<std::size_t>(encode(encoded, payload) - encoded)};
  }
  return assembled(*header, text, detached, with, algorithm);
}

// A token whose header was read and accepted, and the key that it asks for.
struct opened {
  compact parts;
  header read;
  signature_algorithm algorithm;
  const key* by;
};

std::expected<opened, error> open(std::string_view token, const key_set& keys, const signature_rules& rules,
                                  arena& memory) {
  const std::expected<compact, error> parts = split(token, rules.max_bytes);
  if (!parts) return std::unexpected(parts.error());
  const std::expected<header, error> read = read_header(parts->header, rules.header, memory);
  if (!read) return std::unexpected(read.error());
  const std::expected<signature_algorithm, error> algorithm = detail::accepted(*read, rules);
  if (!algorithm) return std::unexpected(algorithm.error());
  const std::expected<const key*, error> by = keys.verifier(read->key_id, *algorithm);
  if (!by) return std::unexpected(by.error());
  return opened{*parts, *read, *algorithm, *by};
}

}  // namespace

std::expected<std::string, error> sign(std::string_view payload, const key& with, signature_algorithm algorithm,
                                       const signature_header& said) {
  if (!said.encoded_payload && !fits_between_dots(payload))
    return refused(failure::malformed, "a payload that cannot stand in a token as it is");
  return signed_token(payload, with, algorithm, said, false);
}

std::expected<std::string, error> sign_detached(std::string_view payload, const key& with,
                                                signature_algorithm algorithm, const signature_header& said) {
  return signed_token(payload, with, algorithm, said, true);
}

std::expected<verified, error> verify(std::string_view token, const key_set& keys, const signature_rules& rules,
                                      arena& memory) {
  const std::expected<opened, error> found = open(token, keys, rules, memory);
  if (!found) return std::unexpected(found.error());
  const compact& parts = found->parts;
  if (auto right = detail::check(*found->by, found->algorithm, {&parts.signing_input, 1}, parts.signature); !right)
    return std::unexpected(right.error());
  std::expected<std::string_view, error> payload = parts.payload;
  if (found->read.encoded_payload) {
    payload = detail::decoded_payload(parts.payload, memory);
  } else if (!fits_between_dots(parts.payload)) {
    payload = refused(failure::malformed, "a payload that cannot stand in a token as it is");
  }
  if (!payload) return std::unexpected(payload.error());
  return verified{found->read, *payload, found->by};
}

std::expected<verified, error> verify_detached(std::string_view token, std::string_view payload, const key_set& keys,
                                               const signature_rules& rules, arena& memory) {
  const std::expected<opened, error> found = open(token, keys, rules, memory);
  if (!found) return std::unexpected(found.error());
  const compact& parts = found->parts;
  if (!parts.payload.empty()) return refused(failure::malformed, "a detached signature has no payload in it");
  std::string encoded;
  std::string_view content = payload;
  if (found->read.encoded_payload) content = encoded = encode_base64url(std::as_bytes(std::span(payload)));
  const std::array<std::string_view, 3> text{parts.header, ".", content};
  if (auto right = detail::check(*found->by, found->algorithm, text, parts.signature); !right)
    return std::unexpected(right.error());
  return verified{found->read, payload, found->by};
}

std::expected<void, error> check_signature(const key& by, signature_algorithm algorithm, std::string_view text,
                                           std::string_view signature) {
  if (auto fits = by.fits(algorithm, key_operation::verify); !fits) return fits;
  return detail::check(by, algorithm, {&text, 1}, signature);
}

}  // namespace candela::jose
