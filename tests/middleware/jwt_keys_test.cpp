// How `jwt_verify` gets on with keys that change, that are unknown, and that are elsewhere.
#include <candela/middleware/jwt_verify.hpp>

#include <doctest/doctest.h>

#include <candela/config/parse.hpp>
#include <candela/jose/base64url.hpp>
#include <candela/jose/jws.hpp>
#include <candela/server/principal.hpp>
#include <candela/service/test_client.hpp>

#include "tests/keys/document_server.hpp"
#include "tests/middleware/stage_fixture.hpp"
#include "tests/middleware/token_mint.hpp"
#include "tests/net/test_certificates.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;

namespace {

constexpr const char* no_answer = "none";

// A service whose issuer publishes its keys on this machine.
class behind_url {
 public:
  explicit behind_url(const std::string& first_answer = "")
      : service(
            config::parse_text("chains: {default: [{jwt_verify: {issuers: [{issuer: 'https://id.example', audience: "
                               "'https://api.example', keys: '" +
                                   issuer.url() + "'}]}}]}",
                               "service.yml")) {
    issuer.serve(published({key}));
    if (first_answer == no_answer) issuer.hold();
    if (!first_answer.empty() && first_answer != no_answer) issuer.serve_bytes(first_answer);
    service.get("/me", [](exchange& x) { x.text("in"); });
    client = std::make_unique<test_client>(service, &time);
  }
  std::uint16_t status(const std::string& token) { return client->get("/me", {bearer(token)}).status; }

  jose::key key = new_key("k1");
  document_server issuer;
  manual_clock time;
  candela::service service;
  std::unique_ptr<test_client> client;
};

// The n-th different token of that key.
std::string numbered(const jose::key& by, int n) { return mint(by, {.id = "\"n" + std::to_string(n) + "\""}); }

}  // namespace

TEST_CASE("the first request waits for the keys") {
  behind_url shop;
  CHECK(shop.status(mint(shop.key)) == 200);
  CHECK(shop.issuer.asked() == 1);
}

TEST_CASE("an issuer that cannot be reached is no reason to let anybody in") {
  behind_url shop("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n");
  const test_answer answer = shop.client->get("/me", {bearer(mint(shop.key))});
  CHECK(answer.status == 503);
  CHECK(answer.header("Retry-After") == "5");
  CHECK(shop.client->get("/me").status == 401);
  shop.issuer.serve(published({shop.key}));
  shop.client->pass(31s);
  CHECK(shop.status(mint(shop.key)) == 200);
}

TEST_CASE("a new key is learned from the first token that names it") {
  behind_url shop;
  CHECK(shop.status(mint(shop.key)) == 200);
  const jose::key next = new_key("k2");
  shop.issuer.serve(published({shop.key, next}));
  CHECK(shop.status(mint(next)) == 200);
  CHECK(shop.status(mint(shop.key)) == 200);
}

TEST_CASE("ten thousand unknown keys cause one look, and all are refused") {
  behind_url shop;
  CHECK(shop.status(mint(shop.key)) == 200);
  const std::uint64_t before = shop.issuer.asked();
  const std::string good = mint(shop.key);
  for (int i = 0; i != 10'000; ++i) {
    const std::string head = R"({"alg":"ES256","typ":"at+jwt","kid":"x)" + std::to_string(i) + "\"}";
    const std::string token = jose::encode_base64url(std::as_bytes(std::span(head))) + good.substr(good.find('.'));
    REQUIRE(shop.status(token) == 401);
  }
  CHECK(shop.issuer.asked() - before == 1);
  CHECK(shop.status(good) == 200);
}

TEST_CASE("keys that a token brings or points to are never fetched nor used") {
  behind_url shop;
  document_server trap;
  const jose::key own = new_key("k1");
  trap.serve(published({own}));
  CHECK(shop.status(mint(shop.key)) == 200);
  const std::string jwk(own.to_jwk(jose::key_part::public_part)->text());
  const std::string members[] = {R"({"jku":")" + trap.url() + "\"}", R"({"x5u":")" + trap.url() + "\"}",
                                 R"({"jwk":)" + jwk + "}", R"({"x5c":["MIIB"]})",
                                 R"({"jku":"http://169.254.169.254/latest"})"};
  for (const std::string& each : members) {
    CAPTURE(each);
    arena memory;
    const auto further = json::parse<json::value>(each, memory);
    REQUIRE(further);
    const auto token = jose::sign(token_claims().text(), own, jose::signature_algorithm::es256,
                                  {.type = "at+jwt", .further = *further});
    REQUIRE(token);
    CHECK(shop.status(*token) == 401);
  }
  CHECK(trap.asked() == 0);
}

TEST_CASE("keys are rotated twenty times under load without a false refusal, and a removed one lets nobody in") {
  behind_url shop;
  jose::key current = shop.key;
  CHECK(shop.status(mint(current)) == 200);
  int refused = 0;
  int accepted_after_removal = 0;
  for (int turn = 0; turn != 20; ++turn) {
    const jose::key next = new_key("r" + std::to_string(turn));
    const std::string old_token = numbered(current, turn);
    CHECK(shop.status(old_token) == 200);
    // Both are published; the new one signs at once.
    shop.issuer.serve(published({current, next}));
    for (int i = 0; i != 10; ++i) {
      refused += shop.status(numbered(next, i)) != 200;
      refused += shop.status(numbered(current, i)) != 200;
      refused += shop.status(old_token) != 200;
    }
    // The old one is taken back, and gone with the next look.
    const std::uint64_t looks = shop.issuer.asked();
    shop.issuer.serve(published({next}));
    shop.client->pass(10min + 1s);
    const auto until = std::chrono::steady_clock::now() + 10s;
    // The dates of tokens stay as they are: only the keys are to make the difference.
    shop.time.set_wall(clock::wall_time(std::chrono::seconds(mint_time)));
    while (shop.issuer.asked() == looks && std::chrono::steady_clock::now() < until) shop.client->turn();
    while (shop.status(numbered(current, 1000)) == 200 && std::chrono::steady_clock::now() < until) {
    }
    for (int i = 0; i != 10; ++i) {
      accepted_after_removal += shop.status(old_token) == 200;
      accepted_after_removal += shop.status(numbered(current, i)) == 200;
      refused += shop.status(numbered(next, i)) != 200;
    }
    // What the removed key still signs has been looked for in vain; that is not done again for a while.
    shop.client->pass(31s);
    shop.time.set_wall(clock::wall_time(std::chrono::seconds(mint_time)));
    current = next;
  }
  CHECK(refused == 0);
  CHECK(accepted_after_removal == 0);
}

TEST_CASE("one check of a turn is made on the loop, the others leave it, and all are answered in order") {
  const net::test::temporary_folder folder;
  const jose::key key = new_key("k1");
  stage_fixture server;
  server.stage<middleware::jwt_verify>(
      "issuers: [{issuer: 'https://id.example', audience: 'https://api.example', keys: '" +
      folder.write("keys.json", published({key})) + "'}]");
  server.get("/{n}", [](exchange& x) { x.text(x.get<principal>()->token_id, "!"); });
  server.serve();
  net::memory_peer peer;
  server.connect(peer);
  const auto ask = [&](int first, int last) {
    std::string requests;
    for (int i = first; i != last; ++i)
      requests += request_with("GET /x", "Authorization: Bearer " + numbered(key, i) + "\r\n");
    peer.send(requests);
    server.turn();
  };
  ask(0, 1);
  CHECK(server.lanes().cpu.threads() == 0);
  CHECK(peer.take().ends_with("n0!"));
  ask(1, 9);
  CHECK(server.lanes().cpu.threads() > 0);
  std::string answers;
  const auto until = std::chrono::steady_clock::now() + 10s;
  while (answers.find("n8!") == std::string::npos && std::chrono::steady_clock::now() < until) {
    server.turn();
    answers += peer.take();
  }
  for (int i = 1; i != 8; ++i) {
    const std::string one = "n" + std::to_string(i) + "!";
    const std::string next = "n" + std::to_string(i + 1) + "!";
    REQUIRE(answers.find(one) != std::string::npos);
    CHECK(answers.find(one) < answers.find(next));
  }
}

TEST_CASE("whoever goes away while keys are fetched leaves nothing behind") {
  behind_url shop(no_answer);
  shop.client->send(test_client::request(http::method::get, "/me", {}, {bearer(mint(shop.key))}));
  CHECK(!shop.client->received());
  // The next connection takes the place of the one before, whose peer is gone by then.
  shop.client->send(test_client::request(http::method::get, "/me", {}, {bearer(numbered(shop.key, 1))}));
  CHECK(!shop.client->received());
  shop.issuer.serve(published({shop.key}));
  const auto until = std::chrono::steady_clock::now() + 10s;
  while (!shop.client->received() && std::chrono::steady_clock::now() < until) shop.client->turn();
  REQUIRE(shop.client->received());
  CHECK(shop.client->received()->status == 200);
}
