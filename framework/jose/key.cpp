#include <candela/core/random.hpp>
#include <candela/core/secret.hpp>
#include <candela/jose/base64url.hpp>
#include <candela/jose/detail/fitness.hpp>
#include <candela/jose/detail/jwk.hpp>
#include <candela/jose/detail/key_files.hpp>
#include <candela/jose/detail/key_material.hpp>
#include <candela/jose/key.hpp>
#include <candela/json/secret_reader.hpp>

namespace candela::jose {

namespace {

using detail::key_material;
using detail::key_numbers;
using detail::part;
using detail::raw_key;

constexpr std::size_t max_jwk_depth = 8;
constexpr unsigned max_rsa_bits = 16384;

std::unexpected<error> refused(failure code, std::string_view detail) { return std::unexpected(error{code, detail}); }

std::expected<key, error> described_key(std::shared_ptr<const key_numbers> numbers, key_description described) {
  if (auto right = detail::check_description(*numbers, described); !right) return std::unexpected(right.error());
  return key(std::make_shared<const key_material>(std::move(numbers), std::move(described)));
}

std::expected<key, error> made_of(const raw_key& parts, key_description described) {
  auto numbers = detail::assemble(parts);
  if (!numbers) return std::unexpected(numbers.error());
  return described_key(std::move(*numbers), std::move(described));
}

// From a file or a generator: apart and together again, so that one set of checks holds for all.
std::expected<key, error> made_of(const std::expected<detail::pkey_ptr, error>& read, key_description described) {
  if (!read) return std::unexpected(read.error());
  const std::expected<raw_key, error> parts = detail::take_apart(**read);
  if (!parts) return std::unexpected(parts.error());
  return made_of(*parts, std::move(described));
}

std::expected<key, error> generated(EVP_PKEY* made, key_description described) {
  if (made == nullptr) {
    detail::clear_errors();
    return refused(failure::out_of_resources, "OpenSSL could not make a key");
  }
  return made_of(detail::pkey_ptr(made), std::move(described));
}

std::expected<void, error> has_part(const key_numbers& numbers, key_part which) {
  if (which == key_part::private_part) {
    if (!numbers.is_private) return refused(failure::key_unfit, "there is no private part");
  } else if (numbers.kind == key_kind::oct) {
    return refused(failure::key_unfit, "a symmetric key has no public part");
  }
  return {};
}

// What the private half is for, as the public one answers it.
key_description answering(key_description said) {
  constexpr std::pair<key_operation, key_operation> halves[] = {
      {key_operation::sign, key_operation::verify},
      {key_operation::decrypt, key_operation::encrypt},
      {key_operation::unwrap_key, key_operation::wrap_key},
      {key_operation::derive_key, key_operation::derive_key},
      {key_operation::derive_bits, key_operation::derive_bits}};
  key_operations answered;
  for (const auto& [own, other] : halves) {
    if (said.operations.contains(own) || said.operations.contains(other)) answered.add(other);
  }
  said.operations = answered;
  return said;
}

using writer = std::expected<secret_bytes, error> (*)(const EVP_PKEY&, key_part);

std::expected<secret_bytes, error> written(const key_numbers& numbers, key_part which, writer write) {
  if (auto there = has_part(numbers, which); !there) return std::unexpected(there.error());
  if (numbers.pkey == nullptr) return refused(failure::key_unfit, "a symmetric key has no form but a JWK");
  return write(*numbers.pkey, which);
}

}  // namespace

std::expected<key, error> key::from_jwk(std::string_view json) {
  const json::secret_reader parsed(json, {.max_depth = max_jwk_depth});
  if (parsed.root() == nullptr) return refused(failure::json_invalid, "a JWK is one JSON object");
  return from_jwk(*parsed.root());
}

std::expected<key, error> key::from_jwk(const json::value& object) {
  std::expected<detail::read_jwk, error> read = detail::read(object);
  if (!read) return std::unexpected(read.error());
  if (!read->known) return refused(failure::key_invalid, "kty or crv is none that is known here");
  return made_of(read->numbers, std::move(read->described));
}

std::expected<key, error> key::from_pem(std::string_view text, key_description described) {
  return made_of(detail::read_pem(text), std::move(described));
}

std::expected<key, error> key::from_der(std::span<const std::byte> bytes, key_description described) {
  return made_of(detail::read_der(bytes), std::move(described));
}

std::expected<key, error> key::from_secret(std::span<const std::byte> bytes, key_description described) {
  raw_key parts;
  parts[part::k] = secret_bytes(bytes);
  return made_of(parts, std::move(described));
}

std::expected<key, error> key::generate(curve which, key_description described) {
  if (which == curve::none) return refused(failure::key_invalid, "no curve");
  const char* const name = detail::group_name(which);
  if (which >= curve::ed25519) return generated(EVP_PKEY_Q_keygen(nullptr, nullptr, name), std::move(described));
  return generated(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", name), std::move(described));
}

std::expected<key, error> key::generate_rsa(unsigned bits, key_description described) {
  // OpenSSL would take its time for larger ones, and then they would be refused.
  if (bits > max_rsa_bits) return refused(failure::too_large, "RSA of more than 16,384 bits");
  return generated(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(bits)), std::move(described));
}

std::expected<key, error> key::generate_secret(std::size_t bytes, key_description described) {
  secret_bytes made(bytes);
  fill_random(made.span());
  return from_secret(made, std::move(described));
}

key_kind key::kind() const noexcept { return material().numbers().kind; }
curve key::on_curve() const noexcept { return material().numbers().on_curve; }
unsigned key::bits() const noexcept { return material().numbers().bits; }
bool key::is_private() const noexcept { return material().numbers().is_private; }
const key_description& key::described() const noexcept { return material().described(); }

std::expected<void, error> key::fits(signature_algorithm algorithm, key_operation operation) const noexcept {
  return detail::fits(material().numbers(), described(), algorithm, operation);
}

std::expected<void, error> key::fits(key_algorithm algorithm, content_algorithm content,
                                     key_operation operation) const noexcept {
  return detail::fits(material().numbers(), described(), algorithm, content, operation);
}

std::string key::thumbprint() const {
  const std::expected<raw_key, error> parts = detail::take_apart(material().numbers());
  const secret_bytes input = detail::thumbprint_input(parts.value());
  std::array<std::byte, 32> digest;
  EVP_Digest(input.data(), input.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr,
             detail::algorithms().sha256.get(), nullptr);
  return encode_base64url(digest);
}

std::string key::thumbprint_uri() const { return "urn:ietf:params:oauth:jwk-thumbprint:sha-256:" + thumbprint(); }

std::expected<secret_bytes, error> key::to_jwk(key_part which) const {
  if (auto there = has_part(material().numbers(), which); !there) return std::unexpected(there.error());
  const std::expected<raw_key, error> parts = detail::take_apart(material().numbers());
  if (!parts) return std::unexpected(parts.error());
  const bool whole = which == key_part::private_part || !is_private();
  return detail::write_jwk(*parts, whole ? described() : answering(described()), which);
}

std::expected<secret_bytes, error> key::to_pem(key_part which) const {
  return written(material().numbers(), which, detail::write_pem);
}

std::expected<secret_bytes, error> key::to_der(key_part which) const {
  return written(material().numbers(), which, detail::write_der);
}

std::expected<key, error> key::public_key() const {
  if (auto there = has_part(material().numbers(), key_part::public_part); !there) return std::unexpected(there.error());
  if (!is_private()) return *this;
  std::expected<raw_key, error> parts = detail::take_apart(material().numbers());
  if (!parts) return std::unexpected(parts.error());
  for (const part each : {part::d, part::p, part::q, part::dp, part::dq, part::qi}) (*parts)[each] = {};
  return made_of(*parts, answering(described()));
}

std::expected<key, error> key::with(key_description described) const {
  return described_key(material().shared_numbers(), std::move(described));
}

bool operator==(const key& left, const key& right) noexcept {
  const key_numbers& ours = left.material().numbers();
  const key_numbers& theirs = right.material().numbers();
  if (&ours == &theirs) return true;
  if (ours.kind != theirs.kind) return false;
  if (ours.pkey == nullptr) return equal_secrets(ours.secret, theirs.secret);
  const bool same = EVP_PKEY_eq(ours.pkey.get(), theirs.pkey.get()) == 1;
  detail::clear_errors();
  return same;
}

}  // namespace candela::jose
