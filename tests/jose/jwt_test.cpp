// Claims in and out, and what makes a token unacceptable though its signature is right.
#include <candela/core/manual_clock.hpp>
#include <candela/jose/jwt.hpp>

#include "tests/jose/attacks.hpp"

using namespace candela;
using namespace candela::jose;
using namespace candela::testing;
using namespace std::chrono_literals;
using enum signature_algorithm;

namespace {

// What `manual_clock` starts at.
constexpr std::int64_t start = 1'700'000'000;
constexpr std::string_view base =
    R"({"iss":"https://issuer.example","sub":"alice","aud":"shop","exp":1700000300,"nbf":1699999990,"iat":1699999990,)"
    R"("jti":"one","client_id":"web","scope":"read write"})";

token_rules shop_rules() {
  token_rules rules;
  rules.signature.algorithms = {es256};
  rules.issuers = {"https://other.example", "https://issuer.example"};
  rules.audiences = {"shop"};
  return rules;
}

std::string typed(std::string_view claims_json, std::string_view header = R"({"alg":"ES256"})") {
  return token_of(header, claims_json, p256_key(), es256);
}

std::optional<failure> judged(std::string_view token, const token_rules& rules,
                              clock::wall_time now = manual_clock().wall()) {
  static const key_set keys = verifiers(p256_key());
  arena memory;
  const auto checked = verify_token(token, keys, rules, now, memory);
  if (checked) return std::nullopt;
  return checked.error().code;
}

struct row {
  std::string name;
  const char* claim;
  std::string value;  // JSON; empty to leave it out
  std::optional<failure> outcome;
};

void judge(const std::vector<row>& rows, const token_rules& rules) {
  for (const row& each : rows) {
    CAPTURE(each.name);
    const std::optional<failure> found = judged(typed(changed(base, each.claim, each.value)), rules);
    CHECK((found ? name_of(*found) : "accepted") == (each.outcome ? name_of(*each.outcome) : "accepted"));
  }
}

std::string at(std::int64_t offset) { return std::to_string(start + offset); }

}  // namespace

TEST_CASE("claims are read typed, with all of them beside") {
  arena memory;
  const auto read = verify_token(typed(base), verifiers(p256_key()), shop_rules(), manual_clock().wall(), memory);
  REQUIRE(read);
  const claims& said = read->said;
  CHECK(said.issuer == "https://issuer.example");
  CHECK(said.subject == "alice");
  CHECK(said.is_for("shop"));
  CHECK_FALSE(said.is_for("sho"));
  CHECK(said.expires == token_time(1700000300s));
  CHECK(said.not_before == token_time(1699999990s));
  CHECK(said.issued == token_time(1699999990s));
  CHECK(said.id == "one");
  CHECK(said.client_id == "web");
  CHECK(said.has_scope("read"));
  CHECK(said.has_scope("write"));
  CHECK_FALSE(said.has_scope("rea"));
  CHECK_FALSE(said.has_scope(""));
  CHECK_FALSE(said.bound);
  CHECK(said.all.find("sub")->string() == "alice");
  CHECK(read->nesting == 0);
}

TEST_CASE("claims sets that are none are refused") {
  arena memory;
  const std::string deep(16, '[');
  const std::pair<const char*, std::string> wrong[] = {
      {"nothing", ""},
      {"a list", "[]"},
      {"a text", R"("iss")"},
      {"null", "null"},
      {"a name twice", R"({"sub":"alice","sub":"bob"})"},
      {"a name twice, once escaped", R"({"sub":"alice","s\u0075b":"bob"})"},
      {"an unknown name twice", R"({"x":1,"x":1})"},
      {"a name twice, deep inside", R"({"act":{"sub":"a","sub":"b"}})"},
      {"a byte order mark", "\xef\xbb\xbf{}"},
      {"something behind it", "{} {}"},
      {"a comment", "{/**/}"},
      {"a comma at the end", R"({"sub":"alice",})"},
      {"a lone surrogate", R"({"sub":"\ud800"})"},
      {"surrogates in the wrong order", R"({"sub":"\udc00\ud800"})"},
      {"bytes that are not UTF-8", "{\"sub\":\"\xff\"}"},
      {"a NUL behind it", std::string("{}\0", 3)},
      {"a line break in a text", "{\"sub\":\"a\nb\"}"},
      {"17 levels", R"({"x":)" + deep + std::string(16, ']') + '}'}};
  for (const auto& [name, text] : wrong) {
    CAPTURE(name);
    const auto read = read_claims(text, memory);
    REQUIRE_FALSE(read);
    CHECK(read.error() == failure::json_invalid);
    CHECK(judged(typed(text), shop_rules()) == failure::json_invalid);
  }
}

TEST_CASE("claims of a wrong type are refused") {
  using enum failure;
  judge({{"iss is a number", "iss", "1", claim_invalid},
         {"iss is a list", "iss", R"(["https://issuer.example"])", claim_invalid},
         {"iss is null", "iss", "null", claim_invalid},
         {"sub is a number", "sub", "1", claim_invalid},
         {"sub is an object", "sub", R"({"$ne":null})", claim_invalid},
         {"aud is a number", "aud", "1", claim_invalid},
         {"aud is an empty list", "aud", "[]", claim_invalid},
         {"aud lists a number", "aud", R"(["shop",1])", claim_invalid},
         {"aud lists lists", "aud", R"([["shop"]])", claim_invalid},
         {"aud is an object", "aud", R"({"shop":true})", claim_invalid},
         {"aud is null", "aud", "null", claim_invalid},
         {"exp is a text", "exp", '"' + at(300) + '"', claim_invalid},
         {"exp is 2^63", "exp", "9223372036854775808", claim_invalid},
         {"nbf is a text", "nbf", R"("0")", claim_invalid},
         {"iat is a truth", "iat", "false", claim_invalid},
         {"jti is a number", "jti", "1", claim_invalid},
         {"client_id is a list", "client_id", R"(["web"])", claim_invalid},
         {"scope is a list", "scope", R"(["read"])", claim_invalid},
         {"scp is a number", "scp", "1", claim_invalid},
         {"scp lists a number", "scp", "[1]", claim_invalid},
         {"cnf is a text", "cnf", R"("key")", claim_invalid},
         {"jkt is a number", "cnf", R"({"jkt":1})", claim_invalid},
         {"x5t#S256 is null", "cnf", R"({"x5t#S256":null})", claim_invalid},
         {"jwk of cnf is a text", "cnf", R"({"jwk":"key"})", claim_invalid}},
        shop_rules());
}

TEST_CASE("issuer, audience and subject must be those that the caller names") {
  using enum failure;
  token_rules rules = shop_rules();
  rules.subject = "alice";
  judge({{"all right", "x", "1", {}},
         {"the other issuer", "iss", R"("https://other.example")", {}},
         {"no issuer", "iss", "", claim_missing},
         {"a slash behind the issuer", "iss", R"("https://issuer.example/")", issuer_mismatch},
         {"another case", "iss", R"("https://Issuer.example")", issuer_mismatch},
         {"a longer name", "iss", R"("https://issuer.example.attacker.example")", issuer_mismatch},
         {"by http", "iss", R"("http://issuer.example")", issuer_mismatch},
         {"a list of audiences", "aud", R"(["bank","shop"])", {}},
         {"another audience", "aud", R"("bank")", audience_mismatch},
         {"a list of others", "aud", R"(["bank","shopping"])", audience_mismatch},
         {"a part of the audience", "aud", R"("sho")", audience_mismatch},
         {"the audience with a space", "aud", R"("shop ")", audience_mismatch},
         {"two audiences in one text", "aud", R"("bank shop")", audience_mismatch},
         {"no audience", "aud", "", claim_missing},
         {"another subject", "sub", R"("bob")", subject_mismatch},
         {"no subject", "sub", "", claim_missing},
         {"an empty subject", "sub", R"("")", claim_missing}},
        rules);
  rules.single_audience = true;
  judge({{"one audience", "aud", R"(["shop"])", {}},
         {"two audiences", "aud", R"(["shop","bank"])", audience_mismatch},
         {"the same twice", "aud", R"(["shop","shop"])", audience_mismatch}},
        rules);
  rules.audiences = {};
  judge({{"an audience where nobody is expected", "x", "1", audience_mismatch}, {"none", "aud", "", {}}}, rules);
  rules.any_audience = true;
  judge({{"any audience", "aud", R"("bank")", {}}}, rules);
}

TEST_CASE("required claims are there and say something") {
  using enum failure;
  token_rules rules = shop_rules();
  rules.required = {"tenant"};
  judge({{"there", "tenant", R"("a")", {}},
         {"a number", "tenant", "0", {}},
         {"missing", "tenant", "", claim_missing},
         {"null", "tenant", "null", claim_missing},
         {"empty", "tenant", R"("")", claim_missing},
         {"another case", "Tenant", R"("a")", claim_missing}},
        rules);
}

TEST_CASE("times count to the second, with thirty seconds of leeway") {
  using enum failure;
  token_rules rules = shop_rules();
  judge({{"expired 29 seconds ago", "exp", at(-29), {}},
         {"expired 29.999 seconds ago", "exp", at(-30) + ".001", {}},
         {"expired 30 seconds ago", "exp", at(-30), expired},
         {"expired 31 seconds ago", "exp", at(-31), expired},
         {"expired in 1970", "exp", "0", expired},
         {"never expires", "exp", "", claim_missing},
         {"valid in 30 seconds", "nbf", at(30), {}},
         {"valid in 31 seconds", "nbf", at(31), not_yet_valid},
         {"valid at once", "nbf", "", {}},
         {"issued in 30 seconds", "iat", at(30), {}},
         {"issued in 30.001 seconds", "iat", at(30) + ".001", issued_in_future},
         {"issued in 31 seconds", "iat", at(31), issued_in_future}},
        rules);
  for (const auto leeway : {30s, 31s, 3600s}) {
    rules.leeway = leeway;
    CHECK(judged(typed(changed(base, "exp", at(-31))), rules) == expired);
  }
  for (const auto leeway : {0s, -5s}) {
    rules.leeway = leeway;
    judge({{"expires in a second", "exp", at(1), {}},
           {"expires now", "exp", at(0), expired},
           {"valid from now on", "nbf", at(0), {}},
           {"valid in a second", "nbf", at(1), not_yet_valid},
           {"issued in a second", "iat", at(1), issued_in_future}},
          rules);
  }
  rules.require_expiry = false;
  judge({{"never expires, and need not", "exp", "", {}}, {"expired all the same", "exp", at(0), expired}}, rules);
}

TEST_CASE("a token expires while the clock goes on, and not before") {
  manual_clock clock;
  const token_rules rules = shop_rules();
  const std::string token = typed(base);
  clock.advance(329s);
  CHECK_FALSE(judged(token, rules, clock.wall()));
  clock.advance(999ms);
  CHECK_FALSE(judged(token, rules, clock.wall()));
  clock.advance(1ms);
  CHECK(judged(token, rules, clock.wall()) == failure::expired);
}

TEST_CASE("age and length of life have limits where the caller sets them") {
  using enum failure;
  token_rules rules = shop_rules();
  rules.max_age = 60s;
  judge({{"60 seconds and the leeway", "iat", at(-90), {}},
         {"a second more", "iat", at(-91), too_old},
         {"without iat", "iat", "", claim_missing}},
        rules);
  rules.max_age = {};
  rules.max_lifetime = 300s;
  judge({{"300 seconds", "iat", at(0), {}},
         {"310 seconds", "iat", at(-10), claim_invalid},
         {"to the year 9999", "exp", "253402300799", claim_invalid},
         {"without iat", "iat", "", claim_missing}},
        rules);
  rules.require_expiry = false;
  judge({{"without exp", "exp", "", claim_missing}}, rules);
}

TEST_CASE("one kind of token is not taken for another") {
  using enum failure;
  const token_rules access = access_token_rules("https://issuer.example", "shop", {es256});
  const auto of_type = [](const char* type) {
    return typed(base, std::string(R"({"alg":"ES256","typ":")") + type + R"("})");
  };
  CHECK_FALSE(judged(of_type("at+jwt"), access));
  CHECK_FALSE(judged(of_type("application/at+jwt"), access));
  for (const char* const other : {"JWT", "dpop+jwt", "chain-link+jwt", "chain-call+jwt", "logout+jwt", "secevent+jwt"})
    CHECK(judged(of_type(other), access) == type_mismatch);
  CHECK(judged(typed(base), access) == type_mismatch);
  token_rules id_token = shop_rules();
  id_token.signature.type = "JWT";
  CHECK(judged(of_type("at+jwt"), id_token) == type_mismatch);
  for (const char* const name : {"sub", "client_id", "iat", "jti", "exp", "aud", "iss"}) {
    CAPTURE(name);
    const std::string header = R"({"alg":"ES256","typ":"at+jwt"})";
    CHECK(judged(typed(changed(base, name, ""), header), access) == claim_missing);
  }
}

TEST_CASE("an unencoded payload is no token") {
  token_rules rules = shop_rules();
  rules.signature.header.unencoded_payload = true;
  const std::string header = encoded(R"({"alg":"ES256","b64":false,"crit":["b64"]})");
  CHECK(judged(token_of_parts(header, R"({"iss":"https://issuer_example"})", p256_key(), es256), rules) ==
        failure::header_unsupported);
  const auto made = sign_token({}, p256_key(), es256, {.encoded_payload = false});
  REQUIRE_FALSE(made);
  CHECK(made.error() == failure::header_invalid);
}

TEST_CASE("tokens are held to a size and to their signature before anything they say") {
  const token_rules rules = shop_rules();
  const std::string large = changed(base, "x", '"' + std::string(16 * 1024, 'x') + '"');
  CHECK(judged(typed(large), rules) == failure::too_large);
  const key other = key::generate(curve::p256).value();
  CHECK(judged(token_of(R"({"alg":"ES256"})", "not even JSON", other, es256), rules) == failure::signature_invalid);
}

TEST_CASE("tokens within tokens are opened as deep as the caller allows") {
  constexpr std::string_view outer = R"({"alg":"ES256","cty":"JWT"})";
  token_rules rules = shop_rules();
  std::string token = typed(base, R"({"alg":"ES256","typ":"JWT"})");
  rules.signature.type = "JWT";
  for (unsigned depth = 0; depth != 7; ++depth) {
    for (const unsigned allowed : {0U, 1U, 2U, 4U, 100U}) {
      rules.max_nesting = allowed;
      const bool right = depth <= std::min(allowed, 4U);
      // Without nesting the outermost must be of the type already.
      const failure wrong = allowed == 0 ? failure::type_mismatch : failure::order_invalid;
      CHECK(judged(token, rules) == (right ? std::nullopt : std::optional(wrong)));
    }
    token = typed(token, outer);
  }
  rules.max_nesting = 1;
  arena memory;
  const std::string nested = typed(typed(base, R"({"alg":"ES256","typ":"JWT"})"), outer);
  const auto read = verify_token(nested, verifiers(p256_key()), rules, manual_clock().wall(), memory);
  REQUIRE(read);
  CHECK(read->nesting == 1);
  CHECK(read->said.subject == "alice");
  const key attacker = key::generate(curve::p256).value();
  const std::string forged = token_of(R"({"alg":"ES256","typ":"JWT"})", base, attacker, es256);
  CHECK(judged(typed(forged, outer), rules) == failure::signature_invalid);
  CHECK(judged(typed(base, outer), rules) == failure::malformed);
  CHECK(judged(typed(typed(base), outer), rules) == failure::type_mismatch);
}

TEST_CASE("what was decrypted is a token only if the outer header says so") {
  arena memory;
  const key_set keys = verifiers(p256_key());
  const auto inside = [&](const char* content_type) {
    header outer;
    outer.content_type = content_type;
    const auto read = verify_nested_token(outer, typed(base), keys, shop_rules(), manual_clock().wall(), memory);
    return read ? std::nullopt : std::optional(read.error().code);
  };
  CHECK_FALSE(inside("JWT"));
  CHECK_FALSE(inside("jwt"));
  CHECK_FALSE(inside("application/jwt"));
  CHECK(inside("") == failure::type_mismatch);
  CHECK(inside("json") == failure::type_mismatch);
}

TEST_CASE("the issuer can be looked up before the signature is checked") {
  arena memory;
  CHECK(claimed_issuer(typed(base), memory) == "https://issuer.example");
  CHECK(claimed_issuer("a.b", memory).error() == failure::malformed);
  CHECK(claimed_issuer("a.b=.c", memory).error() == failure::base64_invalid);
  CHECK(claimed_issuer("a." + encoded("{}") + ".c", memory).error() == failure::claim_missing);
  CHECK(claimed_issuer("a." + encoded("[") + ".c", memory).error() == failure::json_invalid);
  CHECK(claimed_issuer(typed(base), memory, 100).error() == failure::too_large);
}
