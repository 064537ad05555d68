// Keys that the tests share, and tokens that say whatever a test wants and are rightly signed all the same.
#pragma once

#include <array>
#include <candela/core/arena.hpp>
#include <candela/jose/base64url.hpp>
#include <candela/jose/detail/key_material.hpp>
#include <candela/jose/jws.hpp>
#include <candela/json/reader.hpp>
#include <candela/json/writer.hpp>
#include <string>
#include <string_view>

#include "tests/jose/vectors.hpp"

namespace candela::testing {

inline std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

inline std::string encoded(std::string_view text) { return jose::encode_base64url(bytes_of(text)); }

inline std::string decoded(std::string_view text) {
  std::string out(jose::decoded_size(text.size()), '\0');
  out.resize(jose::decode_base64url(text, reinterpret_cast<std::byte*>(out.data())).value());
  return out;
}

inline std::string from_hex(std::string_view digits) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
  return bytes;
}

/// The object in `json` with a member set to another value (JSON text), added or, with an empty text, removed.
inline std::string changed(std::string_view json, std::string_view name, std::string_view value) {
  arena memory;
  const auto object = json::parse<json::value>(json, memory).value();
  json::output out(memory);
  json::writer writer(out);
  writer.begin_object();
  for (const json::member& each : object.members()) {
    if (each.name != name) writer.member(each.name, each.item);
  }
  if (!value.empty()) writer.key(name).raw(value);
  writer.end_object();
  return std::string(out.text());
}

/// A member that is a text.
inline std::string text_of(std::string_view json, std::string_view name) {
  arena memory;
  const auto object = json::parse<json::value>(json, memory).value();
  return std::string(object.find(name)->string().value());
}

inline std::string quoted(std::string_view text) { return json::to_string(text); }

inline std::string jwk_text(const jose::key& of, jose::key_part which) {
  return std::string(of.to_jwk(which).value().text());
}

/// Private keys; RSA, P-256 and P-521 are those of RFC 7515, Ed25519 that of RFC 8037.
inline const std::string& rsa_jwk() {
  static const std::string text = vector_text("rfc7515-7517-7638/rfc7515_A.2.jwk");
  return text;
}
inline const std::string& p256_jwk() {
  static const std::string text = vector_text("rfc7515-7517-7638/rfc7515_A.3.jwk");
  return text;
}
inline constexpr std::string_view ed25519_jwk =
    R"({"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",)"
    R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";

inline const jose::key& rsa_key() {
  static const jose::key made = jose::key::from_jwk(rsa_jwk()).value();
  return made;
}
inline const jose::key& p256_key() {
  static const jose::key made = jose::key::from_jwk(p256_jwk()).value();
  return made;
}
inline const jose::key& p384_key() {
  static const jose::key made = jose::key::generate(jose::curve::p384).value();
  return made;
}
inline const jose::key& p521_key() {
  static const jose::key made = jose::key::from_jwk(vector_text("rfc7515-7517-7638/rfc7515_A.4.jwk")).value();
  return made;
}
inline const jose::key& ed25519_key() {
  static const jose::key made = jose::key::from_jwk(ed25519_jwk).value();
  return made;
}
inline const jose::key& ed448_key() {
  static const jose::key made = jose::key::generate(jose::curve::ed448).value();
  return made;
}
inline const jose::key& x25519_key() {
  static const jose::key made = jose::key::generate(jose::curve::x25519).value();
  return made;
}
inline const jose::key& secret_key() {
  static const jose::key made = jose::key::generate_secret(64).value();
  return made;
}

inline jose::key_set set_of(std::vector<jose::key> keys) { return jose::key_set::of(std::move(keys)).value(); }
/// The public half alone, or the secret.
inline jose::key_set verifiers(const jose::key& of) {
  return set_of({of.kind() == jose::key_kind::oct ? of : of.public_key().value()});
}

/// What the key makes of a text, in base64url, whether key and algorithm are meant for each other or not.
inline std::string signature_of(std::string_view text, const jose::key& with, jose::signature_algorithm algorithm) {
  std::array<std::byte, jose::detail::max_signature_size> bytes;
  const jose::detail::key_numbers& numbers = with.material().numbers();
  if (!jose::detail::sign(numbers, algorithm, {&text, 1}, bytes.data())) throw std::runtime_error("not signed");
  return jose::encode_base64url(std::span(bytes).first(jose::detail::signature_size(numbers, algorithm)));
}

/// A compact token of parts that are encoded already, rightly signed.
inline std::string token_of_parts(std::string_view header, std::string_view payload, const jose::key& with,
                                  jose::signature_algorithm algorithm) {
  const std::string text = std::string(header) + '.' + std::string(payload);
  return text + '.' + signature_of(text, with, algorithm);
}
/// The same of plain parts.
inline std::string token_of(std::string_view header, std::string_view payload, const jose::key& with,
                            jose::signature_algorithm algorithm) {
  return token_of_parts(encoded(header), encoded(payload), with, algorithm);
}

inline jose::signature_rules accepting(jose::signature_algorithms algorithms) {
  jose::signature_rules rules;
  rules.algorithms = algorithms;
  return rules;
}

}  // namespace candela::testing
