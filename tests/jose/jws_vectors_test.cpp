// Signatures that the RFCs print.
#include <doctest/doctest.h>

#include <array>
#include <candela/jose/jws.hpp>

#include "tests/jose/vectors.hpp"

using namespace candela;
using namespace candela::jose;
using namespace candela::testing;

namespace {

key_set keys_of(const std::string& jwk) { return key_set::of({key::from_jwk(jwk).value()}).value(); }

signature_rules accepting(signature_algorithm algorithm) {
  signature_rules rules;
  rules.algorithms.add(algorithm);
  return rules;
}

// Those whose signature is a function of key and text.
bool deterministic(signature_algorithm algorithm) {
  return algorithm <= signature_algorithm::rs512 || algorithm >= signature_algorithm::eddsa;
}

}  // namespace

TEST_CASE("the compact examples of RFC 7515, appendix A, are accepted") {
  constexpr std::pair<const char*, signature_algorithm> examples[] = {{"A.1", signature_algorithm::hs256},
                                                                      {"A.2", signature_algorithm::rs256},
                                                                      {"A.3", signature_algorithm::es256},
                                                                      {"A.4", signature_algorithm::es512}};
  for (const auto& [name, algorithm] : examples) {
    CAPTURE(name);
    const std::string file = std::string("rfc7515-7517-7638/rfc7515_") + name;
    const key_set keys = keys_of(vector_text(file + ".jwk"));
    arena memory;
    const auto checked = verify(vector_text(file + ".jwsc"), keys, accepting(algorithm), memory);
    REQUIRE(checked);
    CHECK(checked->protected_header.algorithm == name_of(algorithm));
    CHECK(checked->by == keys.keys().data());
    CHECK(checked->payload.starts_with(algorithm == signature_algorithm::es512 ? "Payload" : R"({"iss":"joe",)"));
  }
}

TEST_CASE("the unsecured example of RFC 7515, appendix A.5, is refused") {
  const key_set keys = keys_of(vector_text("rfc7515-7517-7638/rfc7515_A.1.jwk"));
  arena memory;
  const auto checked =
      verify(vector_text("rfc7515-7517-7638/rfc7515_A.5.jwsc"), keys, accepting(signature_algorithm::hs256), memory);
  REQUIRE_FALSE(checked);
  CHECK(checked.error() == failure::algorithm_unknown);
}

TEST_CASE("the signatures of RFC 7520, section 4, are accepted and, where they are deterministic, made again") {
  for (const std::string name : {"4_1.rsa_v15_signature", "4_2.rsa-pss_signature", "4_3.ecdsa_signature",
                                 "4_4.hmac-sha2_integrity_protection"}) {
    CAPTURE(name);
    arena memory;
    const json::value example = vector_json("rfc7520-cookbook/jws/" + name + ".json", memory);
    const key one = key::from_jwk(*example.at("/input/key")).value();
    const key_set keys = key_set::of({one}).value();
    const auto algorithm = signature_algorithm_of(*example.at("/input/alg")->string()).value();
    const std::string_view payload = *example.at("/input/payload")->string();
    const std::string_view printed = *example.at("/output/compact")->string();
    const auto checked = verify(printed, keys, accepting(algorithm), memory);
    REQUIRE(checked);
    CHECK(checked->payload == payload);
    const auto made = sign(payload, one, algorithm);
    REQUIRE(made);
    if (deterministic(algorithm)) CHECK(*made == printed);
    CHECK(verify(*made, keys, accepting(algorithm), memory));
  }
}

TEST_CASE("the thumbprint of RFC 7638, section 3.1") {
  const key example = key::from_jwk(vector_text("rfc7515-7517-7638/rfc7638_3.1.jwk")).value();
  CHECK(example.thumbprint() == vector_text("rfc7515-7517-7638/rfc7638_3.1.thp"));
  CHECK(example.thumbprint_uri() == "urn:ietf:params:oauth:jwk-thumbprint:sha-256:" + example.thumbprint());
}
