// Sealed messages that open, and who can open them.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/jose/seal_samples.hpp"

using namespace candela;
using namespace candela::jose;
using namespace candela::testing;

namespace {

constexpr std::string_view content = R"({"number":"4111111111111111"})";

struct opened_text {
  std::string content, signer, content_type;
};

std::expected<opened_text, failure> opened(std::string_view message, const key& with, const opening_rules& rules,
                                           std::string_view place = {}) {
  arena memory;
  const auto result = open(message, set_of({with}), rules, place, noon, memory);
  if (!result) return std::unexpected(result.error().code);
  CHECK(*result->by == web_key());
  return opened_text{std::string(result->content.text()), std::string(result->signer),
                     std::string(result->content_type)};
}

}  // namespace

TEST_CASE("what is sealed for one opens for it, and tells who has sealed it and what it is") {
  const seal_recipient to = for_payment();
  const std::string message = seal(content, by_web({&to, 1})).value();
  CHECK(std::ranges::count(message, '.') == 4);
  const auto read = opened(message, payment_key(), rules_of(payment));
  REQUIRE(read);
  CHECK(read->content == content);
  CHECK(read->signer == web);
  CHECK(read->content_type == "application/json");
}

TEST_CASE("payment and fraud open what is sealed for both, and cart does not") {
  const seal_recipient to[] = {for_payment(), for_fraud()};
  const std::string message = seal(content, by_web(to)).value();
  CHECK(message.starts_with('{'));
  CHECK(opened(message, payment_key(), rules_of(payment))->content == content);
  CHECK(opened(message, fraud_key(), rules_of(fraud))->content == content);
  CHECK(opened(message, cart_key(), rules_of(cart)).error() == failure::key_unknown);
  CHECK(message.find("4111111111111111") == std::string::npos);
}

TEST_CASE("a sealed message shows nobody on the way who has signed, for whom, and what") {
  const seal_recipient to = for_payment();
  const std::string message = seal(content, by_web({&to, 1})).value();
  arena memory;
  const header outer = read_header(message.substr(0, message.find('.')), {}, memory).value();
  CHECK(outer.type == "sealed+jwe");
  CHECK(outer.content_type == "sealed+jws");
  CHECK(outer.key_id == "payment-1");
  for (const std::string_view hidden : {"iss", "aud", "at", "ctx", "iat", "exp"})
    CHECK(outer.members.find(hidden) == nullptr);
}

TEST_CASE("content of any kind and size is sealed as it is") {
  const seal_recipient to = for_payment();
  sealing how = by_web({&to, 1});
  how.content_type = "application/octet-stream";
  for (const std::size_t size : {0, 1, 2, 3, 100'000}) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i != size; ++i) bytes[i] = static_cast<char>(i * 7);
    const auto read = opened(seal(bytes, how).value(), payment_key(), rules_of(payment));
    REQUIRE(read);
    CHECK(read->content == bytes);
  }
}

TEST_CASE("every kind of key seals") {
  const key* const signers[] = {&rsa_key(), &p384_key(), &p521_key(), &ed25519_key(), &ed448_key()};
  const signature_algorithm algorithms[] = {signature_algorithm::ps256, signature_algorithm::es384,
                                            signature_algorithm::es512, signature_algorithm::eddsa,
                                            signature_algorithm::ed448};
  const std::pair<const key*, key_algorithm> recipients[] = {{&rsa_key(), key_algorithm::rsa_oaep_256},
                                                             {&x25519_key(), key_algorithm::ecdh_es},
                                                             {&p521_key(), key_algorithm::ecdh_es_a128kw}};
  for (std::size_t i = 0; i != std::size(signers); ++i) {
    const auto& [recipient_key, way] = recipients[i % std::size(recipients)];
    const seal_recipient to{payment, recipient_key, way};
    sealing how = by_web({&to, 1});
    how.with = signers[i];
    how.algorithm = algorithms[i];
    opening_rules rules = rules_of(payment);
    rules.signatures = {algorithms[i]};
    rules.algorithms = {way};
    rules.signers = {{std::string(web), verifiers(*signers[i])}};
    arena memory;
    const auto read = open(seal(content, how).value(), set_of({*recipient_key}), rules, {}, noon, memory);
    REQUIRE(read);
    CHECK(read->content.text() == content);
  }
}

TEST_CASE("place and context have to be those that were sealed") {
  const seal_recipient to = for_payment();
  sealing how = by_web({&to, 1});
  how.place = "/card/number";
  how.context = "order-17";
  const std::string message = seal("1", how).value();
  opening_rules rules = rules_of(payment);
  rules.context = "order-17";
  CHECK(opened(message, payment_key(), rules, "/card/number")->content == "1");
  CHECK(opened(message, payment_key(), rules, "/card/cvc").error() == failure::place_mismatch);
  CHECK(opened(message, payment_key(), rules, "").error() == failure::place_mismatch);
  rules.context = "order-18";
  CHECK(opened(message, payment_key(), rules, "/card/number").error() == failure::place_mismatch);
  rules.context = "";
  CHECK(opened(message, payment_key(), rules, "/card/number").error() == failure::place_mismatch);
}

TEST_CASE("a seal is accepted between its dates, give or take the leeway") {
  const seal_recipient to = for_payment();
  sealing how = by_web({&to, 1});
  how.issued = noon;
  how.expires = noon + std::chrono::seconds(60);
  const std::string message = seal(content, how).value();
  opening_rules rules = rules_of(payment);
  rules.require_expiry = true;
  rules.max_age = std::chrono::seconds(45);
  const auto answer = [&](int seconds_later) -> std::optional<failure> {
    arena memory;
    const auto read =
        open(message, set_of({payment_key()}), rules, {}, noon + std::chrono::seconds(seconds_later), memory);
    if (read) return std::nullopt;
    return read.error().code;
  };
  CHECK(answer(-31) == failure::issued_in_future);
  CHECK(answer(-30) == std::nullopt);
  CHECK(answer(75) == std::nullopt);
  CHECK(answer(76) == failure::too_old);
  rules.max_age.reset();
  CHECK(answer(89) == std::nullopt);
  CHECK(answer(90) == failure::expired);
  rules.leeway = std::chrono::seconds(3600);
  CHECK(answer(90) == failure::expired);
  rules.leeway = std::chrono::seconds(0);
  CHECK(answer(59) == std::nullopt);
  CHECK(answer(60) == failure::expired);
}

TEST_CASE("dates that a clock of nanoseconds does not reach are still dates") {
  const seal_recipient to = for_payment();
  const jose::token_time far{std::chrono::seconds{253'402'300'799}};
  sealing how = by_web({&to, 1});
  how.expires = far;
  arena memory;
  CHECK(open(seal(content, how).value(), set_of({payment_key()}), rules_of(payment), {}, noon, memory).has_value());
  // In nanoseconds these go round, and come out before noon.
  for (const std::int64_t issued : {253'402'300'799, 20'000'000'000}) {
    CAPTURE(issued);
    const std::string later = sealed_with(inner_header("iat", std::to_string(issued)));
    const auto read = open(later, set_of({payment_key()}), rules_of(payment), {}, noon, memory);
    REQUIRE_FALSE(read);
    CHECK(read.error() == failure::issued_in_future);
  }
}

TEST_CASE("a seal says its dates and its recipients") {
  const seal_recipient to[] = {for_payment(), for_fraud()};
  sealing how = by_web(to);
  how.issued = noon + std::chrono::milliseconds(999);
  how.expires = noon + std::chrono::seconds(60);
  arena memory;
  const opening_rules rules = rules_of(fraud);
  const auto read = open(seal(content, how).value(), set_of({fraud_key()}), rules, {}, noon, memory);
  REQUIRE(read);
  CHECK(read->issued == noon);
  CHECK(read->expires == noon + std::chrono::seconds(60));
  REQUIRE(read->recipients.size() == 2);
  CHECK(read->recipients[0] == payment);
  CHECK(read->recipients[1] == fraud);
}

TEST_CASE("sealing refuses what could not be opened, or would not mean anything") {
  const seal_recipient to = for_payment();
  const auto refusal = [&](const std::function<void(sealing&)>& change) {
    sealing how = by_web({&to, 1});
    change(how);
    const auto made = seal(content, how);
    return made ? "accepted" : std::string(name_of(made.error().code));
  };
  const key public_half = web_key().public_key().value();
  const seal_recipient nameless{"", &payment_key(), key_algorithm::ecdh_es};
  const seal_recipient keyless{payment, nullptr, key_algorithm::ecdh_es};
  const seal_recipient unfit{payment, &ed25519_key(), key_algorithm::ecdh_es};
  const seal_recipient direct[] = {{payment, &payment_key(), key_algorithm::ecdh_es}, for_fraud()};
  CHECK(refusal([](sealing&) {}) == "accepted");
  CHECK(refusal([](sealing& how) { how.with = nullptr; }) == "key_unknown");
  CHECK(refusal([&](sealing& how) { how.with = &public_half; }) == "key_unfit");
  CHECK(refusal([](sealing& how) { how.algorithm = signature_algorithm::es384; }) == "key_unfit");
  CHECK(refusal([](sealing& how) { how.signer = ""; }) == "claim_missing");
  CHECK(refusal([](sealing& how) { how.content_type = ""; }) == "claim_missing");
  CHECK(refusal([](sealing& how) { how.place = "card"; }) == "claim_invalid");
  CHECK(refusal([](sealing& how) { how.to = {}; }) == "key_unknown");
  CHECK(refusal([&](sealing& how) { how.to = {&nameless, 1}; }) == "claim_missing");
  CHECK(refusal([&](sealing& how) { how.to = {&keyless, 1}; }) == "key_unknown");
  CHECK(refusal([&](sealing& how) { how.to = {&unfit, 1}; }) == "key_unfit");
  CHECK(refusal([&](sealing& how) { how.to = direct; }) == "algorithm_refused");
  CHECK(refusal([](sealing& how) {
          how.with = &secret_key();
          how.algorithm = signature_algorithm::hs256;
        }) == "algorithm_refused");
}
