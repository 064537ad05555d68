// The stages `jwe_decrypt` and `jwe_encrypt`.
#include <doctest/doctest.h>

#include "tests/middleware/log_file.hpp"
#include "tests/middleware/secured_fixture.hpp"

using namespace candela;
using namespace candela::testing;
using jose::content_algorithm;
using jose::key_algorithm;

namespace {

constexpr std::string_view as_json = "application/json";
constexpr std::string_view order = R"({"id":17,"card":{"number":"4111-1111-1111-1111"}})";

std::string decrypt_with(const std::string& more) {
  return "{jwe_decrypt: {keys: KEYS/payment.jwk, algorithms: ECDH-ES+A256KW, encryption: A256GCM" + more + "}}";
}
std::string encrypt_with(const std::string& more) { return "{jwe_encrypt: {" + more + "}}"; }

std::string encrypted_for(std::string_view name, std::string_view content, std::string_view type = as_json) {
  return jose::encrypt(content, key_of(name), key_algorithm::ecdh_es_a256kw, content_algorithm::a256gcm,
                       {.content_type = type})
      .value();
}

std::string encrypted_for_both(std::string_view content) {
  const jose::recipient to[] = {{&key_of("payment"), key_algorithm::ecdh_es_a256kw},
                                {&key_of("fraud"), key_algorithm::ecdh_es_a256kw}};
  return jose::encrypt_json(content, to, content_algorithm::a256gcm, {.content_type = as_json}).value();
}

std::string answered(secured& service, std::string_view body, std::string_view type = "application/jose") {
  const test_answer answer = service.post("/show", body, type);
  return answer.status == 200 ? answer.body : is_refusal(answer) ? "refused" : std::to_string(answer.status);
}

const std::string shown = "application/json|49|" + std::string(order);

}  // namespace

TEST_CASE("a handler sees exactly what was encrypted, with its own type and length") {
  secured service(decrypt_with(""));
  CHECK(answered(service, encrypted_for("payment", order)) == shown);
  CHECK(answered(service, encrypted_for("payment", "", "text/plain")) == "text/plain|0|");
}

TEST_CASE("what does not decrypt is refused with one and the same answer") {
  const log_file log;
  secured service(decrypt_with(""));
  std::string bent = encrypted_for("payment", order);
  bent[bent.size() - 10] = bent[bent.size() - 10] == 'A' ? 'B' : 'A';
  CHECK(answered(service, bent) == "refused");
  CHECK(log.has("\"decryption_failed\""));
  CHECK(answered(service, encrypted_for("cart", order)) == "refused");
  CHECK(log.has("\"key_unknown\""));
  const auto a128 = jose::encrypt(order, key_of("payment"), key_algorithm::ecdh_es_a256kw, content_algorithm::a128gcm);
  CHECK(answered(service, *a128) == "refused");
  CHECK(log.has("\"algorithm_refused\""));
  CHECK(answered(service, order, as_json) == "refused");
  CHECK(answered(service, encrypted_for("payment", order), as_json) == "refused");
  CHECK(answered(service, "") == "refused");
  CHECK(answered(service, encrypted_for_both(order), "application/jose+json") == "refused");
  CHECK(!log.has("4111-1111-1111-1111"));
  jose::encryption_header zipped;
  zipped.compress = true;
  const auto small = jose::encrypt(std::string(100'000, 'x'), key_of("payment"), key_algorithm::ecdh_es_a256kw,
                                   content_algorithm::a256gcm, zipped);
  CHECK(answered(service, *small) == "refused");
}

TEST_CASE("RSA keys, secrets and several recipients decrypt where that is allowed") {
  secured several(decrypt_with(", json: true"));
  CHECK(answered(several, encrypted_for_both(order), "application/jose+json") == shown);
  secured rsa("{jwe_decrypt: {keys: KEYS/rsa.pem, algorithms: RSA-OAEP-256, encryption: A128CBC-HS256}}");
  const jose::key unnamed = key_of("rsa").with({}).value();
  const auto for_rsa = jose::encrypt(order, unnamed, key_algorithm::rsa_oaep_256, content_algorithm::a128cbc_hs256,
                                     {.content_type = as_json});
  CHECK(answered(rsa, *for_rsa) == shown);
  secured direct("{jwe_decrypt: {keys: KEYS/secret.jwk, algorithms: dir, encryption: A256GCM}}");
  CHECK(answered(direct, encrypted_for("payment", order)) == "refused");
}

TEST_CASE("members are decrypted where they stand") {
  secured service(decrypt_with(", members: /card"));
  const std::string document =
      R"({"id":17,"card":")" + encrypted_for("payment", R"({"number":"4111-1111-1111-1111"})") + "\"}";
  CHECK(answered(service, document, as_json) == shown);
  CHECK(answered(service, document, "Application/vnd.order+JSON") ==
        "Application/vnd.order+JSON|49|" + std::string(order));
  CHECK(answered(service, order, as_json) == "refused");
  const std::string broken = R"({"id":17,"card":")" + encrypted_for("payment", "1,2") + "\"}";
  CHECK(answered(service, broken, as_json) == "refused");
}

TEST_CASE("a body is encrypted for one or for several, and they read it") {
  secured one(encrypt_with("keys: KEYS/payment.pub"));
  const test_answer answer = one.post("/echo", order, as_json);
  CHECK(answer.header("Content-Type") == "application/jose");
  CHECK(!mentions(answer.body, "4111-1111-1111-1111"));
  secured payment(decrypt_with(", json: true"));
  CHECK(answered(payment, answer.body) == shown);
  secured both(encrypt_with("keys: KEYS/both.pub, type: order"));
  const test_answer for_both = both.post("/echo", order, as_json);
  CHECK(for_both.header("Content-Type") == "application/jose+json");
  CHECK(answered(payment, for_both.body, "application/jose+json") == shown);
  secured cart("{jwe_decrypt: {keys: KEYS/cart.jwk, algorithms: ECDH-ES+A256KW, encryption: A256GCM, json: true}}");
  CHECK(answered(cart, for_both.body, "application/jose+json") == "refused");
}

TEST_CASE("what is encrypted by one stage is decrypted by the other, as a body and in members") {
  for (const std::string how : {"type: x", "members: [/card]", "members: [/id, /card/number]"}) {
    CAPTURE(how);
    secured service(
        "{jwe_decrypt: {keys: KEYS/agreed.jwk, algorithms: ECDH-ES, encryption: A128GCM, "
        "direction: response, " +
        how + "}}, " + encrypt_with("keys: KEYS/agreed.pub, algorithm: ECDH-ES, encryption: A128GCM, " + how));
    const test_answer answer = service.post("/echo", order, as_json);
    CHECK(answer.status == 200);
    CHECK(answer.body == order);
    CHECK(answer.header("Content-Type") == as_json);
  }
}

TEST_CASE("a streamed answer is encrypted when it is whole, its members too") {
  secured whole(encrypt_with("keys: KEYS/payment.pub"));
  const test_answer answer = whole.post("/stream", order, as_json);
  secured payment(decrypt_with(""));
  CHECK(answered(payment, answer.body) == shown);
  secured member(encrypt_with("keys: KEYS/payment.pub, members: /card"));
  const test_answer with_member = member.post("/stream", order, as_json);
  CHECK(with_member.header("Content-Type") == as_json);
  secured reader(decrypt_with(", members: /card"));
  CHECK(answered(reader, with_member.body, as_json) == shown);
}

TEST_CASE("what cannot be encrypted does not leave") {
  const log_file log;
  secured service(encrypt_with("keys: KEYS/payment.pub, members: /card/number"));
  const test_answer plain = service.post("/echo", R"({"card":"4111-1111-1111-1111"})", as_json);
  CHECK(plain.status == 500);
  CHECK(!mentions(plain.body, "4111-1111-1111-1111"));
  CHECK(log.has("\"claim_missing\""));
  const test_answer text = service.post("/echo", "4111-1111-1111-1111", "text/plain");
  CHECK(text.status == 500);
  CHECK_THROWS_AS(static_cast<void>(service.post("/stream", "4111-1111-1111-1111", "text/plain")), std::runtime_error);
}

TEST_CASE("a compressed answer is not encrypted as if it were plain") {
  candela::service made(config::parse_text(
      key_folder::shared().placed("chains: {default: [{jwe_encrypt: {keys: KEYS/payment.pub}}]}"), "service.yml"));
  made.get("/zipped", [](exchange& x) {
    x.text("x");
    x.response().header("Content-Encoding", "gzip");
  });
  test_client client(made);
  CHECK(client.get("/zipped").status == 500);
}

TEST_CASE("wrong options of the stages that encrypt and decrypt are refused where they stand") {
  CHECK(refusal_of_stage(decrypt_with("")) == "accepted");
  CHECK(mentions(refusal_of_stage("{jwe_decrypt: {keys: KEYS/payment.jwk, encryption: A256GCM}}"), "have to be named"));
  CHECK(mentions(refusal_of_stage("{jwe_decrypt: {keys: KEYS/payment.jwk, algorithms: ECDH-ES}}"), "have to be named"));
  CHECK(mentions(refusal_of_stage("{jwe_decrypt: {keys: KEYS/payment.pub, algorithms: ECDH-ES, encryption: A256GCM}}"),
                 "no key in the file opens"));
  CHECK(mentions(refusal_of_stage("{jwe_decrypt: {keys: KEYS/web.jwk, algorithms: RSA-OAEP, encryption: A256GCM}}"),
                 "no key in the file opens"));
  CHECK(mentions(refusal_of_stage(decrypt_with(", header: X-S")), "unknown key \"header\""));
  CHECK(mentions(refusal_of_stage(encrypt_with("algorithm: ECDH-ES")), "a file of keys has to be named"));
  CHECK(mentions(refusal_of_stage(encrypt_with("keys: KEYS/edwards.pub")), "does not fit ECDH-ES+A256KW"));
  CHECK(mentions(refusal_of_stage(encrypt_with("keys: KEYS/both.pub, algorithm: ECDH-ES")), "for one recipient only"));
  CHECK(mentions(refusal_of_stage(encrypt_with("keys: KEYS/payment.pub, encryption: A1")), "'A1' is no algorithm"));
}
