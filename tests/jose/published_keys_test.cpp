// Keys that the RFCs print, what they are called, and what was signed with them.
#include <doctest/doctest.h>

#include <candela/jose/base64url.hpp>
#include <candela/jose/digest.hpp>
#include <candela/jose/jws.hpp>

#include "tests/jose/vectors.hpp"

using namespace candela;
using namespace candela::jose;
using namespace candela::testing;

namespace {

key key_at(const json::value& file, std::string_view place) { return key::from_jwk(*file.at(place)).value(); }

std::string_view text_at(const json::value& file, std::string_view place) { return *file.at(place)->string(); }

}  // namespace

TEST_CASE("the keys of RFC 7520, section 3, are read and written again with the same numbers") {
  for (const std::string name : {"3_1.ec_public_key", "3_2.ec_private_key", "3_3.rsa_public_key", "3_4.rsa_private_key",
                                 "3_5.symmetric_key_mac_computation", "3_6.symmetric_key_encryption"}) {
    CAPTURE(name);
    arena memory;
    const json::value printed = vector_json("rfc7520-cookbook/jwk/" + name + ".json", memory);
    const std::expected<key, error> read = key::from_jwk(printed);
    REQUIRE(read);
    const bool is_public = printed.find("d") == nullptr && printed.find("k") == nullptr;
    const secret_bytes written = read->to_jwk(is_public ? key_part::public_part : key_part::private_part).value();
    const json::value again = json::parse<json::value>(written.text(), memory).value();
    for (const json::member& each : printed.members()) {
      CAPTURE(each.name);
      REQUIRE(again.find(each.name) != nullptr);
      CHECK(*again.find(each.name) == each.item);
    }
  }
}

TEST_CASE("the public and the private keys of RFC 7520, section 3, belong together") {
  for (const auto& [open, whole] :
       {std::pair("3_1.ec_public_key", "3_2.ec_private_key"), std::pair("3_3.rsa_public_key", "3_4.rsa_private_key")}) {
    arena memory;
    const std::string folder = "rfc7520-cookbook/jwk/";
    const key shown = key::from_jwk(vector_text(folder + open + ".json")).value();
    const key kept = key::from_jwk(vector_text(folder + whole + ".json")).value();
    CHECK(shown.thumbprint() == kept.thumbprint());
  }
}

TEST_CASE("the Ed25519 example of RFC 8037, appendix A, is called and signs as printed") {
  arena memory;
  const json::value file = vector_json("jose_misc_vectors.json", memory);
  const key one = key_at(file, "/rfc8037_appendix_a/ed25519_key");
  CHECK(one.thumbprint() == text_at(file, "/rfc8037_appendix_a/thumbprint_sha256"));
  const std::string_view payload = text_at(file, "/rfc8037_appendix_a/eddsa_payload");
  const std::string_view printed = text_at(file, "/rfc8037_appendix_a/eddsa_jws");
  const auto made = sign(payload, one, signature_algorithm::eddsa);
  REQUIRE(made);
  CHECK(*made == printed);
  signature_rules rules;
  rules.algorithms.add(signature_algorithm::eddsa);
  const key_set keys = key_set::of({one}).value();
  const auto checked = verify(printed, keys, rules, memory);
  REQUIRE(checked);
  CHECK(checked->payload == payload);
}

TEST_CASE("the key and the proof of RFC 9449 fit each other, by the key that the caller names") {
  arena memory;
  const json::value file = vector_json("jose_misc_vectors.json", memory);
  const key one = key_at(file, "/rfc9449/jwk");
  CHECK(one.thumbprint() == text_at(file, "/rfc9449/jkt"));
  CHECK(encode_base64url(sha256(text_at(file, "/rfc9449/access_token"))) == text_at(file, "/rfc9449/ath"));
  const std::string_view proof = text_at(file, "/rfc9449/dpop_proof_token_request");
  signature_rules rules;
  rules.algorithms.add(signature_algorithm::es256);
  rules.type = "dpop+jwt";
  CHECK(verify(proof, key_set::of({one}).value(), rules, memory));
  // The key that it carries itself counts for nothing.
  const key_set stranger = key_set::of({key::generate(curve::p256).value()}).value();
  CHECK_FALSE(verify(proof, stranger, rules, memory));
}
