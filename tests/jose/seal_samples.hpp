// Those who seal, open and carry in the tests, and messages sealed with anything said in them.
#pragma once

#include <candela/jose/detail/sealed_part.hpp>
#include <candela/jose/members.hpp>
#include <candela/jose/seal.hpp>
#include <chrono>
#include <functional>

#include "tests/jose/samples.hpp"

namespace candela::testing {

inline constexpr std::string_view web = "urn:shop:web";
inline constexpr std::string_view payment = "urn:shop:payment";
inline constexpr std::string_view fraud = "urn:shop:fraud";
inline constexpr std::string_view cart = "urn:shop:cart";

inline jose::key named_key(jose::curve on, std::string id) {
  return jose::key::generate(on, {.id = std::move(id)}).value();
}
inline const jose::key& web_key() {
  static const jose::key made = named_key(jose::curve::p256, "web-1");
  return made;
}
inline const jose::key& payment_key() {
  static const jose::key made = named_key(jose::curve::p256, "payment-1");
  return made;
}
inline const jose::key& fraud_key() {
  static const jose::key made = named_key(jose::curve::x25519, "fraud-1");
  return made;
}
inline const jose::key& cart_key() {
  static const jose::key made = named_key(jose::curve::p256, "cart-1");
  return made;
}

inline constexpr jose::token_time noon{std::chrono::seconds{1'800'000'000}};

inline jose::seal_recipient for_payment() { return {payment, &payment_key(), jose::key_algorithm::ecdh_es_a256kw}; }
inline jose::seal_recipient for_fraud() { return {fraud, &fraud_key(), jose::key_algorithm::ecdh_es_a256kw}; }

/// As web seals JSON for whoever is given.
inline jose::sealing by_web(std::span<const jose::seal_recipient> to) {
  jose::sealing how;
  how.signer = web;
  how.with = &web_key();
  how.to = to;
  how.content_type = "application/json";
  return how;
}

/// As one of the services opens what web has sealed for it.
inline jose::opening_rules rules_of(std::string_view service) {
  jose::opening_rules rules;
  rules.signatures = {jose::signature_algorithm::es256};
  rules.algorithms = {jose::key_algorithm::ecdh_es, jose::key_algorithm::ecdh_es_a256kw};
  rules.encryption = {jose::content_algorithm::a256gcm};
  rules.signers.push_back({std::string(web), verifiers(web_key())});
  rules.recipient = service;
  rules.several = true;
  return rules;
}

/// What is encrypted for payment as a sealed message, whatever it is.
inline std::string encrypted_for_payment(std::string_view inner, std::string_view type = jose::sealed_type,
                                         std::string_view content_type = jose::sealed_content_type) {
  const jose::encryption_header said{.type = type, .content_type = content_type};
  return encrypt(inner, payment_key(), jose::key_algorithm::ecdh_es_a256kw, jose::content_algorithm::a256gcm, said)
      .value();
}

/// The header that web signs when it seals a body for payment, with one member changed: see `changed`.
inline std::string inner_header(std::string_view name = "", std::string_view value = "") {
  const std::string right = R"({"alg":"ES256","kid":"web-1","typ":"sealed+jws","cty":"application/json",)"
                            R"("iss":"urn:shop:web","aud":["urn:shop:payment"]})";
  return name.empty() ? right : changed(right, name, value);
}

/// A message for payment that says `header`, rightly signed and encrypted.
inline std::string sealed_with(std::string_view header, std::string_view content = "{}",
                               const jose::key& by = web_key()) {
  return encrypted_for_payment(token_of(header, content, by, jose::signature_algorithm::es256));
}

}  // namespace candela::testing
