#include <candela/audit/checkpoint.hpp>
#include <candela/jose/base64url.hpp>
#include <candela/jose/jws.hpp>
#include <candela/json/json.hpp>
#include <stdexcept>
#include <vector>

namespace candela::audit {

CANDELA_DESCRIBE(checkpoint, stream, file, seq, head, requests, at, last)

namespace {

constexpr std::string_view token_type = "candela-audit";
constexpr std::size_t max_token_bytes = 4096;

jose::signature_algorithm algorithm_for(const jose::key& key) {
  using enum jose::signature_algorithm;
  switch (key.on_curve()) {
    case jose::curve::p256: return es256;
    case jose::curve::p384: return es384;
    case jose::curve::p521: return es512;
    case jose::curve::ed25519:
    case jose::curve::ed448: return eddsa;
    default: throw std::invalid_argument("an audit trail is signed with an elliptic curve key: P-256, best");
  }
}

jose::signature_rules rules() {
  using enum jose::signature_algorithm;
  jose::signature_rules accepted;
  accepted.algorithms = {es256, es384, es512, eddsa, ed25519};
  accepted.max_bytes = max_token_bytes;
  accepted.type = token_type;
  return accepted;
}

// The middle part as it stands, for who has no key.
std::expected<std::string_view, jose::error> payload_of(std::string_view token, arena& memory) {
  const std::size_t first = token.find('.');
  const std::size_t second = token.find('.', first == std::string_view::npos ? first : first + 1);
  const jose::error malformed{jose::failure::malformed, "a checkpoint has three parts"};
  if (second == std::string_view::npos || token.size() > max_token_bytes) return std::unexpected(malformed);
  const std::string_view encoded = token.substr(first + 1, second - first - 1);
  const std::span<char> room = memory.make_array<char>(jose::decoded_size(encoded.size()) + 1);
  const auto size = jose::decode_base64url(encoded, reinterpret_cast<std::byte*>(room.data()));
  if (!size) return std::unexpected(malformed);
  return std::string_view(room.data(), *size);
}

// Keys of a trail are known by their thumbprints, whatever else they are called: the same key as JWK and as PEM, here
// and in an archive of retired ones, is one.
jose::key by_thumbprint(const jose::key& key) {
  jose::key_description described = key.described();
  described.id = key.thumbprint();
  return key.with(std::move(described)).value();
}

jose::key signing(const jose::key& key, jose::signature_algorithm algorithm) {
  if (!key.is_private())
    throw std::invalid_argument("an audit trail is signed with a private key; this is a public one");
  if (const auto fits = key.fits(algorithm, jose::key_operation::sign); !fits) {
    throw std::invalid_argument("this key is not one to sign an audit trail with (" + std::string(fits.error().detail) +
                                "); P-256 is best");
  }
  return by_thumbprint(key);
}

}  // namespace

std::expected<jose::key_set, jose::error> verifying_keys(std::span<const jose::key> keys) {
  std::vector<jose::key> named;
  for (const jose::key& each : keys) {
    const auto shown = each.public_key();
    if (!shown) return std::unexpected(shown.error());
    named.push_back(by_thumbprint(*shown));
  }
  return jose::key_set::of(std::move(named));
}

signer::signer(const jose::key& key)
    : algorithm_(algorithm_for(key)),
      key_(signing(key, algorithm_)),
      verifiers_(verifying_keys(std::span(&key_, 1)).value()) {}

std::string signer::sign(const checkpoint& claims) const {
  arena memory;
  auto token = jose::sign(json::to_text(claims, memory), key_, algorithm_, {.type = token_type});
  if (!token) throw std::runtime_error("a checkpoint cannot be signed: " + std::string(token.error().detail));
  return std::move(*token);
}

std::expected<checkpoint, jose::error> read_checkpoint(std::string_view token, const jose::key_set* keys,
                                                       arena& memory) {
  std::string_view payload;
  if (keys != nullptr) {
    const auto checked = jose::verify(token, *keys, rules(), memory);
    if (!checked) return std::unexpected(checked.error());
    payload = checked->payload;
  } else {
    const auto found = payload_of(token, memory);
    if (!found) return std::unexpected(found.error());
    payload = *found;
  }
  auto claims = json::parse<checkpoint>(payload, memory);
  if (!claims) return std::unexpected(jose::error{jose::failure::json_invalid, "what is signed is no checkpoint"});
  return std::move(*claims);
}

}  // namespace candela::audit
