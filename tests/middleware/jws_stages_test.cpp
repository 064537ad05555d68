// The stages `jws_verify` and `jws_sign`.
#include <doctest/doctest.h>

#include <candela/jose/jws_json.hpp>
#include <candela/middleware/jws_verify.hpp>

#include "tests/middleware/log_file.hpp"
#include "tests/middleware/secured_fixture.hpp"
#include "tests/middleware/stage_fixture.hpp"

using namespace candela;
using namespace candela::testing;
using jose::signature_algorithm;

namespace {

constexpr std::string_view as_json = "application/json";
constexpr std::string_view order = R"({"id":17,"total":"9.90"})";
const std::string verifying = "{jws_verify: {keys: KEYS/web.pub, algorithms: ES256}}";

std::string verify_with(const std::string& more) {
  return "{jws_verify: {keys: KEYS/web.pub, algorithms: [ES256], " + more + "}}";
}
std::string sign_with(const std::string& more) { return "{jws_sign: {keys: KEYS/web.jwk, " + more + "}}"; }

std::string signed_by(std::string_view name, std::string_view content, std::string_view type = as_json) {
  return jose::sign(content, key_of(name), signature_algorithm::es256, {.content_type = type}).value();
}
std::string detached_by(std::string_view name, std::string_view content, jose::signature_header said = {}) {
  return jose::sign_detached(content, key_of(name), signature_algorithm::es256, said).value();
}

jose::key_set web_keys() { return jose::key_set::of({key_of("web").public_key().value()}).value(); }

jose::signature_rules es256() {
  jose::signature_rules rules;
  rules.algorithms = {signature_algorithm::es256};
  return rules;
}

}  // namespace

TEST_CASE("a handler sees exactly what was signed, with its own type and length") {
  secured service(verifying);
  CHECK(service.post("/show", signed_by("web", order), "application/jose").body ==
        "application/json|24|" + std::string(order) + "|=/web-1");
  CHECK(service.post("/show", signed_by("web", "", "text/plain"), "Application/JOSE; x=y").body ==
        "text/plain|0||=/web-1");
  CHECK(service.post("/show", signed_by("web", "a", "octet-stream"), "application/jose").body ==
        "application/octet-stream|1|a|=/web-1");
  CHECK(service.post("/show", signed_by("web", "a", ""), "application/jose").body ==
        "application/octet-stream|1|a|=/web-1");
}

TEST_CASE("a body that was sent in chunks has the length of what was signed") {
  secured service(verifying);
  const std::string token = signed_by("web", order);
  std::string size;
  for (std::size_t left = token.size(); left != 0; left /= 16) size.insert(0, 1, "0123456789abcdef"[left % 16]);
  service.client().send(
      "POST /show HTTP/1.1\r\nHost: a\r\nContent-Type: application/jose\r\nTransfer-Encoding: chunked\r\n\r\n" + size +
      "\r\n" + token + "\r\n0\r\n\r\n");
  std::optional<test_answer> answer;
  while (!answer) {
    service.client().turn();
    answer = service.client().received();
  }
  CHECK(answer->body == "application/json|24|" + std::string(order) + "|=/web-1");
}

TEST_CASE("a signature that is not right is refused, and only the log says why") {
  const log_file log;
  secured service(verifying);
  std::string bent = signed_by("web", order);
  bent[bent.size() - 10] = bent[bent.size() - 10] == 'A' ? 'B' : 'A';
  CHECK(is_refusal(service.post("/show", bent, "application/jose")));
  CHECK(log.has("\"signature_invalid\""));
  CHECK(is_refusal(service.post("/show", signed_by("cart", order), "application/jose")));
  CHECK(log.has("\"key_unknown\""));
  CHECK(is_refusal(service.post("/show", "a.b", "application/jose")));
  CHECK(log.has("\"malformed\""));
  const std::string weaker = jose::sign(order, key_of("edwards"), signature_algorithm::eddsa).value();
  CHECK(is_refusal(service.post("/show", weaker, "application/jose")));
  CHECK(log.has("\"algorithm_refused\""));
  CHECK(is_refusal(service.post("/show", signed_by("web", order, "a\u00e4/b"), "application/jose")));
  CHECK(log.has("\"type_mismatch\""));
  CHECK(!log.has("total"));
}

TEST_CASE("what is not signed is refused, unless it may pass") {
  secured service(verifying);
  CHECK(is_refusal(service.post("/show", order, as_json)));
  CHECK(is_refusal(service.post("/show", signed_by("web", order), as_json)));
  CHECK(is_refusal(service.post("/show", "", "application/jose")));
  CHECK(is_refusal(service.post("/show", "", "")));
  CHECK(service.client().get("/show").body == "||");
  secured lenient(verify_with("required: false"));
  CHECK(lenient.post("/show", order, as_json).body == "application/json|24|" + std::string(order));
  CHECK(lenient.post("/show", signed_by("web", order), "application/jose").body.ends_with("|=/web-1"));
  CHECK(is_refusal(lenient.post("/show", signed_by("cart", order), "application/jose")));
}

TEST_CASE("a body that is larger than it may be is answered with 413") {
  secured service(verify_with("max_bytes: 100B"));
  CHECK(service.post("/show", signed_by("web", order), "application/jose").status == 413);
}

TEST_CASE("a compressed body is refused: its signature would be of something else") {
  secured service(verifying);
  CHECK(is_refusal(service.post("/show", signed_by("web", order), "application/jose", {{"Content-Encoding", "gzip"}})));
}

TEST_CASE("a signature in a header field covers the body and its type") {
  secured service(verify_with("header: X-Signature"));
  const auto ask = [&](std::string_view token, std::string_view body, std::string_view type) {
    return service.post("/show", body, type, {{"x-signature", std::string(token)}});
  };
  CHECK(ask(detached_by("web", order), order, as_json).body ==
        "application/json|24|" + std::string(order) + "|=/web-1");
  CHECK(ask(detached_by("web", order, {.content_type = "json"}), order, as_json).status == 200);
  CHECK(is_refusal(ask(detached_by("web", order, {.content_type = "text/html"}), order, as_json)));
  CHECK(is_refusal(ask(detached_by("web", order), "{}", as_json)));
  CHECK(is_refusal(ask(detached_by("cart", order), order, as_json)));
  CHECK(is_refusal(ask(signed_by("web", order), order, as_json)));
  CHECK(is_refusal(ask("", order, as_json)));
  CHECK(is_refusal(service.post("/show", order, as_json)));
  CHECK(is_refusal(
      service.post("/show", order, as_json,
                   {{"X-Signature", detached_by("web", order)}, {"X-Signature", detached_by("web", order)}})));
  CHECK(is_refusal(service.post("/show", "", "", {{"X-Signature", detached_by("cart", "")}})));
}

TEST_CASE("an unencoded payload is verified only where that is allowed") {
  const std::string token = detached_by("web", order, {.encoded_payload = false});
  secured strict(verify_with("header: X-Signature"));
  CHECK(is_refusal(strict.post("/show", order, as_json, {{"X-Signature", token}})));
  secured allowing(verify_with("header: X-Signature, unencoded: true"));
  CHECK(allowing.post("/show", order, as_json, {{"X-Signature", token}}).status == 200);
  CHECK(allowing.post("/show", order, as_json, {{"X-Signature", detached_by("web", order)}}).status == 200);
  CHECK(is_refusal(allowing.post("/show", "{}", as_json, {{"X-Signature", token}})));
}

TEST_CASE("signed members of a document are replaced by what was signed") {
  secured service(verify_with("members: [/order, /note]"));
  const std::string document =
      "{ \"order\": \"" + signed_by("web", order) + "\",\n\"note\":\"" + signed_by("web", "[ 1 ]") + "\", \"n\": 1.0 }";
  const std::string plain = "{ \"order\": " + std::string(order) + ",\n\"note\":[ 1 ], \"n\": 1.0 }";
  CHECK(service.post("/show", document, as_json).body ==
        "application/json|" + std::to_string(plain.size()) + "|" + plain + "|/order=/web-1|/note=/web-1");
  CHECK(is_refusal(service.post("/show", R"({"order":1,"note":2})", as_json)));
  CHECK(is_refusal(service.post("/show", R"({"order":")" + signed_by("web", order) + "\"}", as_json)));
  CHECK(is_refusal(service.post("/show", document, "text/plain")));
  secured lenient(verify_with("members: /order, required: false"));
  CHECK(lenient.post("/show", R"({"other":1})", as_json).body == R"(application/json|11|{"other":1})");
  CHECK(is_refusal(lenient.post("/show", R"({"order":1})", as_json)));
}

TEST_CASE("JSON serializations are verified only where they are allowed, with all their signatures") {
  const jose::signer by_web{key_of("web"), signature_algorithm::es256, {.content_type = as_json}};
  const jose::signer by_cart{key_of("cart"), signature_algorithm::es256, {.content_type = as_json}};
  const jose::signer by_web_as_text{key_of("web"), signature_algorithm::es256, {.content_type = "text/plain"}};
  const auto made = [](std::vector<jose::signer> by) {
    return jose::sign_json(order, by, jose::json_form::general).value();
  };
  secured strict(verifying);
  CHECK(is_refusal(strict.post("/show", made({by_web}), "application/jose+json")));
  secured allowing(verify_with("json: true"));
  CHECK(allowing.post("/show", made({by_web}), "application/jose+json").body ==
        "application/json|24|" + std::string(order) + "|=/web-1");
  CHECK(is_refusal(allowing.post("/show", made({by_web, by_cart}), "application/jose+json")));
  CHECK(is_refusal(allowing.post("/show", made({by_web, by_web_as_text}), "application/jose+json")));
}

TEST_CASE("a type that is asked for must be said") {
  secured service(verify_with("type: order+jws"));
  const auto typed = [](std::string_view type) {
    return jose::sign(order, key_of("web"), signature_algorithm::es256, {.type = type}).value();
  };
  CHECK(service.post("/show", typed("order+jws"), "application/jose").status == 200);
  CHECK(is_refusal(service.post("/show", typed("JWT"), "application/jose")));
  CHECK(is_refusal(service.post("/show", typed(""), "application/jose")));
}

TEST_CASE("many requests in one turn are all answered, in their order") {
  stage_fixture server;
  const auto stage =
      server.kept<middleware::jws_verify>(key_folder::shared().placed("{keys: KEYS/web.pub, algorithms: ES256}"));
  server.post("/", [](exchange& x) { x.text(x.request().body()); }, {stage}, {.may_suspend = true});
  server.serve();
  constexpr int count = 12;
  std::string bytes;
  for (int i = 0; i != count; ++i) {
    const std::string token = signed_by(i == 5 ? "cart" : "web", "body-" + std::to_string(i), "text/plain");
    bytes += test_client::request(http::method::post, "/", token, {{"Content-Type", "application/jose"}});
  }
  net::memory_peer peer;
  server.connect(peer);
  peer.send(bytes);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!mentions(peer.received(), "body-11") && std::chrono::steady_clock::now() < until) server.turn();
  const std::string answers(peer.received());
  std::size_t last = 0;
  for (int i = 0; i != count; ++i) {
    CAPTURE(i);
    const std::size_t found = answers.find(i == 5 ? "message_refused" : "body-" + std::to_string(i), last);
    REQUIRE(found != std::string::npos);
    last = found;
  }
}

TEST_CASE("keys that are replaced in their file count soon, and none that do not fit") {
  const log_file log;
  const key_folder& folder = key_folder::shared();
  const auto text_of = [](std::string_view name) { return key_of(name).to_jwk(jose::key_part::public_part).value(); };
  folder.replace("rotating.pub", text_of("web").text());
  secured service("{jws_verify: {keys: KEYS/rotating.pub, algorithms: ES256}}");
  const auto accepts = [&](std::string_view name) {
    return service.post("/show", signed_by(name, order), "application/jose").status == 200;
  };
  const auto comes_true = [&](const auto& wish) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!wish() && std::chrono::steady_clock::now() < until) service.client().pass(std::chrono::seconds(3));
    return wish();
  };
  CHECK(accepts("web"));
  CHECK(!accepts("cart"));
  folder.replace("rotating.pub", text_of("cart").text());
  CHECK(comes_true([&] { return accepts("cart"); }));
  CHECK(!accepts("web"));
  folder.replace("rotating.pub", text_of("rsa").text());
  CHECK(comes_true([&] { return accepts("cart") && log.has("new keys do not fit and are not used"); }));
}

TEST_CASE("answers of another service are verified before they leave") {
  const log_file log;
  secured service(verify_with("direction: response"));
  CHECK(service.post("/echo", signed_by("web", order), "application/jose").body == order);
  CHECK(service.post("/echo", signed_by("web", order), "application/jose").header("Content-Type") == as_json);
  const test_answer refused = service.post("/echo", signed_by("cart", order), "application/jose");
  CHECK(refused.status == 502);
  CHECK(mentions(refused.body, "\"message_refused\""));
  CHECK(log.has("\"key_unknown\""));
  CHECK(service.post("/echo", order, as_json).status == 502);
  CHECK(service.post("/echo", "", as_json).status == 502);
  CHECK(service.client().get("/empty").status == 204);
  CHECK(service.client().get("/problem").status == 409);
  CHECK(service.post("/stream", signed_by("web", order), "application/jose").status == 502);
}

TEST_CASE("a body is signed, and says what it was") {
  secured service(sign_with("type: order+jws"));
  const test_answer answer = service.post("/echo", order, as_json);
  CHECK(answer.status == 200);
  CHECK(answer.header("Content-Type") == "application/jose");
  arena memory;
  const auto read = jose::verify(answer.body, web_keys(), es256(), memory);
  REQUIRE(read);
  CHECK(read->payload == order);
  CHECK(read->protected_header.content_type == as_json);
  CHECK(read->protected_header.type == "order+jws");
  CHECK(read->protected_header.key_id == "web-1");
}

TEST_CASE("a detached signature leaves the body as it is") {
  for (const std::string more : {"", ", unencoded: true"}) {
    secured service(sign_with("header: X-Signature" + more));
    const test_answer answer = service.post("/echo", order, as_json);
    CHECK(answer.body == order);
    CHECK(answer.header("Content-Type") == as_json);
    jose::signature_rules rules = es256();
    rules.header.unencoded_payload = true;
    arena memory;
    const auto read = jose::verify_detached(answer.header("X-Signature"), order, web_keys(), rules, memory);
    REQUIRE(read);
    CHECK(read->protected_header.content_type == as_json);
    CHECK(read->protected_header.encoded_payload == more.empty());
  }
}

TEST_CASE("what is signed by one stage is verified by the other, as a body, detached and in members") {
  for (const std::string how : {"type: x", "header: X-S", "header: X-S, unencoded: true", "members: [/id, /total]"}) {
    CAPTURE(how);
    secured service("{jws_verify: {keys: KEYS/web.pub, algorithms: ES256, direction: response, " + how + "}}, " +
                    sign_with(how));
    const test_answer answer = service.post("/echo", order, as_json);
    CHECK(answer.status == 200);
    CHECK(answer.body == order);
    CHECK(answer.header("Content-Type") == as_json);
  }
}

TEST_CASE("only bodies of the types that are named are signed; without names all but problem documents") {
  secured any(sign_with("algorithm: ES256"));
  CHECK(any.post("/echo", "hello", "text/plain").header("Content-Type") == "application/jose");
  CHECK(any.client().get("/problem").header("Content-Type") == "application/problem+json");
  CHECK(any.client().get("/empty").status == 204);
  CHECK(any.post("/echo", "", as_json).body.empty());
  secured named(sign_with("types: [application/json, application/problem+json]"));
  CHECK(named.post("/echo", order, "Application/JSON; charset=utf-8").header("Content-Type") == "application/jose");
  CHECK(named.post("/echo", "hello", "text/plain").body == "hello");
  CHECK(named.client().get("/problem").header("Content-Type") == "application/jose");
}

TEST_CASE("members are signed where they stand, and a missing one keeps the answer back") {
  const log_file log;
  secured service(sign_with("members: /total"));
  const test_answer answer = service.post("/echo", order, as_json);
  CHECK(answer.body.starts_with(R"({"id":17,"total":"ey)"));
  CHECK(answer.header("Content-Type") == as_json);
  CHECK(service.post("/echo", R"({"id":17})", as_json).status == 500);
  CHECK(log.has("\"claim_missing\""));
  CHECK(service.post("/echo", "no JSON", as_json).status == 500);
  secured lenient(sign_with("members: /total, required: false"));
  CHECK(lenient.post("/echo", R"({"id":17})", as_json).body == R"({"id":17})");
}

TEST_CASE("a streamed answer is signed when it is whole") {
  secured service(sign_with("algorithm: ES256"));
  const test_answer answer = service.post("/stream", order, as_json);
  CHECK(answer.header("Content-Type") == "application/jose");
  arena memory;
  const auto read = jose::verify(answer.body, web_keys(), es256(), memory);
  REQUIRE(read);
  CHECK(read->payload == order);
  secured detached(sign_with("header: X-S"));
  CHECK(detached.post("/stream", order, as_json).status == 500);
}

TEST_CASE("a streamed answer that grows too large is cut, not sent as it is") {
  secured service(sign_with("max_bytes: 10B"));
  CHECK_THROWS_AS(static_cast<void>(service.post("/stream", order, as_json)), std::runtime_error);
  CHECK(service.post("/echo", order, as_json).status == 500);
}

TEST_CASE("requests are signed in front of a proxy") {
  secured service(sign_with("direction: request, header: X-S, algorithm: ES256"));
  const test_answer answer = service.post("/show", order, as_json);
  CHECK(answer.body == "application/json|24|" + std::string(order));
  secured whole(sign_with("direction: request"));
  CHECK(whole.post("/show", order, as_json).body.starts_with("application/jose|"));
  secured members(sign_with("direction: request, members: /total"));
  CHECK(members.post("/show", R"({"id":17})", as_json).status == 400);
  CHECK(mentions(members.post("/show", "{", as_json).body, "bad_request"));
}

TEST_CASE("RSA keys and PEM files sign as well") {
  secured service("{jws_sign: {keys: KEYS/rsa.pem, algorithm: PS256}}");
  const test_answer answer = service.post("/echo", order, as_json);
  jose::signature_rules rules;
  rules.algorithms = {signature_algorithm::ps256};
  arena memory;
  const jose::key_set keys = jose::key_set::of({key_of("rsa").public_key()->with({}).value()}).value();
  CHECK(jose::verify(answer.body, keys, rules, memory));
}

TEST_CASE("wrong options of the stages that sign and verify are refused where they stand") {
  CHECK(refusal_of_stage(verifying) == "accepted");
  CHECK(mentions(refusal_of_stage("{jws_verify: {algorithms: ES256}}"), "a file of keys has to be named"));
  CHECK(mentions(refusal_of_stage("{jws_verify: {keys: KEYS/none.jwk, algorithms: ES256}}"), "none.jwk: "));
  CHECK(mentions(refusal_of_stage("{jws_verify: {keys: KEYS, algorithms: ES256}}"), "candela-test-"));
  CHECK(mentions(refusal_of_stage("{jws_verify: {keys: KEYS/broken.jwk, algorithms: ES256}}"), "key_invalid"));
  CHECK(mentions(refusal_of_stage("{jws_verify: {keys: KEYS/web.pub}}"), "have to be named"));
  CHECK(mentions(refusal_of_stage("{jws_verify: {keys: KEYS/web.pub, algorithms: none}}"), "'none' is no algorithm"));
  CHECK(mentions(refusal_of_stage("{jws_verify: {keys: KEYS/web.pub, algorithms: RS256}}"), "no key in the file fits"));
  CHECK(mentions(refusal_of_stage(verify_with("unencoded: true")), "only a detached signature"));
  CHECK(mentions(refusal_of_stage(verify_with("header: X-S, json: true")), "is a compact one"));
  CHECK(mentions(refusal_of_stage(verify_with("header: X-S, members: /a")), "covers the whole body"));
  CHECK(mentions(refusal_of_stage(verify_with("header: \"X S\"")), "no name of a header field"));
  CHECK(mentions(refusal_of_stage(verify_with("members: card")), "is no JSON Pointer"));
  CHECK(mentions(refusal_of_stage(verify_with("members: [/a, /a/b]")), "one inside the other"));
  CHECK(mentions(refusal_of_stage(verify_with("direction: both")), "direction"));
  CHECK(mentions(refusal_of_stage(verify_with("max_bytes: 1GiB")), "max_bytes"));
  CHECK(mentions(refusal_of_stage(verify_with("types: text/html")), "unknown key \"types\""));
  CHECK(mentions(refusal_of_stage("{jws_sign: {keys: KEYS/web.pub}}"), "no key in the file fits ES256"));
  CHECK(mentions(refusal_of_stage(sign_with("algorithm: ES384")), "no key in the file fits ES384"));
  CHECK(mentions(refusal_of_stage(sign_with("algorithm: XX")), "'XX' is no algorithm"));
  CHECK(mentions(refusal_of_stage(sign_with("unencoded: true")), "only a detached signature"));
}
