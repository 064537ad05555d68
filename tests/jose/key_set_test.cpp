// Keys that belong together, and sets in which it is not clear which key is meant.
#include <doctest/doctest.h>

#include "tests/jose/samples.hpp"

using namespace candela;
using namespace candela::jose;
using namespace candela::testing;
using enum signature_algorithm;

namespace {

std::string set_text(std::initializer_list<std::string> keys) {
  std::string text = R"({"keys":[)";
  for (const std::string& each : keys) text += (text.back() == '[' ? "" : ",") + each;
  return text + "]}";
}

failure refusal_of(std::string_view text) { return key_set::from_json(text).error().code; }

key named(const key& one, const char* id) { return one.with({.id = id}).value(); }

}  // namespace

TEST_CASE("the sets of RFC 7517, appendix A, are read") {
  const key_set open = key_set::from_json(vector_text("rfc7515-7517-7638/rfc7517_A.1.jwkset")).value();
  REQUIRE(open.keys().size() == 2);
  CHECK(open.find("1")->on_curve() == curve::p256);
  CHECK(open.find("1")->described().use == key_use::encryption);
  CHECK(open.find("2011-04-29")->described().algorithm == "RS256");
  const key_set own = key_set::from_json(vector_text("rfc7515-7517-7638/rfc7517_A.2.jwkset")).value();
  CHECK(own.find("1")->is_private());
  CHECK(*own.find("2011-04-29") == *open.find("2011-04-29"));
  const key_set secrets = key_set::from_json(vector_text("rfc7515-7517-7638/rfc7517_A.3.jwkset")).value();
  CHECK(secrets.keys().size() == 2);
  CHECK(secrets.keys()[0].described().algorithm == "A128KW");
  CHECK(key_set::from_json(vector_text("rfc7515-7517-7638/rfc7517_B.jwk")).value().keys().size() == 1);
}

TEST_CASE("keys of an unknown kind or curve are left out") {
  const key_set keys = key_set::from_json(set_text({R"({"kty":"AKP","alg":"ML-DSA-44","pub":"AAAA"})",
                                                    R"({"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"})",
                                                    R"({"kty":"OKP","crv":"Ed25520","x":1})", p256_jwk()}))
                           .value();
  REQUIRE(keys.keys().size() == 1);
  CHECK(keys.keys()[0] == p256_key());
  CHECK(key_set::from_json(set_text({})).value().empty());
  CHECK(key_set::from_json(R"({"keys":[],"more":{}})").value().empty());
}

TEST_CASE("texts that are no set, and sets with a key that is none, are refused") {
  using enum failure;
  const std::pair<std::string, failure> wrong[] = {
      {"", json_invalid},
      {"[]", key_invalid},
      {"null", key_invalid},
      {"{}", key_invalid},
      {R"({"keys":{}})", key_invalid},
      {R"({"keys":null})", key_invalid},
      {R"({"Keys":[]})", key_invalid},
      {R"({"keys":[],"keys":[]})", json_invalid},
      {set_text({"1"}), json_invalid},
      {set_text({"{}"}), key_invalid},
      {set_text({R"({"kty":1})"}), key_invalid},
      {set_text({changed(p256_jwk(), "x", R"("AA")")}), key_invalid},
      {set_text({p256_jwk(), changed(rsa_jwk(), "e", R"("Aw")")}), key_weak},
      {set_text({changed(p256_jwk(), "alg", R"("RS256")")}), key_unfit},
      {"\xef\xbb\xbf" + set_text({}), json_invalid}};
  for (const auto& [text, code] : wrong) {
    CAPTURE(text);
    CHECK(name_of(refusal_of(text)) == name_of(code));
  }
  std::string many = R"({"keys":[{"kty":"x"})";
  for (int i = 0; i != 1000; ++i) many += R"(,{"kty":"x"})";
  CHECK(refusal_of(many + "]}") == too_large);
}

TEST_CASE("sets in which it is not clear which key is meant are refused") {
  using enum failure;
  const key other = key::generate(curve::p256).value();
  const std::string secret = R"({"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T"})";
  CHECK(refusal_of(set_text({p256_jwk(), secret})) == key_ambiguous);
  CHECK(refusal_of(set_text({secret, rsa_jwk()})) == key_ambiguous);
  CHECK(refusal_of(set_text({changed(p256_jwk(), "kid", R"("a")"), changed(rsa_jwk(), "kid", R"("a")")})) ==
        key_ambiguous);
  CHECK(refusal_of(set_text({p256_jwk(), p256_jwk()})) == key_ambiguous);
  CHECK(refusal_of(set_text({p256_jwk(), changed(rsa_jwk(), "kid", quoted(p256_key().thumbprint()))})) ==
        key_ambiguous);
  CHECK(refusal_of(set_text({changed(rsa_jwk(), "kid", quoted(p256_key().thumbprint())), p256_jwk()})) ==
        key_ambiguous);
  CHECK(key_set::of({named(p256_key(), "a"), named(other, "a")}).error() == key_ambiguous);
  CHECK(key_set::of({named(p256_key(), "a"), named(other, "A")}));
}

TEST_CASE("a key is found by its id, or as the only one that fits") {
  using enum failure;
  const key other = key::generate(curve::p256).value();
  const key_set keys = set_of({named(p256_key(), "a"), named(rsa_key(), "b"), named(ed25519_key(), "c")});
  CHECK(keys.verifier("a", es256).value() == &keys.keys()[0]);
  CHECK(keys.verifier("", es256).value() == &keys.keys()[0]);
  CHECK(keys.verifier("", ps512).value() == &keys.keys()[1]);
  CHECK(keys.verifier("", eddsa).value() == &keys.keys()[2]);
  CHECK(keys.verifier("", ed25519).value() == &keys.keys()[2]);
  CHECK(keys.verifier("d", es256).error() == key_unknown);
  CHECK(keys.verifier("A", es256).error() == key_unknown);
  CHECK(keys.verifier("b", es256).error() == key_unfit);
  CHECK(keys.verifier("", es384).error() == key_unfit);
  CHECK(keys.verifier("", hs256).error() == key_unfit);
  CHECK(key_set().verifier("a", es256).error() == key_unknown);
  const key_set two = set_of({named(p256_key(), "a"), named(other, "b")});
  CHECK(two.verifier("", es256).error() == key_ambiguous);
  CHECK(two.verifier("b", es256).value() == &two.keys()[1]);
}

TEST_CASE("a key without an id has its thumbprint for one") {
  const key_set keys = set_of({p256_key(), named(rsa_key(), "b")});
  CHECK(keys.find(p256_key().thumbprint()) == &keys.keys()[0]);
  CHECK(keys.find("b") == &keys.keys()[1]);
  CHECK(keys.find("") == nullptr);
  CHECK(keys.find(rsa_key().thumbprint()) == nullptr);
}

TEST_CASE("keys that stay without an id answer for every id that no other key has") {
  const key first = key::generate(curve::p256).value();
  const key other = key::generate(curve::p384).value();
  const key named = key::generate(curve::p256, {.id = "1"}).value();
  const key_set alone = key_set::unnamed({first}).value();
  CHECK(alone.keys().front().id().empty());
  for (const char* id : {"", "1", "../x"}) CHECK(*alone.verifier(id, es256).value() == first);
  CHECK(alone.verifier("1", es384).error() == failure::key_unfit);
  const key_set all = key_set::unnamed({first, other, named}).value();
  CHECK(*all.verifier("1", es256).value() == named);
  CHECK(all.verifier("1", es384).error() == failure::key_unfit);
  CHECK(*all.verifier("2", es256).value() == first);
  CHECK(*all.verifier("2", es384).value() == other);
  CHECK(all.verifier("", es256).error() == failure::key_ambiguous);
  CHECK(key_set::unnamed({named}).value().verifier("2", es256).error() == failure::key_unknown);
  CHECK(key_set::unnamed({named, named}).error() == failure::key_ambiguous);
  CHECK(key_set::unnamed({first, key::generate_secret(32).value()}).error() == failure::key_ambiguous);
}

TEST_CASE("a set comes back from its JSON, without private halves unless they are asked for") {
  const key_set keys = set_of({named(p256_key(), "a"), named(rsa_key(), "b"), named(x25519_key(), "c")});
  const secret_bytes shown = keys.to_json(key_part::public_part).value();
  const secret_bytes whole = keys.to_json(key_part::private_part).value();
  for (const char* const number : {R"("d":)", R"("p":)", R"("q":)", R"("dp":)", R"("dq":)", R"("qi":)"}) {
    CHECK_FALSE(shown.text().contains(number));
    CHECK(whole.text().contains(number));
  }
  const key_set open = key_set::from_json(shown.text()).value();
  const key_set own = key_set::from_json(whole.text()).value();
  REQUIRE(open.keys().size() == 3);
  REQUIRE(own.keys().size() == 3);
  for (std::size_t i = 0; i != 3; ++i) {
    CHECK(open.keys()[i] == keys.keys()[i]);
    CHECK(open.keys()[i].id() == keys.keys()[i].id());
    CHECK_FALSE(open.keys()[i].is_private());
    CHECK(own.keys()[i].is_private());
  }
  const key_set secrets = set_of({secret_key()});
  CHECK(secrets.to_json(key_part::public_part).value().text() == R"({"keys":[]})");
  CHECK(*key_set::from_json(secrets.to_json(key_part::private_part).value().text())
             .value()
             .find(secret_key().thumbprint()) == secret_key());
}
