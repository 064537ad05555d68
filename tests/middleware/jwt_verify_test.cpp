#include <candela/middleware/jwt_verify.hpp>

#include <doctest/doctest.h>

#include <candela/config/error.hpp>
#include <candela/config/parse.hpp>
#include <candela/jose/base64url.hpp>
#include <candela/server/principal.hpp>
#include <candela/service/test_client.hpp>

#include "tests/keys/document_server.hpp"
#include "tests/middleware/log_file.hpp"
#include "tests/middleware/token_mint.hpp"
#include "tests/net/test_certificates.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;
using net::test::temporary_folder;

namespace {

void tell_principal(exchange& x) {
  const principal* who = x.get<principal>();
  if (who == nullptr) return x.text("nobody");
  std::string scopes;
  for (const std::string_view each : who->scopes) scopes.append("+").append(each);
  x.text(std::string(who->issuer) + " " + std::string(who->subject) + " " + std::string(who->client_id) + " " +
         std::string(who->token_id) + " " + std::string(who->key_id) + " " + scopes);
}

// A service behind the stage, with the keys `k1` and, for secrets, `s1`.
class guarded {
 public:
  explicit guarded(const std::string& more = "", const std::string& issuer_more = "") {
    write_keys({key});
    const std::string text =
        "chains: {default: [{jwt_verify: {issuers: [{issuer: 'https://id.example', audience: 'https://api.example', "
        "keys: " +
        folder.path().string() + "/keys.json" + issuer_more + "}]" + more + "}}]}";
    start(text);
  }
  // The whole configuration, in which @ stands for the folder.
  struct whole {};
  guarded(whole, std::string text) {
    write_keys({key});
    folder.write("secret.json",
                 jose::key::generate_secret(32, {.id = "s0"})->to_jwk(jose::key_part::private_part)->text());
    for (std::size_t at = 0; (at = text.find('@')) != std::string::npos;) text.replace(at, 1, folder.path().string());
    start(text);
  }

  void write_keys(const std::vector<jose::key>& keys) { folder.write("keys.json", published(keys)); }
  test_answer get(const std::string& token, const std::string& path = "/me") {
    return client->get(path, {bearer(token)});
  }
  [[nodiscard]] std::uint16_t status(const std::string& token) { return get(token).status; }

  temporary_folder folder;
  jose::key key = new_key("k1");
  manual_clock time;
  std::unique_ptr<candela::service> service;
  std::unique_ptr<test_client> client;

 private:
  void start(const std::string& text) {
    service = std::make_unique<candela::service>(config::parse_text(text, "service.yml"));
    service->get("/me", tell_principal);
    service->get("/orders", tell_principal, {.scopes = {"orders:read"}});
    service->get("/admin", tell_principal, {.scopes = {"orders:read", "admin"}});
    client = std::make_unique<test_client>(*service, &time);
  }
};

std::string wrong_options(const std::string& text) {
  try {
    const guarded made(guarded::whole{}, text);
  } catch (const config::error& wrong) {
    return wrong.what();
  }
  return "accepted";
}

std::string encoded(std::string_view text) { return jose::encode_base64url(std::as_bytes(std::span(text))); }

}  // namespace

TEST_CASE("a good token makes a principal of who brings it") {
  guarded shop;
  const test_answer answer = shop.get(mint(shop.key));
  CHECK(answer.status == 200);
  CHECK(answer.body == "https://id.example ann web t1 k1 +orders:read+profile");
}

TEST_CASE("without a token the answer asks for one and says nothing else") {
  guarded shop;
  const test_answer answer = shop.client->get("/me");
  CHECK(answer.status == 401);
  CHECK(answer.header("WWW-Authenticate") == "Bearer realm=\"api\"");
  CHECK(answer.body.find("\"unauthorized\"") != std::string::npos);
  CHECK(shop.client->get("/me", {{"Authorization", "Basic YTpi"}}).header("WWW-Authenticate") ==
        "Bearer realm=\"api\"");
  CHECK(shop.client->get("/me", {{"Authorization", "Bearer"}}).status == 401);
}

TEST_CASE("each token with one thing wrong is refused with the same words, and the log says why") {
  const log_file log;
  guarded shop;
  const jose::key other = new_key("k1");
  const jose::key stranger = new_key("k2");
  const jose::key p384 = jose::key::generate(jose::curve::p384, {.id = "k1"}).value();
  const std::string public_jwk(shop.key.to_jwk(jose::key_part::public_part)->text());
  const std::string public_pem(shop.key.to_pem(jose::key_part::public_part)->text());
  const auto confused = [&](const std::string& bytes) {
    const jose::key secret = jose::key::from_secret(std::as_bytes(std::span(bytes)), {.id = "k1"}).value();
    return mint(secret, {}, "at+jwt", jose::signature_algorithm::hs256);
  };
  const std::string good = mint(shop.key);
  const std::string payload = good.substr(good.find('.') + 1, good.rfind('.') - good.find('.') - 1);
  const auto headed = [&](const std::string& header) { return encoded(header) + "." + payload + "."; };
  const auto said = [&](token_claims claims) { return mint(shop.key, claims); };
  struct row {
    const char* what;
    std::string token;
    const char* why;
  };
  const row rows[] = {
      {"another key of the same id", mint(other), "signature_invalid"},
      {"an unknown key", mint(stranger), "key_unknown"},
      {"another curve", mint(p384, {}, "at+jwt", jose::signature_algorithm::es384), "algorithm_refused"},
      {"HMAC with the public JWK", confused(public_jwk), "algorithm_refused"},
      {"HMAC with the public PEM", confused(public_pem), "algorithm_refused"},
      {"alg none", headed(R"({"alg":"none","typ":"at+jwt"})"), "algorithm_unknown"},
      {"alg NoNe", headed(R"({"alg":"NoNe","typ":"at+jwt"})"), "algorithm_unknown"},
      {"no signature", good.substr(0, good.rfind('.') + 1), "signature_missing"},
      {"two parts", good.substr(0, good.rfind('.')), "malformed"},
      {"four parts", good + ".x", "malformed"},
      {"a changed payload", good.substr(0, good.find('.') + 1) + encoded("{}") + good.substr(good.rfind('.')),
       "signature_invalid"},
      {"padding", good + "=", "base64_invalid"},
      {"not a token", "opaque", "malformed"},
      {"two in one field", good + ", Bearer " + good, "malformed"},
      {"typ JWT", mint(shop.key, {}, "JWT"), "type_mismatch"},
      {"no typ", mint(shop.key, {}, ""), "type_mismatch"},
      {"a link of a chain", mint(shop.key, {}, "chain-link+jwt"), "type_mismatch"},
      {"a proof of a chain", mint(shop.key, {}, "chain-call+jwt"), "type_mismatch"},
      {"a proof of possession", mint(shop.key, {}, "dpop+jwt"), "type_mismatch"},
      {"another issuer", said({.issuer = R"("https://id.example/")"}), "issuer_mismatch"},
      {"no issuer", said({.issuer = ""}), "claim_missing"},
      {"another audience", said({.audience = R"("https://api.example.org")"}), "audience_mismatch"},
      {"no audience", said({.audience = ""}), "claim_missing"},
      {"expired", said({.expires = std::to_string(mint_time - 31)}), "expired"},
      {"no expiry", said({.expires = ""}), "claim_missing"},
      {"expiry as text", said({.expires = "\"1900000000\""}), "claim_invalid"},
      {"not yet valid", said({.further = ",\"nbf\":" + std::to_string(mint_time + 31)}), "not_yet_valid"},
      {"issued in the future", said({.issued = std::to_string(mint_time + 31)}), "issued_in_future"},
      {"no subject", said({.subject = ""}), "claim_missing"},
      {"no client", said({.client = ""}), "claim_missing"},
      {"no id", said({.id = ""}), "claim_missing"},
      {"a claim twice", said({.further = R"(,"sub":"bob")"}), "json_invalid"},
      {"bound to a key", said({.further = R"(,"cnf":{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"})"}),
       "claim_invalid"},
      {"bound to a certificate that is not there",
       said({.further = R"(,"cnf":{"x5t#S256":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"})"}), "claim_invalid"},
      {"too large", std::string(17 * 1024, 'x') + ".x.x", "too_large"}};
  const test_answer first = shop.get("a.b.c");
  for (const row& each : rows) {
    CAPTURE(std::string(each.what));
    if (each.token.size() > 8 * 1024) continue;  // heads of that size do not get this far
    const test_answer answer = shop.get(each.token);
    CHECK(answer.status == 401);
    CHECK(answer.header("WWW-Authenticate") == "Bearer realm=\"api\", error=\"invalid_token\"");
    CHECK(answer.body == first.body);
    const std::string text = log.text();
    const std::size_t last = text.rfind("a token was refused");
    REQUIRE(last != std::string::npos);
    CAPTURE(text.substr(last, 120));
    CHECK(text.find("\"why\":\"" + std::string(each.why) + "\"", last) != std::string::npos);
  }
  CHECK(shop.status(good) == 200);
  CHECK(!log.has(good.substr(good.rfind('.') + 1)));
}

TEST_CASE("a token that comes twice, or in the query, is a bad request") {
  guarded shop;
  const std::string token = mint(shop.key);
  const test_answer twice = shop.client->get("/me", {bearer(token), bearer(token)});
  CHECK(twice.status == 400);
  CHECK(twice.header("WWW-Authenticate") == "Bearer realm=\"api\", error=\"invalid_request\"");
  CHECK(shop.client->get("/me", {bearer(token), {"authorization", "Basic eA=="}}).status == 400);
  CHECK(shop.client->get("/me?access_token=" + token).status == 400);
  CHECK(shop.client->get("/me?a=b&access%5Ftoken=x", {bearer(token)}).status == 400);
  CHECK(shop.client->get("/me?a=b", {bearer(token)}).status == 200);
}

TEST_CASE("clocks may be half a minute apart, and no more") {
  struct row {
    std::int64_t expires;
    std::int64_t issued;
    std::uint16_t status;
  };
  for (const row& each : {row{-29, -300, 200}, {-31, -300, 401}, {300, 29, 200}, {300, 31, 401}, {-30, -300, 401}}) {
    CAPTURE(each.expires);
    CAPTURE(each.issued);
    guarded shop;
    CHECK(shop.status(mint(shop.key, {.issued = std::to_string(mint_time + each.issued),
                                      .expires = std::to_string(mint_time + each.expires)})) == each.status);
  }
}

TEST_CASE("a token that was known is refused when it has expired, however the clock is set") {
  guarded shop;
  const std::string token = mint(shop.key, {.expires = std::to_string(mint_time + 40)});
  CHECK(shop.status(token) == 200);
  CHECK(shop.status(token) == 200);
  shop.time.set_wall(clock::wall_time(std::chrono::seconds(mint_time + 69)));
  CHECK(shop.status(token) == 200);
  shop.time.set_wall(clock::wall_time(std::chrono::seconds(mint_time + 71)));
  CHECK(shop.status(token) == 401);
  shop.time.set_wall(clock::wall_time(std::chrono::seconds(mint_time - 31)));
  CHECK(shop.status(token) == 401);
}

TEST_CASE("a route's scopes are asked for, and who lacks one is told which are needed") {
  guarded shop(", scopes: [profile]");
  CHECK(shop.get(mint(shop.key), "/orders").status == 200);
  const test_answer answer = shop.get(mint(shop.key), "/admin");
  CHECK(answer.status == 403);
  CHECK(answer.header("WWW-Authenticate") ==
        "Bearer realm=\"api\", error=\"insufficient_scope\", scope=\"profile orders:read admin\"");
  CHECK(shop.get(mint(shop.key, {.scope = R"("orders:read admin")"}), "/admin").status == 403);
  token_claims listed{.scope = ""};
  listed.further = R"(,"scp":["profile","admin","orders:read"])";
  CHECK(shop.get(mint(shop.key, listed), "/admin").status == 200);
  CHECK(shop.get(mint(shop.key, {.scope = R"("profile orders:reader")"}), "/orders").status == 403);
  CHECK(shop.get(mint(shop.key, {.scope = ""}), "/me").status == 403);
}

TEST_CASE("scopes that nobody would check stop the start") {
  candela::service open;
  open.get("/orders", tell_principal, {.scopes = {"orders:read"}});
  CHECK_THROWS_WITH_AS(test_client{open}, doctest::Contains("no stage in front of it checks them"), config::error);
}

TEST_CASE("several issuers have rules and keys of their own") {
  const temporary_folder partners;
  const jose::key partner = new_key("p1");
  const std::string file = partners.write("partner.json", published({partner}));
  guarded shop(guarded::whole{},
               "chains: {default: [{jwt_verify: {issuers: ["
               "{issuer: 'https://id.example', audience: 'https://api.example', keys: '@/keys.json'},"
               "{issuer: partner, audience: [shop, orders], keys: '" +
                   file + "', type: JWT, max_lifetime: 1m}]}}]}");
  token_claims theirs{.issuer = R"("partner")", .audience = R"(["orders","x"])"};
  theirs.expires = std::to_string(mint_time + 60);
  CHECK(shop.status(mint(partner, theirs, "JWT")) == 200);
  CHECK(shop.status(mint(shop.key)) == 200);
  CHECK(shop.status(mint(shop.key, theirs, "JWT")) == 401);
  CHECK(shop.status(mint(partner, {}, "at+jwt")) == 401);
  CHECK(shop.status(mint(partner, theirs, "at+jwt")) == 401);
  theirs.expires = std::to_string(mint_time + 61);
  CHECK(shop.status(mint(partner, theirs, "JWT")) == 401);
  theirs.issuer = R"("nobody")";
  CHECK(shop.status(mint(partner, theirs, "JWT")) == 401);
}

TEST_CASE("any usual type is taken when the options say so, and no other") {
  guarded shop("", ", type: any, claims: [sub]");
  for (const char* type : {"", "JWT", "jwt", "at+jwt", "application/at+jwt"}) {
    CAPTURE(type);
    CHECK(shop.status(mint(shop.key, {}, type)) == 200);
  }
  for (const char* type : {"chain-link+jwt", "chain-call+jwt", "dpop+jwt", "logout+jwt", "x", "JWTS"}) {
    CAPTURE(type);
    CHECK(shop.status(mint(shop.key, {}, type)) == 401);
  }
}

TEST_CASE("a token may come in a field of its own, or in a cookie") {
  guarded field(", from: {header: X-Access-Token}");
  const auto in_field = [&](const test_headers& headers) { return field.client->get("/me", headers).status; };
  const std::string token = mint(field.key);
  CHECK(in_field({{"x-access-token", token}}) == 200);
  CHECK(in_field({bearer(token)}) == 401);
  CHECK(in_field({{"X-Access-Token", token}, {"X-Access-Token", token}}) == 400);
  CHECK(in_field({{"X_Access_Token", token}}) == 401);
  guarded jar(", from: {cookie: session}");
  const auto in_jar = [&](const std::string& cookies) { return jar.client->get("/me", {{"Cookie", cookies}}).status; };
  const std::string baked = mint(jar.key);
  CHECK(in_jar("a=b; session=" + baked + "; c=d") == 200);
  CHECK(in_jar("session=" + baked) == 200);
  CHECK(in_jar("xsession=" + baked) == 401);
  CHECK(in_jar("session=" + baked + "; session=x") == 400);
  CHECK(in_jar("Session=" + baked) == 401);
}

TEST_CASE("where a token is optional, only its absence is forgiven") {
  guarded shop(", optional: true");
  CHECK(shop.client->get("/me").body == "nobody");
  CHECK(shop.status(mint(shop.key)) == 200);
  CHECK(shop.status("x") == 401);
  CHECK(shop.client->get("/orders").status == 401);
}

TEST_CASE("secrets that both sides know are taken where their algorithm is named") {
  guarded shop(guarded::whole{},
               "chains: {default: [{jwt_verify: {issuers: [{issuer: 'https://id.example', audience: "
               "'https://api.example', keys: '@/secret.json', algorithms: [HS256]}]}}]}");
  const jose::key secret = jose::key::generate_secret(32, {.id = "s1"}).value();
  CHECK(shop.status(mint(secret, {}, "at+jwt", jose::signature_algorithm::hs256)) == 401);
  shop.folder.write("secret.json", secret.to_jwk(jose::key_part::private_part)->text());
  const auto good = [&] { return shop.status(mint(secret, {}, "at+jwt", jose::signature_algorithm::hs256)) == 200; };
  const auto until = std::chrono::steady_clock::now() + 10s;
  bool taken = false;
  while (!(taken = good()) && std::chrono::steady_clock::now() < until) {
    shop.client->pass(2s);
    shop.time.set_wall(clock::wall_time(std::chrono::seconds(mint_time)));
  }
  CHECK(taken);
}

TEST_CASE("a key file that is replaced by one for something else leaves the good keys in use, and is logged by name") {
  const log_file log;
  guarded shop;
  shop.folder.write("keys.json", published({jose::key::generate(jose::curve::ed25519, {.id = "k2"}).value()}));
  const auto until = std::chrono::steady_clock::now() + 10s;
  while (!log.has("no key in it fits one of the algorithms") && std::chrono::steady_clock::now() < until) {
    shop.client->pass(2s);
    shop.time.set_wall(clock::wall_time(std::chrono::seconds(mint_time)));
    CHECK(shop.status(mint(shop.key)) == 200);
  }
  CHECK(log.has("keys cannot be renewed"));
  CHECK(log.has(shop.folder.path().string() + "/keys.json"));
  CHECK(shop.status(mint(shop.key)) == 200);
}

TEST_CASE("a file of keys that is not there is told once, where it is named") {
  const log_file log;
  CHECK(wrong_options("chains: {default: [{jwt_verify: {issuers: [{issuer: a, audience: b, keys: /nowhere/k}]}}]}")
            .find("keys: /nowhere/k: No such file or directory") != std::string::npos);
  CHECK(log.text() == "");
}

TEST_CASE("wrong options are named with their place") {
  const auto with = [](const std::string& issuer, const std::string& more = "") {
    return wrong_options("chains: {default: [{jwt_verify: {issuers: [{" + issuer + "}]" + more + "}}]}");
  };
  const std::string good = "issuer: a, audience: b, keys: '@/keys.json'";
  CHECK(with(good) == "accepted");
  CHECK(wrong_options("chains: {default: [jwt_verify]}").find("at least one issuer is needed") != std::string::npos);
  CHECK(wrong_options("chains: {default: [{jwt_verify: {isuers: [{issuer: a}]}}]}")
            .find("unknown key \"isuers\" (did you mean \"issuers\"?)\n") != std::string::npos);
  const std::pair<std::string, const char*> rows[] = {
      {"audience: b, keys: '@/keys.json'", "issuer"},
      {"isuer: a, audience: b, keys: '@/keys.json'", "unknown key \"isuer\" (did you mean \"issuer\"?)\n"},
      {"issuer: a, keys: '@/keys.json'", "audience"},
      {"issuer: a, audience: b", "keys"},
      {"issuer: a, audience: b, keys: '@/none.json'", "none.json"},
      {"issuer: a, audience: b, keys: 'http://id.example.org/x'", "https, or from this machine"},
      {"issuer: a, audience: b, keys: 'https://id/x#y'", "no fragment"},
      {good + ", algorithms: [none]", "no signature algorithm 'none'"},
      {good + ", algorithms: []", "at least one algorithm"},
      {good + ", algorithms: [RS256]", "keys.json: no key in it fits one of the algorithms that are accepted"},
      {good + ", type: chain-link+jwt", "are for something else"},
      {good + ", type: DPoP+JWT", "are for something else"},
      {good + ", type: x", "at+jwt, JWT or any"},
      {good + ", leeway: 31s", "30s"},
      {good + ", audiences: x", "audiences"},
      {good + "}, {" + good, "twice"}};
  for (const auto& [text, wanted] : rows) {
    CAPTURE(text);
    const std::string said = with(text);
    CHECK(said.find("service.yml:1:") != std::string::npos);
    CHECK(said.find(wanted) != std::string::npos);
  }
  for (const char* more : {", realm: 'a\"b'", ", from: {}", ", from: {header: a, cookie: b}", ", from: X-Token",
                           ", from: {header: Authorization}", ", cache: {tokens: -1}", ", scope: [a]"}) {
    CAPTURE(more);
    CHECK(with(good, more).find("service.yml:1:") != std::string::npos);
  }
}
