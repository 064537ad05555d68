// Sealed messages that must not open, each with the one thing that is wrong with it.
#include <doctest/doctest.h>

#include <candela/jose/jws_json.hpp>

#include "tests/jose/seal_samples.hpp"

using namespace candela;
using namespace candela::jose;
using namespace candela::testing;

namespace {

struct seal_attack {
  const char* name;
  failure expected;
  std::string message;
  std::function<void(opening_rules&)> change = [](opening_rules&) {};
};

std::string right() { return sealed_with(inner_header()); }

std::string signed_by_web(std::string_view header, std::string_view payload = "{}") {
  return token_of(header, payload, web_key(), signature_algorithm::es256);
}

std::string right_for_both() {
  const seal_recipient to[] = {for_payment(), for_fraud()};
  return seal("{}", by_web(to)).value();
}

std::string part_changed(std::string message, std::size_t which) {
  std::size_t begin = 0;
  for (; which != 0; --which) begin = message.find('.', begin) + 1;
  message[begin] = message[begin] == 'A' ? 'B' : 'A';
  return message;
}

std::string json_of(std::string_view compact) {
  const signer one{web_key(), signature_algorithm::es256};
  return sign_json(compact, {&one, 1}, json_form::flattened).value();
}

void check(const seal_attack& each) {
  CAPTURE(each.name);
  opening_rules rules = rules_of(payment);
  each.change(rules);
  arena memory;
  const auto read = open(each.message, set_of({payment_key()}), rules, {}, noon, memory);
  REQUIRE_MESSAGE(!read, "opened");
  CHECK(name_of(read.error().code) == name_of(each.expected));
}

}  // namespace

TEST_CASE("the message that the attacks change opens as it is") {
  arena memory;
  const opening_rules rules = rules_of(payment);
  CHECK(open(right(), set_of({payment_key()}), rules, {}, noon, memory));
  CHECK(open(right_for_both(), set_of({payment_key()}), rules, {}, noon, memory));
}

TEST_CASE("a bare part and the wrong order are refused") {
  const std::string bare_signature = signed_by_web(inner_header());
  const seal_attack attacks[] = {
      {"only signed", failure::order_invalid, bare_signature},
      {"only signed, as JSON", failure::order_invalid, json_of("{}")},
      {"encrypted and then signed", failure::order_invalid, signed_by_web(inner_header(), right())},
      {"encrypted and then signed, as JSON", failure::order_invalid, json_of(right())},
      {"only encrypted", failure::order_invalid, encrypted_for_payment("{}")},
      {"only encrypted, and says so", failure::order_invalid,
       encrypted_for_payment("{}", sealed_type, "application/json")},
      {"only encrypted, of no type", failure::type_mismatch, encrypted_for_payment("{}", "", "")},
      {"encrypted twice, then signed inside", failure::order_invalid, encrypted_for_payment(right())},
      {"a signature that is not said to be inside", failure::order_invalid,
       encrypted_for_payment(bare_signature, sealed_type, "")},
      {"signed as JSON inside", failure::order_invalid, encrypted_for_payment(json_of("{}"))},
      {"another type outside", failure::type_mismatch, encrypted_for_payment(bare_signature, "JWT")},
      {"the inner type outside", failure::type_mismatch, encrypted_for_payment(bare_signature, "sealed+jws")},
      {"nothing", failure::malformed, ""},
      {"a word", failure::malformed, "sealed"},
  };
  for (const seal_attack& each : attacks) check(each);
}

TEST_CASE("what the author says must be what is expected") {
  const seal_attack attacks[] = {
      {"a foreign recipient, encrypted anew for us", failure::recipient_mismatch,
       sealed_with(inner_header("aud", R"(["urn:shop:fraud"])"))},
      {"a recipient whose name ours begins with", failure::recipient_mismatch,
       sealed_with(inner_header("aud", R"(["urn:shop:pay"])"))},
      {"a recipient in another letter case", failure::recipient_mismatch,
       sealed_with(inner_header("aud", R"(["URN:SHOP:PAYMENT"])"))},
      {"no recipient named", failure::claim_missing, sealed_with(inner_header("aud", ""))},
      {"nobody in the list", failure::claim_invalid, sealed_with(inner_header("aud", "[]"))},
      {"one name without a list", failure::claim_invalid, sealed_with(inner_header("aud", R"("urn:shop:payment")"))},
      {"a recipient that is no text", failure::claim_invalid,
       sealed_with(inner_header("aud", R"(["urn:shop:payment",1])"))},
      {"more recipients than allowed", failure::too_large,
       sealed_with(inner_header("aud", R"(["urn:shop:payment","b","c"])")),
       [](opening_rules& rules) { rules.max_recipients = 2; }},
      {"sealed for a member, found as a body", failure::place_mismatch, sealed_with(inner_header("at", R"("/card")"))},
      {"a place that is no text", failure::place_mismatch, sealed_with(inner_header("at", "null"))},
      {"an empty place", failure::place_mismatch, sealed_with(inner_header("at", "[]"))},
      {"part of something", failure::place_mismatch, sealed_with(inner_header("ctx", R"("order-1")"))},
      {"part of something else", failure::place_mismatch, sealed_with(inner_header("ctx", R"("order-1")")),
       [](opening_rules& rules) { rules.context = "order-2"; }},
      {"part of nothing", failure::place_mismatch, right(), [](opening_rules& rules) { rules.context = "order-2"; }},
      {"another content type", failure::type_mismatch, sealed_with(inner_header("cty", R"("text/html")")),
       [](opening_rules& rules) { rules.content_type = "application/json"; }},
      {"no content type", failure::claim_missing, sealed_with(inner_header("cty", ""))},
      {"expired", failure::expired, sealed_with(inner_header("exp", "1799999970"))},
      {"from the future", failure::issued_in_future, sealed_with(inner_header("iat", "1800000031"))},
      {"an expiry as text", failure::claim_invalid, sealed_with(inner_header("exp", R"("1900000000")"))},
      {"an expiry with a fraction", failure::claim_invalid, sealed_with(inner_header("exp", "1900000000.5"))},
      {"an expiry of 2^63", failure::claim_invalid, sealed_with(inner_header("exp", "9223372036854775808"))},
      {"an expiry before 1970", failure::claim_invalid, sealed_with(inner_header("exp", "-1"))},
      {"without a required expiry", failure::claim_missing, right(),
       [](opening_rules& rules) { rules.require_expiry = true; }},
      {"without a date where the age counts", failure::claim_missing, right(),
       [](opening_rules& rules) { rules.max_age = std::chrono::seconds(60); }},
      {"an old one, replayed", failure::too_old, sealed_with(inner_header("iat", "1799999909")),
       [](opening_rules& rules) { rules.max_age = std::chrono::seconds(60); }},
  };
  for (const seal_attack& each : attacks) check(each);
}

TEST_CASE("only a trusted author's seal under its own name opens") {
  const auto hs = [](opening_rules& rules) {
    rules.signatures.add(signature_algorithm::hs256);
    rules.signers = {{std::string(web), set_of({secret_key()})}};
  };
  const std::string mac =
      token_of(changed(inner_header("alg", R"("HS256")"), "kid", ""), "{}", secret_key(), signature_algorithm::hs256);
  const std::string forged_by_cart = sealed_with(inner_header("kid", R"("cart-1")"), "{}", cart_key());
  const seal_attack attacks[] = {
      {"an unknown author", failure::issuer_mismatch, sealed_with(inner_header("iss", R"("urn:shop:cart")"))},
      {"no author", failure::claim_missing, sealed_with(inner_header("iss", ""))},
      {"an author that is no text", failure::claim_invalid, sealed_with(inner_header("iss", R"(["urn:shop:web"])"))},
      {"cart's key under web's name", failure::key_unknown, forged_by_cart,
       [](opening_rules& rules) { rules.signers.push_back({std::string(cart), verifiers(cart_key())}); }},
      {"cart's signature under the id of web's key", failure::signature_invalid,
       sealed_with(inner_header(), "{}", cart_key())},
      {"nobody trusted", failure::issuer_mismatch, right(), [](opening_rules& rules) { rules.signers.clear(); }},
      {"signed with a MAC, even where that is named", failure::algorithm_refused, encrypted_for_payment(mac), hs},
      {"alg none", failure::algorithm_unknown,
       encrypted_for_payment(encoded(inner_header("alg", R"("none")")) + "." + encoded("{}") + ".")},
      {"alg nOnE", failure::algorithm_unknown,
       encrypted_for_payment(encoded(inner_header("alg", R"("nOnE")")) + "." + encoded("{}") + ".")},
      {"no signature", failure::signature_missing,
       encrypted_for_payment(encoded(inner_header()) + "." + encoded("{}") + ".")},
      {"a signature algorithm that is not accepted", failure::algorithm_refused, right(),
       [](opening_rules& rules) { rules.signatures = {signature_algorithm::es384}; }},
      {"another content under the signature", failure::signature_invalid,
       [] {
         const std::string token = signed_by_web(inner_header());
         const std::size_t payload = token.find('.') + 1;
         return encrypted_for_payment(token.substr(0, payload) + encoded("[]") + token.substr(token.rfind('.')));
       }()},
      {"the type of another signature inside", failure::type_mismatch,
       sealed_with(inner_header("typ", R"("chain-link+jwt")"))},
      {"no type inside", failure::type_mismatch, sealed_with(inner_header("typ", ""))},
      {"a payload that is not encoded", failure::header_unsupported,
       sealed_with(changed(inner_header("b64", "false"), "crit", R"(["b64"])"))},
      {"an extension that must be understood", failure::header_unsupported,
       sealed_with(changed(inner_header("x", "1"), "crit", R"(["x"])"))},
      {"a member of the inner header twice", failure::json_invalid,
       sealed_with(R"({"alg":"ES256","kid":"web-1","typ":"sealed+jws","cty":"a/b","iss":"urn:shop:web",)"
                   R"("aud":["urn:shop:fraud"],"aud":["urn:shop:payment"]})")},
      {"four parts inside", failure::order_invalid, encrypted_for_payment(signed_by_web(inner_header()) + ".AA")},
      {"padding inside", failure::base64_invalid, encrypted_for_payment(signed_by_web(inner_header()) + "=")},
  };
  for (const seal_attack& each : attacks) check(each);
}

TEST_CASE("an outer part that is not what it should be is refused") {
  const std::string compressed = [] {
    const encryption_header said{.type = sealed_type, .content_type = sealed_content_type, .compress = true};
    return encrypt(signed_by_web(inner_header()), payment_key(), key_algorithm::ecdh_es_a256kw,
                   content_algorithm::a256gcm, said)
        .value();
  }();
  const seal_attack attacks[] = {
      {"a header that was changed", failure::json_invalid, part_changed(right(), 0)},
      {"a content key that was changed", failure::decryption_failed, part_changed(right(), 1)},
      {"an IV that was changed", failure::decryption_failed, part_changed(right(), 2)},
      {"a content that was changed", failure::decryption_failed, part_changed(right(), 3)},
      {"a tag that was changed", failure::decryption_failed, part_changed(right(), 4)},
      {"a tag cut short", failure::malformed, right().substr(0, right().size() - 6)},
      {"a part too many", failure::malformed, right() + ".AA"},
      {"white space behind it", failure::malformed, right() + "\n"},
      {"compressed", failure::algorithm_refused, compressed},
      {"a way to the key that is not accepted", failure::algorithm_refused, right(),
       [](opening_rules& rules) { rules.algorithms = {key_algorithm::ecdh_es}; }},
      {"a content encryption that is not accepted", failure::algorithm_refused, right(),
       [](opening_rules& rules) { rules.encryption = {content_algorithm::a128gcm}; }},
      {"for another key", failure::key_unknown,
       [] {
         const seal_recipient to{payment, &cart_key(), key_algorithm::ecdh_es_a256kw};
         return seal("{}", by_web({&to, 1})).value();
       }()},
      {"larger than allowed", failure::too_large, right(), [](opening_rules& rules) { rules.max_bytes = 100; }},
      {"several recipients where one is accepted", failure::malformed, right_for_both(),
       [](opening_rules& rules) { rules.several = false; }},
      {"more encrypted keys than allowed", failure::too_large, right_for_both(),
       [](opening_rules& rules) { rules.max_recipients = 1; }},
  };
  for (const seal_attack& each : attacks) check(each);
}

TEST_CASE("a recipient cannot make the others believe another content") {
  // Payment knows the content key as well as fraud does, but what it encrypts with it is not signed.
  const std::string forged = token_of(changed(inner_header("aud", R"(["urn:shop:fraud"])"), "kid", R"("payment-1")"),
                                      "[]", payment_key(), signature_algorithm::es256);
  const encryption_header said{.type = sealed_type, .content_type = sealed_content_type};
  const std::string message =
      encrypt(forged, fraud_key(), key_algorithm::ecdh_es_a256kw, content_algorithm::a256gcm, said).value();
  arena memory;
  const opening_rules rules = rules_of(fraud);
  CHECK(open(message, set_of({fraud_key()}), rules, {}, noon, memory).error() == failure::key_unknown);
}

TEST_CASE("every byte of a sealed message counts") {
  const std::string message = right();
  const opening_rules rules = rules_of(payment);
  const key_set keys = set_of({payment_key()});
  for (std::size_t i = 0; i < message.size(); i += 3) {
    std::string bent = message;
    bent[i] = bent[i] == 'Q' ? 'R' : 'Q';
    arena memory;
    CAPTURE(i);
    CHECK_FALSE(open(bent, keys, rules, {}, noon, memory));
  }
}
