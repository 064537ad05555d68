// Claims as JSON, in and out.
#include <doctest/doctest.h>

#include <candela/jose/jwt.hpp>

#include "tests/jose/samples.hpp"

using namespace candela;
using namespace candela::jose;
using namespace candela::testing;
using namespace std::chrono_literals;
using enum signature_algorithm;

TEST_CASE("scopes and audiences come as texts and lists, keys that bind in each of their forms") {
  arena memory;
  const claims said =
      read_claims(R"({"aud":["a","b"],"scp":["x","y"],"cnf":{"jkt":"t","x5t#S256":"c","kid":"k","jwk":{"kty":"EC"}}})",
                  memory)
          .value();
  CHECK(said.audiences.size() == 2);
  CHECK(said.is_for("b"));
  CHECK(said.has_scope("y"));
  REQUIRE(said.bound);
  CHECK(said.bound->key_thumbprint == "t");
  CHECK(said.bound->certificate_thumbprint == "c");
  CHECK(said.bound->key_id == "k");
  CHECK(said.bound->key.find("kty")->string() == "EC");
  CHECK(read_claims(R"({"scp":"x  y "})", memory)->scopes.size() == 2);
  CHECK(read_claims(R"({"scope":"","scp":"admin"})", memory)->scopes.empty());
  CHECK(read_claims(R"({"scp":"admin","scope":"read"})", memory)->has_scope("read"));
  CHECK_FALSE(read_claims(R"({"scp":"admin","scope":"read"})", memory)->has_scope("admin"));
}

TEST_CASE("a confirmation names a certificate alone only when there is nothing besides it") {
  arena memory;
  const auto alone = [&memory](const std::string& members) {
    return read_claims(R"({"cnf":{)" + members + "}}", memory).value().bound->is_certificate_alone();
  };
  const std::string certificate = R"("x5t#S256":"c")";
  CHECK(alone(certificate));
  for (const char* more : {R"("kid":"k")", R"("jkt":"t")", R"("jkt":"")", R"("jwk":{"kty":"EC"})", R"("jwk":null)",
                           R"("jku":"https://a/")", R"("jwe":"a.b.c.d.e")", R"("osc":{})", R"("x":1)"}) {
    CAPTURE(more);
    CHECK_FALSE(alone(certificate + "," + more));
    CHECK_FALSE(alone(more + ("," + certificate)));
    CHECK_FALSE(alone(more));
  }
  CHECK_FALSE(alone(""));
  CHECK_FALSE(alone(R"("x5t#S256":"")"));
}

TEST_CASE("dates may have a fraction and nothing else out of the ordinary") {
  arena memory;
  const auto date = [&memory](const std::string& number) {
    const auto read = read_claims(R"({"exp":)" + number + '}', memory);
    return read ? read->expires : std::nullopt;
  };
  CHECK(date("1700000000.25") == token_time(1700000000250ms));
  CHECK(date("1.7e9") == token_time(1700000000s));
  CHECK(date("0") == token_time(0s));
  CHECK(date("253402300799") == token_time(253402300799s));
  for (const char* const wrong :
       {"-1", "-0.5", "253402300800", "9223372036854775807", "9223372036854775808", "18446744073709551615", "1e300",
        "1e18", "\"1700000300\"", "true", "null", "[]", "{}", "[1700000300]"}) {
    CAPTURE(wrong);
    const auto read = read_claims(std::string(R"({"exp":)") + wrong + '}', memory);
    REQUIRE_FALSE(read);
    CHECK(read.error() == failure::claim_invalid);
  }
  for (const char* const none : {"1e400", "-1e400", "NaN", "Infinity", "01", "0x10", "1.", ".5", "+1", "1_000", ""}) {
    CAPTURE(none);
    const auto read = read_claims(std::string(R"({"exp":)") + none + '}', memory);
    REQUIRE_FALSE(read);
    CHECK(read.error() == failure::json_invalid);
  }
}

TEST_CASE("claims that are written are read back the same") {
  arena memory;
  const std::string_view audiences[] = {"shop", "bank"};
  const std::string_view scopes[] = {"read", "write"};
  claims said{.issuer = "https://issuer.example",
              .subject = "alice \"a\"",
              .audiences = audiences,
              .expires = token_time(1700000300s),
              .not_before = token_time(1699999990500ms),
              .issued = token_time(1699999990s),
              .id = "one",
              .client_id = "web",
              .scopes = scopes,
              .bound = confirmation{.key_thumbprint = "t",
                                    .certificate_thumbprint = "c",
                                    .key_id = "k",
                                    .key = json::parse<json::value>(R"({"kty":"EC"})", memory).value()},
              .all = json::parse<json::value>(R"({"tenant":{"id":7},"sub":"ignored","exp":1})", memory).value()};
  const auto token = sign_token(said, p256_key(), es256);
  REQUIRE(token);
  CHECK(decoded(token->substr(0, token->find('.'))) == R"({"alg":"ES256","typ":"JWT"})");
  const auto checked = verify(*token, verifiers(p256_key()), accepting({es256}), memory);
  REQUIRE(checked);
  const claims read = read_claims(checked->payload, memory).value();
  CHECK(read.all == json::parse<json::value>(
                        R"({"iss":"https://issuer.example","sub":"alice \"a\"","aud":["shop","bank"],"exp":1700000300,)"
                        R"("nbf":1699999990.5,"iat":1699999990,"jti":"one","client_id":"web","scope":"read write",)"
                        R"("cnf":{"jwk":{"kty":"EC"},"jkt":"t","x5t#S256":"c","kid":"k"},"tenant":{"id":7}})",
                        memory)
                        .value());
  CHECK(read.not_before == said.not_before);
  said.audiences = std::span(audiences).first(1);
  CHECK(write_claims({.audiences = said.audiences}, memory) == R"({"aud":"shop"})");
  CHECK(write_claims({}, memory) == "{}");
}

TEST_CASE("claims that no reader would take are not written") {
  arena memory;
  const std::string_view spaced[] = {"read write"};
  const std::string_view nothing[] = {""};
  CHECK(write_claims({.expires = token_time(-1s)}, memory).error() == failure::claim_invalid);
  CHECK(write_claims({.issued = token_time(253402300800s)}, memory).error() == failure::claim_invalid);
  CHECK(write_claims({.scopes = spaced}, memory).error() == failure::claim_invalid);
  CHECK(write_claims({.scopes = nothing}, memory).error() == failure::claim_invalid);
  CHECK(write_claims({.all = json::value(true)}, memory).error() == failure::claim_invalid);
  const claims bound = read_claims(R"({"cnf":{"x5t#S256":"c","kid":"k"}})", memory).value();
  CHECK(write_claims(bound, memory) == R"({"cnf":{"x5t#S256":"c","kid":"k"}})");
  const claims strange = read_claims(R"({"cnf":{"x5t#S256":"c","x":1}})", memory).value();
  CHECK(write_claims(strange, memory).error() == failure::claim_invalid);
}
