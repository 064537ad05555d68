// The stages `seal` and `open`: what web seals for payment and fraud passes through cart.
#include <doctest/doctest.h>

#include "tests/middleware/log_file.hpp"
#include "tests/middleware/secured_fixture.hpp"

using namespace candela;
using namespace candela::testing;

namespace {

constexpr std::string_view as_json = "application/json";
constexpr std::string_view order = "{ \"id\": 17.0, \"card\": {\"number\":\"4111-1111-1111-1111\", \"cvc\": 123} }";

std::string seal_with(const std::string& more = "x", const std::string& key = "web") {
  return "{seal: {signer: urn:shop:web, keys: KEYS/" + key +
         ".jwk, recipients: {urn:shop:payment: KEYS/payment.pub, urn:shop:fraud: KEYS/fraud.pub}" +
         (more == "x" ? "" : ", " + more) + "}}";
}

// As one of the services opens it, with its own key under its own name.
std::string open_as(const std::string& name, const std::string& more = "x") {
  return "{open: {recipient: urn:shop:" + name + ", keys: KEYS/" + name +
         ".jwk, signers: {urn:shop:web: KEYS/web.pub}" + (more == "x" ? "" : ", " + more) + "}}";
}

test_answer sealed(std::string_view body, const std::string& more = "x", std::string_view type = as_json) {
  secured web(seal_with(more));
  return web.post("/echo", body, type);
}

std::string opened(const std::string& stage, const test_answer& message) {
  secured service(stage);
  const test_answer answer = service.post("/show", message.body, message.header("Content-Type"));
  return answer.status == 200 ? answer.body : is_refusal(answer) ? "refused" : std::to_string(answer.status);
}

const std::string shown = "application/json|" + std::to_string(order.size()) + "|" + std::string(order);

}  // namespace

TEST_CASE("payment and fraud read a body, an object and a member; cart reads none of them") {
  for (const auto& [how, place] : std::vector<std::pair<std::string, std::string>>{
           {"x", ""}, {"members: /card", "/card"}, {"members: /card/number", "/card/number"}}) {
    CAPTURE(how);
    const test_answer message = sealed(order, how);
    REQUIRE(message.status == 200);
    CHECK(!mentions(message.body, "4111-1111-1111-1111"));
    const std::string whose = shown + "|" + place + "=urn:shop:web/web-1";
    CHECK(opened(open_as("payment", how), message) == whose);
    CHECK(opened(open_as("fraud", how), message) == whose);
    CHECK(opened(open_as("cart", how), message) == "refused");
    // Cart passes on what it cannot read.
    secured cart("");
    const test_answer passed = cart.post("/echo", message.body, message.header("Content-Type"));
    CHECK(opened(open_as("payment", how), passed) == whose);
  }
}

TEST_CASE("content of other types is sealed as a body") {
  const test_answer message = sealed("\x01\x02", "x", "image/png");
  CHECK(message.header("Content-Type") == "application/jose+json");
  CHECK(opened(open_as("payment"), message) == "image/png|2|\x01\x02|=urn:shop:web/web-1");
  CHECK(opened(open_as("payment", "content_type: application/json"), message) == "refused");
}

TEST_CASE("a sealed member cannot be moved, exchanged or taken from another order") {
  const std::string both = "members: [/card/number, /card/cvc]";
  const test_answer message = sealed(R"({"card":{"number":1,"cvc":2}})", both);
  arena memory;
  const auto root = json::parse<json::value>(message.body, memory).value();
  const std::string number = json::to_string(*root.at("/card/number"));
  const std::string cvc = json::to_string(*root.at("/card/cvc"));
  test_answer forged = message;
  forged.body = R"({"card":{"number":)" + number + R"(,"cvc":)" + cvc + "}}";
  CHECK(opened(open_as("payment", both), forged).starts_with(R"(application/json|29|{"card":{"number":1,"cvc":2}})"));
  forged.body = R"({"card":{"number":)" + cvc + R"(,"cvc":)" + number + "}}";
  CHECK(opened(open_as("payment", both), forged) == "refused");
  const test_answer of_orders = sealed("1", "context: orders");
  CHECK(opened(open_as("payment", "context: orders"), of_orders) == "application/json|1|1|=urn:shop:web/web-1");
  CHECK(opened(open_as("payment", "context: refunds"), of_orders) == "refused");
  CHECK(opened(open_as("payment"), of_orders) == "refused");
}

TEST_CASE("a seal lives as long as it says, and as the one who opens it allows") {
  secured web(seal_with("lifetime: 5m"));
  const test_answer message = web.post("/echo", order, as_json);
  const auto status_after = [&](std::chrono::seconds time, const std::string& more) {
    secured payment(open_as("payment", more));
    payment.time.advance(time);
    return payment.post("/show", message.body, message.header("Content-Type")).status;
  };
  using namespace std::chrono_literals;
  CHECK(status_after(0s, "require_expiry: true") == 200);
  CHECK(status_after(329s, "x") == 200);
  CHECK(status_after(330s, "x") == 400);
  CHECK(status_after(90s, "max_age: 1m") == 200);
  CHECK(status_after(91s, "max_age: 1m") == 400);
  const test_answer undated = sealed(order);
  CHECK(opened(open_as("payment", "require_expiry: true"), undated) == "refused");
  CHECK(opened(open_as("payment", "max_age: 1m"), undated) == "refused");
}

TEST_CASE("the reason of a refusal is in the log only, and so is nothing of the content") {
  const log_file log;
  const test_answer message = sealed(order);
  CHECK(opened("{open: {recipient: urn:shop:cart, keys: KEYS/payment.jwk, signers: {urn:shop:web: KEYS/web.pub}}}",
               message) == "refused");
  CHECK(log.has("\"recipient_mismatch\""));
  CHECK(opened("{open: {recipient: urn:shop:payment, keys: KEYS/payment.jwk, signers: {urn:shop:web: KEYS/cart.pub}}}",
               message) == "refused");
  CHECK(opened("{open: {recipient: urn:shop:payment, keys: KEYS/payment.jwk, signers: {urn:shop:cart: KEYS/web.pub}}}",
               message) == "refused");
  CHECK(log.has("\"issuer_mismatch\""));
  CHECK(opened(open_as("payment", "several: false"), message) == "refused");
  CHECK(opened(open_as("payment", "members: /card"), message) == "refused");
  test_answer bare = message;
  bare.headers = {{"Content-Type", "application/jose"}};
  bare.body = jose::sign(order, key_of("web"), jose::signature_algorithm::es256).value();
  CHECK(opened(open_as("payment"), bare) == "refused");
  CHECK(log.has("\"order_invalid\""));
  bare.body =
      jose::encrypt(order, key_of("payment"), jose::key_algorithm::ecdh_es_a256kw, jose::content_algorithm::a256gcm)
          .value();
  CHECK(opened(open_as("payment"), bare) == "refused");
  CHECK(log.has("\"type_mismatch\""));
  CHECK(log.has("\"stage\":\"open\""));
  CHECK(!log.has("4111-1111-1111-1111"));
}

TEST_CASE("a member that may be missing passes, sealed or not at all") {
  const std::string lenient = "members: /card/number, required: false";
  const test_answer without = sealed(R"({"id":1})", lenient);
  CHECK(without.body == R"({"id":1})");
  CHECK(opened(open_as("payment", lenient), without) == R"(application/json|8|{"id":1})");
  CHECK(opened(open_as("payment", "members: /card/number"), without) == "refused");
  test_answer plain = without;
  plain.body = R"({"card":{"number":"4111-1111-1111-1111"}})";
  CHECK(opened(open_as("payment", lenient), plain) == "refused");
}

TEST_CASE("a streamed answer is sealed when it is whole") {
  secured web(seal_with());
  const test_answer message = web.post("/stream", order, as_json);
  CHECK(opened(open_as("payment"), message) == shown + "|=urn:shop:web/web-1");
}

TEST_CASE("sealed answers of another service are opened before they leave") {
  secured front(
      "{open: {recipient: urn:shop:payment, keys: KEYS/payment.jwk, signers: {urn:shop:web: KEYS/web.pub}, "
      "direction: response}}, " +
      seal_with());
  const test_answer answer = front.post("/echo", order, as_json);
  CHECK(answer.body == order);
  CHECK(answer.header("Content-Type") == as_json);
}

TEST_CASE("a route that takes bodies in pieces cannot have them opened, and is told where it should be") {
  const auto said = [](const std::string& composition) {
    candela::service made(config::parse_text(key_folder::shared().placed(composition), "service.yml"));
    made.post("/pieces", show, {.body = body_mode::streamed});
    try {
      test_client client(made);
    } catch (const config::error& wrong) {
      return std::string(wrong.what());
    }
    return std::string("accepted");
  };
  const std::string why = "the stage open needs the whole body of a request, and the route /pieces takes it in pieces";
  CHECK(said("chains:\n  default:\n    - " + open_as("payment") + "\n") ==
        "service.yml:3:14: chains.default[0].open: " + why);
  CHECK(said("entry:\n  - " + open_as("payment") + "\n") == "service.yml:2:12: entry[0].open: " + why);
}

TEST_CASE("nobody gets a part of what is sealed as a whole") {
  candela::service made(
      config::parse_text(key_folder::shared().placed("chains: {default: [" + seal_with() + "]}"), "service.yml"));
  made.get("/part", [](exchange& x) {
    x.response().status(x.header("range").empty() ? 200 : 206);
    x.text("whole");
  });
  test_client client(made);
  CHECK(client.get("/part", {{"Range", "bytes=0-1"}}).status == 200);
}

TEST_CASE("what the stages have done is counted") {
  secured service(open_as("payment"));
  const test_answer message = sealed(order);
  CHECK(service.post("/show", message.body, message.header("Content-Type")).status == 200);
  CHECK(service.post("/show", "", as_json).status == 400);
  CHECK(service.post("/show", "{}", as_json).status == 400);
  const std::string counted = service.client().get("/metrics").body;
  CHECK(mentions(counted, R"(message_security_total{outcome="done",stage="open"} 1)"));
  CHECK(mentions(counted, R"(message_security_total{outcome="refused",stage="open"} 2)"));
}

TEST_CASE("wrong options of the stages that seal and open are refused where they stand") {
  CHECK(refusal_of_stage(seal_with()) == "accepted");
  CHECK(refusal_of_stage(open_as("payment")) == "accepted");
  CHECK(mentions(refusal_of_stage("{open: {keys: KEYS/payment.jwk}}"), "recipient"));
  CHECK(mentions(refusal_of_stage("{open: {recipient: a, keys: KEYS/payment.jwk}}"), "authors that are trusted"));
  CHECK(mentions(refusal_of_stage("{open: {recipient: \"\", keys: KEYS/payment.jwk, signers: {b: KEYS/web.pub}}}"),
                 "has to be named"));
  CHECK(
      mentions(refusal_of_stage("{open: {recipient: a, keys: KEYS/payment.jwk, signers: {b: KEYS/none}}}"), "none: "));
  CHECK(mentions(refusal_of_stage("{open: {recipient: a, keys: KEYS/payment.jwk, signers: {b: KEYS/rsa.pub}}}"),
                 "no key in the file fits"));
  CHECK(mentions(refusal_of_stage("{open: {recipient: a, keys: KEYS/payment.pub, signers: {b: KEYS/web.pub}}}"),
                 "no key in the file opens"));
  CHECK(mentions(refusal_of_stage(open_as("payment", "signatures: HS256")), "does not tell who has signed"));
  CHECK(mentions(refusal_of_stage(open_as("payment", "max_age: 0s")), "max_age"));
  CHECK(mentions(refusal_of_stage("{seal: {keys: KEYS/web.jwk}}"), "signer"));
  CHECK(mentions(refusal_of_stage("{seal: {signer: a, keys: KEYS/web.jwk}}"), "those who can open it"));
  CHECK(mentions(
      refusal_of_stage("{seal: {signer: a, keys: KEYS/secret.jwk, signature: HS256, recipients: {b: KEYS/web.pub}}}"),
      "does not tell who has signed"));
  CHECK(mentions(refusal_of_stage("{seal: {signer: a, keys: KEYS/web.pub, recipients: {b: KEYS/web.pub}}}"),
                 "no key in the file fits ES256"));
  CHECK(mentions(refusal_of_stage("{seal: {signer: a, keys: KEYS/web.jwk, recipients: {b: KEYS/both.pub}}}"),
                 "several keys in the file fit"));
  CHECK(mentions(refusal_of_stage("{seal: {signer: a, keys: KEYS/web.jwk, recipients: {\"\": KEYS/web.pub}}}"),
                 "has no name"));
  CHECK(mentions(refusal_of_stage(seal_with("algorithm: ECDH-ES")), "for one recipient only"));
  CHECK(mentions(refusal_of_stage(seal_with("lifetime: 0s")), "lifetime"));
}
