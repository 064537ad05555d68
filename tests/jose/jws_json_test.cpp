// JSON serializations: those that the RFCs print, and those that somebody would like to have accepted.
#include <candela/jose/jws_json.hpp>

#include "tests/jose/attacks.hpp"

using namespace candela;
using namespace candela::jose;
using namespace candela::testing;
using enum signature_algorithm;

namespace {

constexpr signature_algorithms all_algorithms{hs256, hs384, hs512, rs256, rs384, rs512, ps256,
                                              ps384, ps512, es256, es384, es512, eddsa, ed25519};

json_signature_rules lenient() {
  json_signature_rules rules;
  rules.signature.algorithms = all_algorithms;
  rules.signature.header.unencoded_payload = true;
  rules.unprotected_algorithm = true;
  return rules;
}

json_signature_rules strict() {
  json_signature_rules rules;
  rules.signature.algorithms = all_algorithms;
  return rules;
}

std::optional<failure> answer_json(std::string_view text, const key_set& keys, const json_signature_rules& rules) {
  arena memory;
  const auto checked = verify_json(text, keys, rules, memory);
  if (checked) return std::nullopt;
  return checked.error().code;
}

key named(const key& one, const char* id) { return one.with({.id = id}).value(); }

// The key of an example, or all of them.
std::vector<key> keys_of(const json::value& example) {
  const json::value& given = *example.at("/input/key");
  std::vector<key> keys;
  if (given.type() == json::value::kind::object) return {key::from_jwk(given).value()};
  for (const json::value& each : given.elements()) keys.push_back(key::from_jwk(each).value());
  return keys;
}

}  // namespace

TEST_CASE("the JSON examples of RFC 7515, appendices A.6 and A.7, are accepted") {
  const key_set keys =
      set_of({named(rsa_key(), "2010-12-29"), named(p256_key(), "e9bc097a-ce51-4036-9562-d2ade882db0d")});
  arena memory;
  const auto general = verify_json(vector_text("rfc7515-7517-7638/rfc7515_A.6.jwsg"), keys, strict(), memory);
  REQUIRE(general);
  CHECK(general->payload.starts_with(R"({"iss":"joe",)"));
  REQUIRE(general->signatures.size() == 2);
  CHECK(general->signatures[0].by == &keys.keys()[0]);
  CHECK(general->signatures[1].by == &keys.keys()[1]);
  CHECK(general->signatures[1].protected_header.algorithm == "ES256");
  CHECK(general->signatures[1].unprotected.key_id == "e9bc097a-ce51-4036-9562-d2ade882db0d");
  const auto flattened = verify_json(vector_text("rfc7515-7517-7638/rfc7515_A.7.jwsf"), keys, strict(), memory);
  REQUIRE(flattened);
  CHECK(flattened->payload == general->payload);
  CHECK(flattened->signatures.size() == 1);
}

TEST_CASE("the JSON examples of RFC 7520, section 4, are accepted") {
  for (const std::string name : {"jws/4_1.rsa_v15_signature", "jws/4_2.rsa-pss_signature", "jws/4_3.ecdsa_signature",
                                 "jws/4_4.hmac-sha2_integrity_protection", "jws/4_6.protecting_specific_header_fields",
                                 "jws/4_7.protecting_content_only", "curve25519/jws", "rfc7797/hmac-sha2_b64_false"}) {
    CAPTURE(name);
    arena memory;
    const json::value example = vector_json("rfc7520-cookbook/" + name + ".json", memory);
    const key_set keys = set_of(keys_of(example));
    for (const char* const form : {"/output/json", "/output/json_flat"}) {
      const json::value* printed = example.at(form);
      if (printed == nullptr) continue;
      const auto checked = verify_json(json::to_text(*printed, memory), keys, lenient(), memory);
      REQUIRE(checked);
      CHECK(checked->payload == example.at("/input/payload")->string());
    }
    // Without the leave to do so, `alg` stands nowhere else than in what is protected.
    const bool protects = !name.contains("4_7") && !name.contains("rfc7797");
    const json::value& general = *example.at("/output/json");
    CHECK(!answer_json(json::to_text(general, memory), keys, strict()) == protects);
  }
}

TEST_CASE("the signatures of RFC 7520, section 4.8, are accepted by those who have their keys") {
  arena memory;
  const json::value example = vector_json("rfc7520-cookbook/jws/4_8.multiple_signatures.json", memory);
  const std::string_view printed = json::to_text(*example.at("/output/json"), memory);
  const std::vector<key> keys = keys_of(example);
  REQUIRE(keys.size() == 3);
  json_signature_rules rules = lenient();
  for (const key& each : keys) {
    // Two of the three have the same id.
    const key_set own = set_of({each});
    rules.every = true;
    CHECK(answer_json(printed, own, rules).has_value());
    rules.every = false;
    const auto checked = verify_json(printed, own, rules, memory);
    REQUIRE(checked);
    CHECK(checked->signatures.size() == 1);
    CHECK(checked->signatures[0].by == own.keys().data());
  }
  // One of the three names its algorithm where nothing protects it.
  rules.unprotected_algorithm = false;
  CHECK(answer_json(printed, set_of({keys.front()}), rules) == failure::header_invalid);
}

TEST_CASE("detached examples of RFC 7520, section 4.5, and RFC 7797, section 4, are accepted and made again") {
  arena memory;
  const json::value example = vector_json("rfc7520-cookbook/jws/4_5.signature_with_detached_content.json", memory);
  const key one = key::from_jwk(*example.at("/input/key")).value();
  const key_set keys = set_of({one});
  const std::string_view content = *example.at("/input/payload")->string();
  const std::string_view printed = *example.at("/output/compact")->string();
  CHECK(verify_detached(printed, content, keys, strict().signature, memory)->payload == content);
  CHECK(sign_detached(content, one, hs256) == printed);
  CHECK(verify_detached(printed, "something else", keys, strict().signature, memory).error() ==
        failure::signature_invalid);
  for (const auto& [form, where] :
       {std::pair(json_form::general, "/output/json"), {json_form::flattened, "/output/json_flat"}}) {
    const std::string_view text = json::to_text(*example.at(where), memory);
    CHECK(verify_json_detached(text, content, keys, strict(), memory)->payload == content);
    CHECK(answer_json(text, keys, strict()) == failure::malformed);
    const signer by{.with = one, .algorithm = hs256};
    const std::string made = sign_json(content, {&by, 1}, form, true).value();
    CHECK(json::parse<json::value>(made, memory).value() == *example.at(where));
  }
  // RFC 7797, section 4.2.
  const std::string_view unencoded =
      "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19..A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY";
  const key rfc7797 = key::from_jwk(R"({"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3)"
                                    R"(Yj0iPS4hcgUuTwjAzZr1Z9CAow"})")
                          .value();
  CHECK(verify_detached(unencoded, "$.02", set_of({rfc7797}), lenient().signature, memory)->payload == "$.02");
  CHECK(verify_detached(unencoded, "$.02", set_of({rfc7797}), strict().signature, memory).error() ==
        failure::header_unsupported);
  CHECK(sign_detached("$.02", rfc7797, hs256, {.encoded_payload = false}) == unencoded);
}

TEST_CASE("deterministic JSON examples are made again") {
  arena memory;
  const auto example = [&memory](const char* name) {
    return vector_json(std::string("rfc7520-cookbook/") + name + ".json", memory);
  };
  const auto check = [&memory](const json::value& printed, const signer& by) {
    const std::string_view content = *printed.at("/input/payload")->string();
    for (const auto& [form, where] :
         {std::pair(json_form::general, "/output/json"), {json_form::flattened, "/output/json_flat"}}) {
      const std::string made = sign_json(content, {&by, 1}, form).value();
      CHECK(json::parse<json::value>(made, memory).value() == *printed.at(where));
    }
  };
  const json::value specific = example("jws/4_6.protecting_specific_header_fields");
  const key secret = key::from_jwk(*specific.at("/input/key")).value();
  check(specific, {.with = secret,
                   .algorithm = hs256,
                   .said = {.key_id = false},
                   .unprotected = *specific.at("/signing/unprotected")});
  const json::value content_only = example("jws/4_7.protecting_content_only");
  check(content_only, {.with = secret, .algorithm = hs256, .protect = false});
  const json::value unencoded = example("rfc7797/hmac-sha2_b64_false");
  const key other = key::from_jwk(*unencoded.at("/input/key")).value();
  check(unencoded, {.with = other, .algorithm = hs256, .said = {.encoded_payload = false}});
  const std::string_view compact = *unencoded.at("/output/compact")->string();
  CHECK(sign("This is the payload string!", other, hs256, {.encoded_payload = false}) == compact);
  CHECK(verify(compact, set_of({other}), lenient().signature, memory)->payload == "This is the payload string!");
  CHECK(answer(compact, set_of({other}), strict().signature) == failure::header_unsupported);
}

TEST_CASE("an example that names b64 without crit is refused") {
  arena memory;
  const json::value example = vector_json("rfc7520-cookbook/rfc7797/4.2.hmac-sha2_b64_false.json", memory);
  const key_set keys = set_of(keys_of(example));
  for (const char* const form : {"/output/json", "/output/json_flat"})
    CHECK(answer_json(json::to_text(*example.at(form), memory), keys, lenient()) == failure::header_invalid);
}

namespace {

// Two signatures, the second of which is taken for granted.
struct parts {
  std::string safe = encoded(R"({"alg":"ES256"})");
  std::string open = R"({"kid":"a"})";
  std::string content = encoded(payload);

  [[nodiscard]] std::string signature() const { return signature_of(safe + '.' + content, p256_key(), es256); }
  [[nodiscard]] std::string members() const {
    return R"("protected":")" + safe + R"(","header":)" + open + R"(,"signature":")" + signature() + '"';
  }
  [[nodiscard]] std::string flattened() const { return R"({"payload":")" + content + R"(",)" + members() + '}'; }
  [[nodiscard]] std::string general(const std::string& second = "") const {
    return R"({"payload":")" + content + R"(","signatures":[{)" + members() + '}' +
           (second.empty() ? "" : "," + second) + "]}";
  }
};

std::string rsa_signature(const std::string& safe, const std::string& content) {
  return R"({"protected":")" + safe + R"(","header":{"kid":"b"},"signature":")" +
         signature_of(safe + '.' + content, rsa_key(), rs256) + R"("})";
}

const key_set& both_keys() {
  static const key_set keys = set_of({named(p256_key(), "a"), named(rsa_key(), "b")});
  return keys;
}

}  // namespace

TEST_CASE("JSON serializations that are none are refused") {
  using enum failure;
  const parts right;
  REQUIRE_FALSE(answer_json(right.flattened(), both_keys(), strict()));
  REQUIRE_FALSE(answer_json(right.general(), both_keys(), strict()));
  const std::string flat = right.flattened();
  const auto with = [&flat](const char* name, const std::string& value) { return changed(flat, name, value); };
  const auto open = [](const std::string& header) { return parts{.open = header}.flattened(); };
  const auto safe = [](const std::string& header) { return parts{.safe = encoded(header)}.flattened(); };
  const std::vector<attack> attacks{
      {"nothing", "", json_invalid},
      {"a list", '[' + flat + ']', json_invalid},
      {"a compact token", token_of(R"({"alg":"ES256"})", payload, p256_key(), es256), json_invalid},
      {"payload twice", R"({"payload":"AA",)" + flat.substr(1), json_invalid},
      {"signature twice", R"({"signature":"AA",)" + flat.substr(1), json_invalid},
      {"something behind it", flat + flat, json_invalid},
      {"no payload", with("payload", ""), malformed},
      {"payload is null", with("payload", "null"), malformed},
      {"payload is an object", with("payload", "{}"), malformed},
      {"another payload", with("payload", R"("AAAA")"), signature_invalid},
      {"payload with padding", with("payload", quoted(right.content + "=")), signature_invalid},
      {"no signature", with("signature", ""), signature_missing},
      {"an empty signature", with("signature", R"("")"), signature_missing},
      {"signature is a number", with("signature", "1"), malformed},
      {"signature with padding", with("signature", quoted(right.signature() + "==")), base64_invalid},
      {"no protected header", with("protected", ""), header_invalid},
      {"an empty protected header", with("protected", R"("")"), header_invalid},
      {"protected is an object", with("protected", R"({"alg":"ES256"})"), malformed},
      {"alg only where nothing protects it", changed(with("protected", ""), "header", R"({"alg":"ES256","kid":"a"})"),
       header_invalid},
      {"alg only there, beside a protected header",
       changed(safe(R"({"typ":"JWT"})"), "header", R"({"alg":"ES256","kid":"a"})"), header_invalid},
      {"alg in both", open(R"({"alg":"ES256","kid":"a"})"), header_invalid},
      {"alg in both, but another", open(R"({"alg":"none","kid":"a"})"), header_invalid},
      {"kid in both", changed(safe(R"({"alg":"ES256","kid":"a"})"), "header", R"({"kid":"a"})"), header_invalid},
      {"crit that is not protected", open(R"({"kid":"a","crit":["x"],"x":1})"), header_invalid},
      {"b64 that is not protected", open(R"({"kid":"a","b64":false})"), header_invalid},
      {"a protected crit for what is not protected",
       changed(safe(R"({"alg":"ES256","crit":["x"]})"), "header", R"({"kid":"a","x":1})"), header_unsupported},
      {"header is a text", open(quoted(encoded("{}"))), header_invalid},
      {"header is null", open("null"), header_invalid},
      {"header is a list", open("[]"), header_invalid},
      {"kid of header is a number", open(R"({"kid":1})"), header_invalid},
      {"kid of an unknown key", open(R"({"kid":"c"})"), key_unknown},
      {"kid of another kind of key", open(R"({"kid":"b"})"), key_unfit},
      {"none", safe(R"({"alg":"none"})"), algorithm_unknown},
      {"another algorithm", safe(R"({"alg":"ES384"})"), key_unfit},
      {"b64 that is not accepted", safe(R"({"alg":"ES256","b64":false,"crit":["b64"]})"), header_unsupported},
      {"both forms", with("signatures", "[]"), malformed},
      {"an empty list", R"({"payload":"AAAA","signatures":[]})", signature_missing},
      {"signatures is an object", R"({"payload":"AAAA","signatures":{}})", malformed},
      {"signatures is null", R"({"payload":"AAAA","signatures":null})", malformed},
      {"signatures of null", R"({"payload":"AAAA","signatures":[null]})", signature_missing},
      {"an encrypted one", R"({"protected":"e30","encrypted_key":"AA","iv":"AA","ciphertext":"AA","tag":"AA"})",
       malformed}};
  for (const attack& each : attacks) {
    CAPTURE(each.name);
    const std::optional<failure> found = answer_json(each.token, both_keys(), strict());
    CHECK((found ? name_of(*found) : "accepted") == name_of(each.refused_as));
  }
  CHECK(answer(flat, both_keys(), strict().signature) == malformed);
}

TEST_CASE("every signature counts unless the caller says otherwise") {
  const parts right;
  const std::string second = rsa_signature(encoded(R"({"alg":"RS256"})"), right.content);
  const std::string forged = rsa_signature(encoded(R"({"alg":"RS256"})"), encoded("{}"));
  json_signature_rules rules = strict();
  CHECK_FALSE(answer_json(right.general(second), both_keys(), rules));
  CHECK(answer_json(right.general(forged), both_keys(), rules) == failure::signature_invalid);
  CHECK(answer_json(right.general(second), verifiers(named(p256_key(), "a")), rules) == failure::key_unknown);
  rules.every = false;
  arena memory;
  const auto checked = verify_json(right.general(forged), both_keys(), rules, memory);
  REQUIRE(checked);
  REQUIRE(checked->signatures.size() == 1);
  CHECK(checked->signatures[0].by->id() == "a");
  CHECK(answer_json(R"({"payload":")" + right.content + R"(","signatures":[)" + forged + "]}", both_keys(), rules) ==
        failure::signature_invalid);
  // What cannot be read is refused all the same.
  CHECK(answer_json(right.general("{}"), both_keys(), rules) == failure::signature_missing);
}

TEST_CASE("forms, numbers of signatures and sizes are limited by the caller") {
  const parts right;
  const std::string second = rsa_signature(encoded(R"({"alg":"RS256"})"), right.content);
  json_signature_rules rules = strict();
  rules.flattened = false;
  CHECK(answer_json(right.flattened(), both_keys(), rules) == failure::malformed);
  CHECK_FALSE(answer_json(right.general(), both_keys(), rules));
  rules = strict();
  rules.general = false;
  CHECK(answer_json(right.general(), both_keys(), rules) == failure::malformed);
  rules = strict();
  rules.signature.max_signatures = 1;
  CHECK_FALSE(answer_json(right.general(), both_keys(), rules));
  CHECK(answer_json(right.general(second), both_keys(), rules) == failure::too_large);
  rules = strict();
  rules.signature.max_bytes = right.general().size() - 1;
  CHECK(answer_json(right.general(), both_keys(), rules) == failure::too_large);
  rules = strict();
  rules.signature.type = "receipt";
  CHECK(answer_json(right.general(), both_keys(), rules) == failure::type_mismatch);
  CHECK(answer_json(parts{.safe = encoded(R"({"alg":"ES256"})"), .open = R"({"kid":"a","typ":"receipt"})"}.general(),
                    both_keys(), rules) == failure::type_mismatch);
}

TEST_CASE("b64 is the same for all signatures") {
  const std::string content = "ordinary text";
  const std::string plain = encoded(R"({"alg":"RS256","b64":false,"crit":["b64"]})");
  const parts first{
      .safe = encoded(R"({"alg":"ES256","b64":false,"crit":["b64"]})"), .open = R"({"kid":"a"})", .content = content};
  json_signature_rules rules = lenient();
  CHECK_FALSE(answer_json(first.general(rsa_signature(plain, content)), both_keys(), rules));
  CHECK(answer_json(first.general(rsa_signature(encoded(R"({"alg":"RS256"})"), content)), both_keys(), rules) ==
        failure::header_invalid);
}

TEST_CASE("what is signed as JSON is accepted, and mistakes are refused before anything is signed") {
  arena memory;
  const json::value open = json::parse<json::value>(R"({"note":"x"})", memory).value();
  const json::value taken = json::parse<json::value>(R"({"alg":"none"})", memory).value();
  const json::value critical = json::parse<json::value>(R"({"crit":["x"]})", memory).value();
  const key a = named(p256_key(), "a");
  const key b = named(rsa_key(), "b");
  const signer both[] = {{.with = a, .algorithm = es256, .unprotected = open}, {.with = b, .algorithm = ps256}};
  const std::string made = sign_json(payload, both, json_form::general).value();
  const auto checked = verify_json(made, both_keys(), strict(), memory);
  REQUIRE(checked);
  CHECK(checked->payload == payload);
  CHECK(checked->signatures[0].unprotected.members.find("note")->string() == "x");
  CHECK(verify_json_detached(sign_json(payload, both, json_form::general, true).value(), payload, both_keys(), strict(),
                             memory));
  const auto refusal = [](std::initializer_list<signer> signers, json_form form, std::string_view content = payload) {
    return sign_json(content, std::span(signers.begin(), signers.size()), form).error().code;
  };
  CHECK(refusal({}, json_form::general) == failure::signature_missing);
  CHECK(refusal({both[0], both[1]}, json_form::flattened) == failure::malformed);
  CHECK(refusal({{.with = a, .algorithm = es384}}, json_form::general) == failure::key_unfit);
  const key half = a.public_key().value();
  CHECK(refusal({{.with = half, .algorithm = es256}}, json_form::general) == failure::key_unfit);
  CHECK(refusal({{.with = a, .algorithm = es256, .unprotected = taken}}, json_form::general) ==
        failure::header_invalid);
  CHECK(refusal({{.with = a, .algorithm = es256, .unprotected = critical}}, json_form::general) ==
        failure::header_invalid);
  const signature_header plain{.encoded_payload = false};
  CHECK(refusal({both[0], {.with = b, .algorithm = ps256, .said = plain}}, json_form::general) ==
        failure::header_invalid);
  CHECK(refusal({{.with = a, .algorithm = es256, .said = plain, .protect = false}}, json_form::flattened) ==
        failure::header_invalid);
  CHECK(refusal({{.with = a, .algorithm = es256, .said = plain}}, json_form::flattened, "\xff") == failure::malformed);
  CHECK(sign("a.b", a, es256, plain).error() == failure::malformed);
  CHECK(sign("a\nb", a, es256, plain).error() == failure::malformed);
}
