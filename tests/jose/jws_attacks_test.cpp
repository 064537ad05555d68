// Tokens that somebody would like to have accepted. Each row differs in one thing from a token that is.
#include <doctest/doctest.h>
#include "tests/jose/attacks.hpp"

using namespace candela;
using namespace candela::jose;
using namespace candela::testing;
using enum signature_algorithm;

TEST_CASE("no signature at all, in any case of letters, is refused") {
  std::vector<attack> attacks;
  for (const std::string name : {"none", "None", "NONE", "nOnE", "NoNe", "nonE", "NONe", " none", "none "}) {
    const std::string header = encoded(R"({"alg":")" + name + R"("})");
    attacks.push_back(
        {name + " without a signature", header + '.' + encoded(payload) + '.', failure::algorithm_unknown});
    attacks.push_back({name + " with one", token_of_parts(header, encoded(payload), secret_key(), hs256),
                       failure::algorithm_unknown});
  }
  const std::string right = token_of(R"({"alg":"HS256"})", payload, secret_key(), hs256);
  attacks.push_back(
      {"HS256 with the signature cut off", right.substr(0, right.rfind('.') + 1), failure::signature_missing});
  for (const char* const name :
       {"hs256", "Hs256", "HS256 ", "HS-256", "SHA256", "HS1", "HMAC", "HS256\\u0000", "ES256K", "dir", "A128KW"})
    attacks.push_back({name, token_of(std::string(R"({"alg":")") + name + R"("})", payload, secret_key(), hs256),
                       failure::algorithm_unknown});
  const key_set keys = verifiers(secret_key());
  REQUIRE_FALSE(answer(right, keys, accepting({hs256})));
  refuse_all(attacks, keys, accepting({hs256, hs384, hs512, rs256, es256, eddsa}));
}

TEST_CASE("a public key is never a secret") {
  const auto confusions = [](const key& of, failure refused_as) {
    const secret_bytes pem = of.to_pem(key_part::public_part).value();
    const secret_bytes der = of.to_der(key_part::public_part).value();
    const std::string jwk = jwk_text(of, key_part::public_part);
    const std::pair<const char*, std::string> secrets[] = {
        {"PEM", std::string(pem.text())},
        {"PEM without its last line break", std::string(pem.text().substr(0, pem.size() - 1))},
        {"DER", std::string(der.text())},
        {"DER in base64url", encoded(der.text())},
        {"JWK", jwk},
        {"its first number as it stands in the JWK", text_of(jwk, of.kind() == key_kind::rsa ? "n" : "x")},
        {"its first number", decoded(text_of(jwk, of.kind() == key_kind::rsa ? "n" : "x"))}};
    std::vector<attack> attacks;
    for (const auto& [name, secret] : secrets) {
      const key forged = key::from_secret(bytes_of(secret)).value();
      attacks.push_back({name, token_of(R"({"alg":"HS256"})", payload, forged, hs256), refused_as});
      attacks.push_back({std::string(name) + ", by the key's id",
                         token_of(R"({"alg":"HS256","kid":")" + of.thumbprint() + R"("})", payload, forged, hs256),
                         refused_as});
    }
    return attacks;
  };
  for (const key* const each : {&rsa_key(), &p256_key(), &ed25519_key()}) {
    // Where the caller accepts both families, the kind of the key decides.
    refuse_all(confusions(*each, failure::key_unfit), verifiers(*each), accepting({hs256, rs256, es256, eddsa}));
    refuse_all(confusions(*each, failure::algorithm_refused), verifiers(*each), accepting({rs256, es256, eddsa}));
  }
}

TEST_CASE("a key checks only the algorithms that are meant for it") {
  struct mix {
    const key& by;
    signature_algorithm claimed;
    signature_algorithm made_with;
    std::string_view alg_of_key;
  };
  const mix mixes[] = {{p384_key(), es256, es384, ""},        {p521_key(), es256, es512, ""},
                       {p256_key(), es384, es256, ""},        {p256_key(), es512, es256, ""},
                       {p384_key(), es512, es384, ""},        {p256_key(), eddsa, es256, ""},
                       {p256_key(), rs256, es256, ""},        {rsa_key(), es256, rs256, ""},
                       {rsa_key(), eddsa, rs256, ""},         {ed25519_key(), es256, eddsa, ""},
                       {ed25519_key(), ed448, eddsa, ""},     {ed448_key(), ed25519, eddsa, ""},
                       {secret_key(), rs256, hs256, ""},      {secret_key(), es256, hs256, ""},
                       {rsa_key(), ps256, ps256, "RS256"},    {rsa_key(), rs256, rs256, "PS256"},
                       {rsa_key(), rs384, rs384, "RS256"},    {rsa_key(), rs512, rs512, "RS256"},
                       {secret_key(), hs512, hs512, "HS256"}, {secret_key(), hs384, hs384, "HS256"},
                       {rsa_key(), rs256, rs256, "RSA-OAEP"}, {secret_key(), hs256, hs256, "A256KW"},
                       {p256_key(), es256, es256, "ECDH-ES"}, {p256_key(), es256, es256, "ES256K-unknown"}};
  for (const mix& each : mixes) {
    const key by = each.by.with({.id = "one", .algorithm = std::string(each.alg_of_key)}).value();
    for (const char* const kid : {"", R"(,"kid":"one")"}) {
      const std::string header = R"({"alg":")" + std::string(name_of(each.claimed)) + '"' + kid + '}';
      CAPTURE(header);
      CAPTURE(each.alg_of_key);
      const std::string token = token_of(header, payload, by, each.made_with);
      CHECK(answer(token, verifiers(by), accepting({each.claimed})) == failure::key_unfit);
    }
  }
  // What X25519 is for is no signature.
  const std::string token = token_of(R"({"alg":"EdDSA"})", payload, ed25519_key(), eddsa);
  CHECK(answer(token, verifiers(x25519_key()), accepting({eddsa})) == failure::key_unfit);
  CHECK_FALSE(answer(token, verifiers(ed25519_key()), accepting({eddsa})));
  const key short_secret = key::generate_secret(31).value();
  CHECK(answer(token_of(R"({"alg":"HS256"})", payload, short_secret, hs256), verifiers(short_secret),
               accepting({hs256})) == failure::key_unfit);
}

TEST_CASE("keys and addresses in a token are not heeded") {
  const key attacker = key::generate(curve::p256).value();
  const std::string own = jwk_text(attacker, key_part::public_part);
  const std::pair<const char*, std::string> members[] = {
      {"jwk", own},
      {"jwk with its private half", jwk_text(attacker, key_part::private_part)},
      {"jku", R"("http://127.0.0.1/keys")"},
      {"jku by https", R"("https://attacker.example/keys")"},
      {"jku, link-local", R"("http://169.254.169.254/latest/meta-data/")"},
      {"jku, IPv6", R"("http://[::1]:80/keys")"},
      {"jku, file", R"("file:///dev/zero")"},
      {"x5u", R"("http://127.0.0.1/certificate")"},
      {"x5u, metadata", R"("http://metadata.google.internal/computeMetadata/v1/")"},
      {"x5c", R"(["MIIBszCCAVmgAwIBAgIUQw"])"},
      {"x5t", R"("dGhpcyBpcyBhIFNIQTEgdGVzdA")"},
      {"x5t#S256", R"("0f3Wm1AHqbjWfMZVf4pm4l1cmUKuB_oj0RLwVfTmOKY")"}};
  const key_set keys = verifiers(p256_key());
  for (const auto& [name, value] : members) {
    CAPTURE(name);
    const std::string member(std::string_view(name).substr(0, std::string_view(name).find_first_of(", ")));
    const std::string header = R"({"alg":"ES256",")" + member + "\":" + value + '}';
    CHECK(answer(token_of(header, payload, attacker, es256), keys, accepting({es256})) == failure::signature_invalid);
    CHECK_FALSE(answer(token_of(header, payload, p256_key(), es256), keys, accepting({es256})));
  }
}

TEST_CASE("a key id is a name and nothing else") {
  const key named = p256_key().with({.id = "2026-11"}).value();
  const key_set keys = verifiers(named);
  const auto by_id = [&named](const char* name, const std::string& id, failure refused_as) {
    return attack{name, token_of(R"({"alg":"ES256","kid":)" + id + '}', payload, named, es256), refused_as};
  };
  REQUIRE_FALSE(answer(by_id("", R"("2026-11")", {}).token, keys, accepting({es256})));
  refuse_all(
      {by_id("a path", R"("../../../../dev/null")", failure::key_unknown),
       by_id("an absolute path", R"("/etc/passwd")", failure::key_unknown),
       by_id("SQL", R"("2026-11' OR '1'='1")", failure::key_unknown),
       by_id("a union", R"("x' UNION SELECT 'key'--")", failure::key_unknown),
       by_id("a command", R"("2026-11; id")", failure::key_unknown),
       by_id("a template", R"("${jndi:ldap://127.0.0.1/}")", failure::key_unknown),
       by_id("a NUL behind it", R"("2026-11\u0000")", failure::key_unknown),
       by_id("a NUL", R"("\u0000")", failure::key_unknown), by_id("a prefix", R"("2026-1")", failure::key_unknown),
       by_id("another case", R"("2026-11 ")", failure::key_unknown),
       by_id("a line break", R"("2026-11\n")", failure::key_unknown),
       by_id("an address", R"("http://127.0.0.1/keys#2026-11")", failure::key_unknown),
       by_id("4 kB", '"' + std::string(4096, 'k') + '"', failure::key_unknown),
       by_id("64 kB", '"' + std::string(65536, 'k') + '"', failure::too_large),
       by_id("a number", "202611", failure::header_invalid), by_id("null", "null", failure::header_invalid),
       by_id("a list", R"(["2026-11"])", failure::header_invalid),
       by_id("an object", R"({"kid":"2026-11"})", failure::header_invalid)},
      keys, accepting({es256}));
}

TEST_CASE("base64url has one form only") {
  // Payloads of each length modulo 3, so that there are bits left over.
  const key_set keys = verifiers(secret_key());
  const signature_rules rules = accepting({hs256});
  const std::string header = encoded(R"({"alg":"HS256"} )");
  REQUIRE(header.size() % 4 == 2);
  const std::string content = encoded("\xfb\xff\xfe\xfb");
  REQUIRE_FALSE(answer(token_of_parts(header, content, secret_key(), hs256), keys, rules));
  const auto part = [&](const std::string& name, const std::string& first, const std::string& second) {
    return attack{name, token_of_parts(first, second, secret_key(), hs256), failure::base64_invalid};
  };
  std::string standard = content;
  for (char& each : standard) each = each == '-' ? '+' : each == '_' ? '/' : each;
  const auto bit_set = [](std::string text) {
    text.back() = static_cast<char>(text.back() + 1);
    return text;
  };
  const std::string right = token_of_parts(header, content, secret_key(), hs256);
  const auto behind = [&right](const std::string& name, const std::string& more) {
    return attack{name, right + more, failure::base64_invalid};
  };
  std::string stray = right;
  // 32 bytes leave two bits over.
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  stray.back() = alphabet[alphabet.find(stray.back()) + 1];
  refuse_all({part("a padded header", header + "==", content),
              part("a padded payload", header, content + "=="),
              part("one = behind the header", header + '=', content),
              behind("a padded signature", "="),
              part("the alphabet with + and /", header, standard),
              part("a line break in the header", header + '\n', content),
              part("a line break in the payload", header, content.substr(0, 4) + '\n' + content.substr(4)),
              behind("a line break behind the signature", "\n"),
              behind("CRLF behind the signature", "\r\n"),
              behind("a space behind the signature", " "),
              behind("a NUL behind the signature", std::string(1, '\0')),
              {"a space in front", ' ' + right, failure::base64_invalid},
              part("a space in the payload", header, content + ' '),
              part("a tab in the header", '\t' + header, content),
              part("stray bits in the header", bit_set(header), content),
              part("stray bits in the payload", header, bit_set(content)),
              {"stray bits in the signature", stray, failure::base64_invalid},
              part("an impossible length of the header", header + "AAA", content),
              part("an impossible length of the payload", header, content + "AAA"),
              part("percent encoding", header, content + "%3D"),
              part("letters beyond ASCII", header, content + "\xc3\xa4")},
             keys, rules);
}

TEST_CASE("three parts, no more and no fewer") {
  const std::string right = token_of(R"({"alg":"HS256"})", payload, secret_key(), hs256);
  const std::string header = right.substr(0, right.find('.'));
  const std::string two = right.substr(0, right.rfind('.'));
  const std::string bare = "." + encoded(payload);
  refuse_all(
      {{"nothing", "", failure::malformed},
       {"one dot", ".", failure::malformed},
       {"two dots", "..", failure::json_invalid},
       {"three dots", "...", failure::malformed},
       {"one part", header, failure::malformed},
       {"two parts", two, failure::malformed},
       {"four parts", right + '.' + header, failure::malformed},
       {"four parts, the last one empty", right + '.', failure::malformed},
       {"four parts, the first one empty", '.' + right, failure::malformed},
       {"five parts, as of an encrypted token", right + '.' + header + '.' + header, failure::malformed},
       {"six parts", right + '.' + right, failure::malformed},
       {"no header", bare + '.' + signature_of(bare, secret_key(), hs256), failure::json_invalid},
       {"detached, but not announced", header + ".." + right.substr(right.rfind('.') + 1), failure::signature_invalid},
       {"a JSON serialization", R"({"payload":"","signatures":[]})", failure::malformed},
       {"a token of 256 kB and more", right + std::string(256 * 1024, 'A'), failure::too_large},
       {"only dots", std::string(1000, '.'), failure::malformed}},
      verifiers(secret_key()), accepting({hs256}));
}

TEST_CASE("the type that the caller wants must be there") {
  signature_rules rules = accepting({hs256});
  rules.type = "at+jwt";
  const auto typed = [](const std::string& type) {
    return token_of(R"({"alg":"HS256")" + (type.empty() ? "" : R"(,"typ":)" + type) + '}', payload, secret_key(),
                    hs256);
  };
  const key_set keys = verifiers(secret_key());
  for (const char* const right : {R"("at+jwt")", R"("AT+JWT")", R"("application/at+jwt")", R"("Application/At+Jwt")"})
    CHECK_FALSE(answer(typed(right), keys, rules));
  refuse_all({{"no typ", typed(""), failure::type_mismatch},
              {"an empty typ", typed(R"("")"), failure::type_mismatch},
              {"JWT", typed(R"("JWT")"), failure::type_mismatch},
              {"a link of a chain", typed(R"("chain-link+jwt")"), failure::type_mismatch},
              {"a proof of possession", typed(R"("dpop+jwt")"), failure::type_mismatch},
              {"a parameter behind it", typed(R"("at+jwt; v=1")"), failure::type_mismatch},
              {"a space behind it", typed(R"("at+jwt ")"), failure::type_mismatch},
              {"another tree", typed(R"("text/at+jwt")"), failure::type_mismatch},
              {"application twice", typed(R"("application/application/at+jwt")"), failure::type_mismatch},
              {"a number", typed("1"), failure::header_invalid},
              {"a list", typed(R"(["at+jwt"])"), failure::header_invalid}},
             keys, rules);
}

TEST_CASE("with nothing accepted, nothing is") {
  const std::string right = token_of(R"({"alg":"HS256"})", payload, secret_key(), hs256);
  CHECK(answer(right, verifiers(secret_key()), {}) == failure::algorithm_refused);
  CHECK(answer(right, key_set(), accepting({hs256})) == failure::key_unfit);
  const key other = key::generate_secret(64).value();
  CHECK(answer(right, set_of({secret_key(), other}), accepting({hs256})) == failure::key_ambiguous);
}
