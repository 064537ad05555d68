// Which keys are refused, and what a key says of itself. Each row differs in one thing from a key that is accepted.
#include <doctest/doctest.h>

#include "tests/jose/samples.hpp"

using namespace candela;
using namespace candela::jose;
using namespace candela::testing;
using enum signature_algorithm;

namespace {

struct row {
  std::string name;
  std::string jwk;
  failure refused_as;
};

void refuse_all(const std::vector<row>& rows) {
  for (const row& each : rows) {
    CAPTURE(each.name);
    const auto made = key::from_jwk(each.jwk);
    CHECK_MESSAGE(!made, "accepted");
    if (!made) CHECK(name_of(made.error().code) == name_of(each.refused_as));
  }
}

// A number of the JWK with its bytes changed.
template <class Change>
std::string number_changed(std::string_view jwk, std::string_view name, Change change) {
  std::string bytes = decoded(text_of(jwk, name));
  change(bytes);
  return changed(jwk, name, quoted(encoded(bytes)));
}

std::string hex_number(std::string_view digits) { return quoted(encoded(from_hex(digits))); }

const std::string ed25519_public = changed(ed25519_jwk, "d", "");
const std::string secret_jwk = R"({"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T"})";

}  // namespace

TEST_CASE("texts that are no JWK are refused") {
  using enum failure;
  const std::string& right = p256_jwk();
  REQUIRE(key::from_jwk(right));
  refuse_all({{"nothing", "", json_invalid},
              {"a list", '[' + right + ']', json_invalid},
              {"a text", quoted(right), json_invalid},
              {"null", "null", json_invalid},
              {"two of them", right + right, json_invalid},
              {"a byte order mark", "\xef\xbb\xbf" + right, json_invalid},
              {"a comma at the end", right.substr(0, right.rfind('}')) + ",}", json_invalid},
              {"kty twice", R"({"kty":"EC",)" + right.substr(1), json_invalid},
              {"d twice", R"({"d":"AA",)" + right.substr(1), json_invalid},
              {"a name twice, once escaped", R"({"\u0078":"AA",)" + right.substr(1), json_invalid},
              {"an unknown name twice", R"({"z":1,"z":1,)" + right.substr(1), json_invalid},
              {"too deep", changed(right, "z", "[[[[[[[[]]]]]]]]"), json_invalid},
              {"no kty", changed(right, "kty", ""), key_invalid},
              {"kty is empty", changed(right, "kty", R"("")"), key_invalid},
              {"kty is a number", changed(right, "kty", "1"), key_invalid},
              {"kty in another case", changed(right, "kty", R"("ec")"), key_invalid},
              {"an unknown kty", changed(right, "kty", R"("AKP")"), key_invalid},
              {"a set", R"({"keys":[]})", key_invalid},
              {"kid is a number", changed(right, "kid", "1"), key_invalid},
              {"alg is a list", changed(right, "alg", R"(["ES256"])"), key_invalid}});
}

TEST_CASE("numbers in a wrong form are refused") {
  using enum failure;
  const std::string& right = p256_jwk();
  const std::string x = text_of(right, "x");
  refuse_all({{"x is a number", changed(right, "x", "1"), key_invalid},
              {"x is null", changed(right, "x", "null"), key_invalid},
              {"x is empty", changed(right, "x", R"("")"), key_invalid},
              {"x with padding", changed(right, "x", quoted(x + '=')), base64_invalid},
              {"x with a line break", changed(right, "x", quoted(x + '\n')), base64_invalid},
              {"x with stray bits", changed(right, "x", quoted(x.substr(0, x.size() - 1) + 'V')), base64_invalid},
              {"x with +", changed(right, "x", quoted('+' + x.substr(1))), base64_invalid},
              {"d with padding", changed(right, "d", quoted(text_of(right, "d") + '=')), base64_invalid},
              {"k with /", changed(secret_jwk, "k", R"("AA/A")"), base64_invalid},
              {"n of 32,768 bits", changed(rsa_jwk(), "n", quoted(std::string(5464, 'q'))), too_large},
              {"k of 1 MB", changed(secret_jwk, "k", quoted(std::string(1'000'000, 'A'))), too_large}});
}

TEST_CASE("EC keys that are none are refused") {
  using enum failure;
  const std::string& right = p256_jwk();
  const auto bytes = [&right](const char* number, auto change) { return number_changed(right, number, change); };
  const std::string other = jwk_text(key::generate(curve::p256).value(), key_part::private_part);
  const std::string p384 = jwk_text(p384_key(), key_part::private_part);
  refuse_all(
      {{"no x", changed(right, "x", ""), key_invalid},
       {"no y", changed(right, "y", ""), key_invalid},
       {"no crv", changed(right, "crv", ""), key_invalid},
       {"crv is a number", changed(right, "crv", "256"), key_invalid},
       {"P-384 for a point of P-256", changed(right, "crv", R"("P-384")"), key_invalid},
       {"P-256 for a point of P-384", changed(p384, "crv", R"("P-256")"), key_invalid},
       {"a curve of OKP", changed(right, "crv", R"("Ed25519")"), key_invalid},
       {"an unknown curve", changed(right, "crv", R"("secp256k1")"), key_invalid},
       {"a curve in another case", changed(right, "crv", R"("p-256")"), key_invalid},
       {"x off the curve", bytes("x", [](std::string& x) { x[31] ^= 1; }), key_invalid},
       {"y off the curve", bytes("y", [](std::string& y) { y[0] ^= 1; }), key_invalid},
       {"the negative point",
        changed(right, "y", hex_number("382ebb33ba4475947919b54f4cf8a1454de12596a93d2d5d7fd22a8a9d9a7b14")),
        key_invalid},
       {"the point 0, 0",
        changed(changed(right, "x", hex_number(std::string(64, '0'))), "y", hex_number(std::string(64, '0'))),
        key_invalid},
       {"x not reduced", changed(right, "x", hex_number(std::string(64, 'f'))), key_invalid},
       {"x one byte short", bytes("x", [](std::string& x) { x.erase(0, 1); }), key_invalid},
       {"y one byte short", bytes("y", [](std::string& y) { y.pop_back(); }), key_invalid},
       {"x with a zero byte in front", bytes("x", [](std::string& x) { x.insert(0, 1, '\0'); }), key_invalid},
       {"y with a zero byte behind", bytes("y", [](std::string& y) { y += '\0'; }), key_invalid},
       {"d one byte short", bytes("d", [](std::string& d) { d.pop_back(); }), key_invalid},
       {"d with a zero byte in front", bytes("d", [](std::string& d) { d.insert(0, 1, '\0'); }), key_invalid},
       {"another key's d", changed(right, "d", quoted(text_of(other, "d"))), key_invalid},
       {"another key's x", changed(right, "x", quoted(text_of(other, "x"))), key_invalid},
       {"one bit of d", bytes("d", [](std::string& d) { d[31] ^= 1; }), key_invalid},
       {"d = 0", changed(right, "d", hex_number(std::string(64, '0'))), key_invalid},
       {"d = 1", changed(right, "d", hex_number(std::string(62, '0') + "01")), key_invalid},
       {"d = n", changed(right, "d", hex_number("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")),
        key_invalid},
       {"d above n", changed(right, "d", hex_number(std::string(64, 'f'))), key_invalid}});
}

TEST_CASE("RSA keys that are none or too weak are refused") {
  using enum failure;
  const std::string& right = rsa_jwk();
  const std::string bare =
      changed(changed(changed(changed(changed(right, "p", ""), "q", ""), "dp", ""), "dq", ""), "qi", "");
  const std::string pub = changed(bare, "d", "");
  REQUIRE(key::from_jwk(pub));
  REQUIRE(key::from_jwk(bare));
  const auto bytes = [](std::string_view jwk, const char* number, auto change) {
    return number_changed(jwk, number, change);
  };
  const auto zero_in_front = [](std::string& number) { number.insert(0, 1, '\0'); };
  const auto last_bit = [](std::string& number) { number.back() ^= 2; };
  std::vector<row> rows{
      {"no n", changed(pub, "n", ""), key_invalid},
      {"no e", changed(pub, "e", ""), key_invalid},
      {"e = 1", changed(pub, "e", R"("AQ")"), key_weak},
      {"e = 3", changed(pub, "e", R"("Aw")"), key_weak},
      {"e = 17", changed(pub, "e", R"("EQ")"), key_weak},
      {"e = 65,535", changed(pub, "e", R"("__8")"), key_weak},
      {"e = 65,538", changed(pub, "e", R"("AQAC")"), key_weak},
      {"e of 65 bits", changed(pub, "e", hex_number("010000000000000001")), key_weak},
      {"e = 0", changed(pub, "e", R"("AA")"), key_invalid},
      {"n even", bytes(pub, "n", [](std::string& n) { n.back() = static_cast<char>(n.back() & ~1); }), key_invalid},
      {"n of 2,047 bits", bytes(pub, "n", [](std::string& n) { n[0] &= 0x7f; }), key_weak},
      {"n of 1,024 bits", bytes(pub, "n", [](std::string& n) { n.erase(0, 128); }), key_weak},
      {"n of 512 bits", bytes(pub, "n", [](std::string& n) { n.erase(0, 192); }), key_weak},
      {"n of one bit", changed(pub, "n", R"("AQ")"), key_weak},
      {"n of 16,392 bits", changed(pub, "n", quoted(std::string(2731, 'q') + 'A')), too_large},
      {"n with a zero byte in front", bytes(pub, "n", zero_in_front), key_invalid},
      {"e with a zero byte in front", bytes(pub, "e", zero_in_front), key_invalid},
      {"d with a zero byte in front", bytes(right, "d", zero_in_front), key_invalid},
      {"more than two primes", changed(right, "oth", R"([{"r":"AQ","d":"AQ","t":"AQ"}])"), key_invalid},
      {"an empty list of further primes", changed(right, "oth", "[]"), key_invalid},
      {"factors without d", changed(right, "d", ""), key_invalid},
      {"another d, without factors", bytes(bare, "d", last_bit), key_invalid},
      {"another n", bytes(right, "n", last_bit), key_invalid},
      {"p = q", changed(right, "p", quoted(text_of(right, "q"))), key_invalid},
      {"p and q = 1", changed(changed(right, "p", R"("AQ")"), "q", R"("AQ")"), key_invalid}};
  for (const char* const number : {"d", "p", "q", "dp", "dq", "qi"}) {
    rows.push_back({std::string("another ") + number, bytes(right, number, last_bit), key_invalid});
    rows.push_back({std::string(number) + " of zero bytes", changed(right, number, R"("AAAA")"), key_invalid});
    if (number != std::string_view("d"))
      rows.push_back({std::string("no ") + number, changed(right, number, ""), key_invalid});
  }
  refuse_all(rows);
}

TEST_CASE("OKP keys that are none or too weak are refused") {
  using enum failure;
  const std::string right(ed25519_jwk);
  REQUIRE(key::from_jwk(ed25519_public));
  std::vector<row> rows{
      {"no x", changed(right, "x", ""), key_invalid},
      {"no crv", changed(right, "crv", ""), key_invalid},
      {"a curve of EC", changed(right, "crv", R"("P-256")"), key_invalid},
      {"an unknown curve", changed(right, "crv", R"("Ed25518")"), key_invalid},
      {"EC for an Edwards curve", changed(right, "kty", R"("EC")"), key_invalid},
      {"Ed448 for a key of Ed25519", changed(right, "crv", R"("Ed448")"), key_invalid},
      {"X25519 for a key of Ed25519", changed(right, "crv", R"("X25519")"), key_invalid},
      {"x one byte short", number_changed(right, "x", [](std::string& x) { x.pop_back(); }), key_invalid},
      {"x one byte long", number_changed(right, "x", [](std::string& x) { x += '\0'; }), key_invalid},
      {"d one byte short", number_changed(right, "d", [](std::string& d) { d.pop_back(); }), key_invalid},
      {"d and x in one, as others keep them",
       number_changed(right, "d", [&](std::string& d) { d += decoded(text_of(right, "x")); }), key_invalid},
      {"another d", number_changed(right, "d", [](std::string& d) { d[5] ^= 8; }), key_invalid},
      {"another x", number_changed(right, "x", [](std::string& x) { x[5] ^= 8; }), key_invalid},
      {"x with its sign turned", number_changed(right, "x", [](std::string& x) { x[31] ^= '\x80'; }), key_invalid},
      // No x belongs to y = 2 on Ed25519.
      {"a point that is not on the curve", changed(ed25519_public, "x", hex_number("02" + std::string(62, '0'))),
       key_invalid},
      {"a point that is not reduced", changed(ed25519_public, "x", hex_number("f0" + std::string(60, 'f') + "7f")),
       key_invalid}};
  const std::string most(60, 'f');
  for (const std::string& point :
       {std::string(64, '0'), "01" + std::string(62, '0'), "ec" + most + "7f", "ed" + most + "7f", "ee" + most + "7f",
        std::string("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        std::string("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
        std::string("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"),
        std::string("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"), std::string(62, '0') + "80",
        "01" + std::string(60, '0') + "80", "ec" + most + "ff", "ed" + most + "ff", "ee" + most + "ff"})
    rows.push_back({"a point of small order, " + point, changed(ed25519_public, "x", hex_number(point)), key_weak});
  const std::string ed448 = jwk_text(ed448_key(), key_part::public_part);
  REQUIRE(key::from_jwk(ed448));
  for (const std::string& point : {std::string(114, '0'), "01" + std::string(112, '0'), std::string(112, '0') + "80",
                                   "fe" + std::string(54, 'f') + "fe" + std::string(54, 'f') + "00"})
    rows.push_back({"a point of small order, " + point, changed(ed448, "x", hex_number(point)), key_weak});
  rows.push_back(
      {"a point that is not on Ed448", changed(ed448, "x", hex_number("02" + std::string(112, '0'))), key_invalid});
  refuse_all(rows);
}

TEST_CASE("symmetric keys need bytes") {
  using enum failure;
  REQUIRE(key::from_jwk(secret_jwk));
  refuse_all({{"no k", R"({"kty":"oct"})", key_invalid}, {"an empty k", R"({"kty":"oct","k":""})", key_invalid}});
  CHECK(key::from_secret({}).error() == failure::key_weak);
  CHECK(key::generate_secret(0).error() == failure::key_weak);
}

TEST_CASE("use, key_ops and alg must fit the key and each other") {
  using enum failure;
  const std::string& right = p256_jwk();
  const auto said = [&right](const char* name, const char* value) { return changed(right, name, value); };
  for (const char* const ops :
       {R"(["sign"])", R"(["sign","verify"])", R"(["verify","other"])", R"(["deriveKey","deriveBits"])"})
    CHECK(key::from_jwk(said("key_ops", ops)));
  CHECK(key::from_jwk(changed(said("use", R"("sig")"), "key_ops", R"(["verify"])")));
  CHECK(key::from_jwk(said("alg", R"("one that is not done here")")));
  refuse_all({{"use that is unknown", said("use", R"("wrap")"), key_unfit},
              {"use in another case", said("use", R"("SIG")"), key_unfit},
              {"use that is a number", said("use", "1"), key_invalid},
              {"key_ops that is a text", said("key_ops", R"("sign")"), key_invalid},
              {"key_ops that is empty", said("key_ops", "[]"), key_invalid},
              {"key_ops that lists a number", said("key_ops", R"(["sign",1])"), key_invalid},
              {"key_ops that repeats one", said("key_ops", R"(["sign","sign"])"), key_invalid},
              {"key_ops of nothing that is done here", said("key_ops", R"(["other"])"), key_unfit},
              {"sig to encrypt", changed(said("use", R"("sig")"), "key_ops", R"(["deriveKey"])"), key_unfit},
              {"enc to sign", changed(said("use", R"("enc")"), "key_ops", R"(["sign"])"), key_unfit},
              {"enc to verify", changed(said("use", R"("enc")"), "key_ops", R"(["verify"])"), key_unfit},
              {"alg of another curve", said("alg", R"("ES384")"), key_unfit},
              {"alg of another kind", said("alg", R"("RS256")"), key_unfit},
              {"alg of a secret", said("alg", R"("HS256")"), key_unfit},
              {"alg of a secret for RSA", changed(rsa_jwk(), "alg", R"("HS256")"), key_unfit},
              {"alg of RSA for a secret", changed(secret_jwk, "alg", R"("RS256")"), key_unfit},
              {"alg of a key agreement for RSA", changed(rsa_jwk(), "alg", R"("ECDH-ES")"), key_unfit},
              {"ES256 to encrypt", changed(said("alg", R"("ES256")"), "use", R"("enc")"), key_unfit},
              {"ECDH-ES to sign", changed(said("alg", R"("ECDH-ES")"), "use", R"("sig")"), key_unfit},
              {"ES256 to derive", changed(said("alg", R"("ES256")"), "key_ops", R"(["deriveKey"])"), key_unfit},
              {"Ed25519 by the name of Ed448", changed(ed25519_jwk, "alg", R"("Ed448")"), key_unfit}});
  const key kept = key::from_jwk(right).value();
  CHECK(kept.with({.algorithm = "ES384"}).error() == key_unfit);
  CHECK(kept.with({.algorithm = "ES256"})->described().algorithm == "ES256");
}

TEST_CASE("what use and key_ops leave out a key does not do") {
  const auto may = [](const key& one, key_operation operation) { return one.fits(es256, operation).has_value(); };
  const auto ec = [](key_use use, key_operations operations) {
    return p256_key().with({.use = use, .operations = operations}).value();
  };
  CHECK(may(p256_key(), key_operation::sign));
  CHECK(may(p256_key(), key_operation::verify));
  CHECK_FALSE(may(p256_key().public_key().value(), key_operation::sign));
  CHECK(may(p256_key().public_key().value(), key_operation::verify));
  CHECK_FALSE(may(ec(key_use::encryption, {}), key_operation::sign));
  CHECK_FALSE(may(ec(key_use::encryption, {}), key_operation::verify));
  CHECK_FALSE(may(ec(key_use::any, {key_operation::verify}), key_operation::sign));
  CHECK_FALSE(may(ec(key_use::any, {key_operation::sign}), key_operation::verify));
  CHECK_FALSE(may(ec(key_use::any, {key_operation::derive_key}), key_operation::sign));
}

TEST_CASE("the public half does what answers the private one, and no more") {
  const auto of = [](key_operations operations) {
    return p256_key().with({.id = "one", .operations = operations}).value();
  };
  for (const key_operations signing :
       {key_operations{key_operation::sign}, {key_operation::sign, key_operation::verify}}) {
    const key half = of(signing).public_key().value();
    CHECK(half.described().operations == key_operations{key_operation::verify});
    CHECK(half.id() == "one");
    CHECK(half.fits(es256, key_operation::verify));
    // An export says the same.
    const key exported = key::from_jwk(jwk_text(of(signing), key_part::public_part)).value();
    CHECK(exported.described().operations == half.described().operations);
  }
  const key agreeing = of({key_operation::derive_key}).public_key().value();
  CHECK(agreeing.fits(key_algorithm::ecdh_es, content_algorithm::a128gcm, key_operation::encrypt));
  CHECK_FALSE(agreeing.fits(es256, key_operation::verify));
}

TEST_CASE("no number of the private half is in a public export") {
  for (const key* const each :
       {&rsa_key(), &p256_key(), &p384_key(), &p521_key(), &ed25519_key(), &ed448_key(), &x25519_key()}) {
    const std::string all = jwk_text(*each, key_part::private_part);
    const std::string shown = jwk_text(*each, key_part::public_part);
    arena memory;
    const auto secret = json::parse<json::value>(all, memory).value();
    const auto open = json::parse<json::value>(shown, memory).value();
    for (const char* const number : {"d", "p", "q", "dp", "dq", "qi", "k", "oth"}) {
      CHECK(open.find(number) == nullptr);
      if (const json::value* held = secret.find(number)) CHECK_FALSE(shown.contains(*held->string()));
    }
    const key half = each->public_key().value();
    CHECK_FALSE(half.is_private());
    CHECK(half.to_jwk(key_part::private_part).error() == failure::key_unfit);
    CHECK(half.to_pem(key_part::private_part).error() == failure::key_unfit);
    CHECK(jwk_text(half, key_part::public_part) == shown);
    CHECK(key::from_jwk(shown).value() == half);
    CHECK(key::from_jwk(all).value().is_private());
  }
  CHECK(secret_key().to_jwk(key_part::public_part).error() == failure::key_unfit);
  CHECK(secret_key().public_key().error() == failure::key_unfit);
}

TEST_CASE("keys are equal when their numbers are") {
  CHECK(rsa_key() == rsa_key().public_key().value());
  CHECK(p256_key() == p256_key().with({.id = "other"}).value());
  CHECK(ed25519_key() == key::from_jwk(ed25519_public).value());
  CHECK(secret_key() == key::from_jwk(jwk_text(secret_key(), key_part::private_part)).value());
  CHECK_FALSE(p256_key() == key::generate(curve::p256).value());
  CHECK_FALSE(p256_key() == p384_key());
  CHECK_FALSE(ed25519_key() == x25519_key());
  CHECK_FALSE(ed25519_key() == secret_key());
  CHECK_FALSE(secret_key() == key::generate_secret(64).value());
  CHECK_FALSE(secret_key() == key::generate_secret(63).value());
}

TEST_CASE("new keys are of the kind that was asked for") {
  constexpr std::pair<curve, unsigned> curves[] = {
      {curve::p256, 256}, {curve::p384, 384}, {curve::p521, 521}, {curve::ed25519, 256}};
  for (const auto& [which, bits] : curves) {
    const key one = key::generate(which).value();
    CHECK(one.on_curve() == which);
    CHECK(one.bits() == bits);
    CHECK(one.is_private());
    CHECK_FALSE(one == key::generate(which).value());
  }
  CHECK(key::generate(curve::none).error() == failure::key_invalid);
  const key rsa = key::generate_rsa(2048, {.algorithm = "PS256"}).value();
  CHECK(rsa.bits() == 2048);
  CHECK(rsa.fits(ps256, key_operation::sign));
  CHECK_FALSE(rsa.fits(rs256, key_operation::sign));
  CHECK(key::generate_rsa(1024).error() == failure::key_weak);
  CHECK(key::generate_rsa(16385).error() == failure::too_large);
  CHECK(key::generate_secret(32)->bits() == 256);
  CHECK(key::generate(curve::p256, {.algorithm = "ES384"}).error() == failure::key_unfit);
}

TEST_CASE("a thumbprint is that of the public half, whatever else is said") {
  for (const key* const each : {&rsa_key(), &p256_key(), &ed25519_key()}) {
    CHECK(each->thumbprint() == each->public_key()->thumbprint());
    CHECK(each->thumbprint() == each->with({.id = "other"})->thumbprint());
    CHECK(each->thumbprint().size() == 43);
  }
  CHECK(ed25519_key().thumbprint() == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
  CHECK(p256_key().thumbprint() != rsa_key().thumbprint());
}
