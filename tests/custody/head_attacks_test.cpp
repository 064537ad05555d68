// What is refused before the links are looked at: V0 to V3.
#include "tests/custody/attack.hpp"

using namespace candela;
using namespace candela::testing;
using custody::refusal;

namespace {

using strings = std::vector<std::string>;

std::string& last_bits(std::string& token) {
  // 64 bytes leave four bits of the last character, which must be zero.
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  token.back() = alphabet[alphabet.find(token.back()) | 1];
  return token;
}

auto fields(std::function<void(strings& chain, strings& proof)> change) {
  return [=](scenario& one) { one.on_fields = change; };
}

// A signature in place of the right one.
auto proof_signature(std::string signature) {
  return proof_field([=](std::string& proof) { proof.replace(proof.rfind('.') + 1, std::string::npos, signature); });
}

// A receiver that demands one of two nonces, and a caller who has the older one.
scenario demanding() {
  static constexpr std::string_view older[] = {"first"};
  scenario one;
  one.request.nonce = "second";
  one.request.other_nonces = older;
  one.on_proof = [](draft& proof) { proof.say("nonce", R"("first")"); };
  return one;
}

}  // namespace

TEST_CASE("what is no chain with its proof is refused by its form") {
  const auto malformed = refusal::chain_malformed;
  refuse_all({
      {"two chains", malformed, fields([](strings& chain, strings&) { chain.push_back(chain.front()); })},
      {"two proofs", malformed, fields([](strings&, strings& proof) { proof.push_back(proof.front()); })},
      {"two chains joined by a comma", malformed, chain_field([](std::string& chain) { chain += "," + chain; })},
      {"an empty chain", malformed, chain_field([](std::string& chain) { chain.clear(); })},
      {"an empty proof", malformed, proof_field([](std::string& proof) { proof.clear(); })},
      {"no chain", refusal::chain_missing, fields([](strings& chain, strings&) { chain.clear(); })},
      {"no proof", refusal::chain_missing, fields([](strings&, strings& proof) { proof.clear(); })},
      {"neither", refusal::chain_missing, fields([](strings& chain, strings& proof) {
         chain.clear();
         proof.clear();
       })},
      {"an empty last link", malformed, chain_field([](std::string& chain) { chain += "~"; })},
      {"an empty first link", malformed, chain_field([](std::string& chain) { chain.insert(0, "~"); })},
      {"a link of four parts", malformed, chain_field([](std::string& chain) { chain += ".AA"; })},
      {"a link of two parts", malformed, chain_field([](std::string& chain) { chain.resize(chain.rfind('.')); })},
      {"a proof of four parts", malformed, proof_field([](std::string& proof) { proof += ".AA"; })},
      {"a proof without a signature", malformed,
       proof_field([](std::string& proof) { proof.resize(proof.rfind('.') + 1); })},
      {"padding", malformed, proof_field([](std::string& proof) { proof += "=="; })},
      {"the other alphabet of base64", malformed, proof_field([](std::string& proof) { proof.back() = '+'; })},
      {"a line break", malformed, chain_field([](std::string& chain) { chain.insert(40, "\n"); })},
      {"a space in front", malformed, proof_field([](std::string& proof) { proof.insert(0, " "); })},
      {"bits beyond the last byte", malformed, proof_field([](std::string& proof) { last_bits(proof); })},
      {"bits beyond the last byte of a link", malformed, chain_field([](std::string& chain) { last_bits(chain); })},
      {"more than 16 kB", malformed, link_says(0, "tctx", in_quotes(std::string(13'000, 'x')))},
      {"more links than are accepted", refusal::chain_too_deep, [](scenario& one) { one.at.rules.max_links = 3; }},
      {"more nested links than are accepted", refusal::chain_too_deep,
       [](scenario& one) { one.at.rules.max_links = 3; }, by_value},
      {"a nested link that says it is very deep", refusal::chain_too_deep, link_says(3, "dep", "4294967295"), by_value},
      {"claims of the newest link that are none", malformed, link_says(3, "v", "2")},
      {"claims of a proof that are none", malformed, proof_says("admin", "true")},
      {"a proof for two services", malformed, proof_says("aud", R"(["urn:a","urn:b"])")},
      {"a chain inside of a proof", malformed, proof_says("chain", R"("x")")},
      {"claims that are nested too deep", malformed, link_says(3, "tctx", "[[[[[[[[[]]]]]]]]]")},
  });
}

TEST_CASE("what says that it is something else is refused before any key is looked for") {
  const std::vector<chain_attack> rows{
      {"a proof that says it is a link", refusal::proof_invalid, proof_head("typ", R"("chain-link+jwt")")},
      {"a proof of no type", refusal::proof_invalid, proof_head("typ", "")},
      {"a proof that is some token", refusal::proof_invalid, proof_head("typ", R"("JWT")")},
      {"a type in other letters", refusal::proof_invalid, proof_head("typ", R"("Chain-Call+JWT")")},
      {"no algorithm", refusal::proof_invalid, proof_head("alg", "")},
      {"algorithm none", refusal::proof_invalid, proof_head("alg", R"("none")")},
      {"algorithm None", refusal::proof_invalid, proof_head("alg", R"("None")")},
      {"HMAC", refusal::proof_invalid, proof_head("alg", R"("HS256")")},
      {"RSA", refusal::proof_invalid, proof_head("alg", R"("RS256")")},
      {"an elliptic curve that is not accepted", refusal::proof_invalid, proof_head("alg", R"("ES512")")},
      {"no key id", refusal::proof_invalid, proof_head("kid", "")},
      {"a key id that is longer than any", refusal::proof_invalid, proof_head("kid", in_quotes(std::string(129, 'k')))},
      {"a key id with a line break", refusal::proof_invalid, proof_head("kid", R"("a\nb")")},
      {"a key in the header", refusal::proof_invalid, proof_head("jwk", "{}")},
      {"an address of keys in the header", refusal::proof_invalid, proof_head("jku", R"("http://127.0.0.1/")")},
      {"a certificate in the header", refusal::proof_invalid, proof_head("x5c", R"(["AA=="])")},
      {"an extension in the header", refusal::proof_invalid, proof_head("crit", R"(["b64"])")},
      {"a proof that holds a link", refusal::proof_invalid, proof_head("cty", R"("chain-link+jwt")")},
      {"a header that names its algorithm twice", refusal::proof_invalid,
       [](scenario& one) { one.on_proof = [](draft& proof) { proof.header.insert(1, R"("alg":"ES256",)"); }; }},
      {"a header that is no object", refusal::proof_invalid,
       [](scenario& one) { one.on_proof = [](draft& proof) { proof.header = "[]"; }; }},
      {"a newest link that says it is a proof", refusal::chain_link_invalid,
       link_head(3, "typ", R"("chain-call+jwt")")},
      {"a newest link of no algorithm", refusal::chain_link_invalid, link_head(3, "alg", R"("none")")},
      {"a newest link with a key in it", refusal::chain_link_invalid, link_head(3, "jwk", "{}")},
      {"a link in place of the proof", refusal::proof_invalid, fields([](strings& chain, strings& proof) {
         proof.front() = chain.front().substr(chain.front().rfind('~') + 1);
       })},
      {"the proof in place of a chain", refusal::chain_link_invalid,
       fields([](strings& chain, strings& proof) { chain = proof; })},
  };
  refuse_all(rows);
  for (const chain_attack& each : rows) {
    CAPTURE(each.name);
    scenario attacked;
    each.change(attacked);
    attacked.at.keys.replace(std::make_shared<const custody::key_snapshot>());
    CHECK(answered(attacked.code()) == name_of(each.refused_as));
  }
}

TEST_CASE("a proof that was made for something else is refused") {
  const auto other = refusal::proof_target_mismatch;
  refuse_all({
      {"for another service", other, proof_says("aud", in_quotes(cast()[9].identity))},
      {"a whole request, taken to another service", other,
       [](scenario& one) { one.at.rules.identities = {cast()[9].identity}; }},
      {"another method", other, proof_says("htm", R"("GET")")},
      {"a method in other letters", other, proof_says("htm", R"("post")")},
      {"another path", other, proof_says("htu", R"("https://pay.example/v1/payments/8")")},
      {"another host", other, proof_says("htu", R"("https://evil.example/v1/payments/7")")},
      {"another scheme", other, proof_says("htu", R"("http://pay.example/v1/payments/7")")},
      {"another query", other, proof_says("hqh", in_quotes(digest_of("a=2")))},
      {"a query that nobody signed", other, proof_says("hqh", "")},
      {"a query that was taken away", other, [](scenario& one) { one.request.query = std::nullopt; }},
      {"a query that was changed", other, [](scenario& one) { one.request.query = "a=2"; }},
      {"a request to another method", other, [](scenario& one) { one.request.method = "DELETE"; }},
      {"a request elsewhere", other, [](scenario& one) { one.request.target = "https://pay.example/v1/refunds/7"; }},
      {"a token that nobody signed", other, [](scenario& one) { one.request.access_token = "token"; }},
      {"a token that is not there", other, proof_says("ath", in_quotes(digest_of("token")))},
      {"no nonce", refusal::proof_expired, [](scenario& one) { one.request.nonce = "demanded"; }},
      {"another nonce", refusal::proof_expired, proof_says("nonce", R"("guessed")"), demanding},
      {"a nonce that counts no more", refusal::proof_expired,
       [](scenario& one) {
         one.request.nonce = "third";
         one.request.other_nonces = {};
       },
       demanding},
      {"another chain", refusal::chain_hash_mismatch, proof_says("cth", in_quotes(digest_of("another")))},
      {"a chain that was exchanged", refusal::chain_hash_mismatch,
       chain_field([](std::string& chain) { chain = scenario::joined(other_chain()); })},
      {"an operation where a method stands", refusal::chain_malformed, proof_says("op", in_quotes(operation))},
  });
}

TEST_CASE("a proof out of its time is refused, and one that lives too long") {
  const auto expired = refusal::proof_expired;
  refuse_all({
      {"past", expired, [](scenario& one) { one.at.time.advance(std::chrono::seconds(20)); }},
      {"future", expired,
       [](scenario& one) { one.at.time.set_wall(clock::wall_time(std::chrono::seconds(moment - 6))); }},
      {"long", expired, proof_says("exp", at(16))},
      {"without end", expired, proof_says("exp", "9223372036854775807")},
  });
  scenario late;
  late.at.time.advance(std::chrono::seconds(19));
  CHECK_FALSE(late.code());
  scenario early;
  early.at.time.set_wall(clock::wall_time(std::chrono::seconds(moment - 5)));
  CHECK_FALSE(early.code());
}

TEST_CASE("clocks may be half a minute apart, if the rules say so, and never more") {
  const auto with = [](std::int64_t skew, std::int64_t off) {
    scenario one;
    one.at.rules.skew = std::chrono::seconds(skew);
    one.on_link = [](std::size_t, draft& link) {
      link.say("iat", at(0));
      link.say("exp", at(60));
    };
    one.at.time.set_wall(clock::wall_time(std::chrono::seconds(moment + off)));
    return one.code();
  };
  CHECK_FALSE(with(30, -29));
  CHECK(with(30, -31) == refusal::proof_expired);
  CHECK_FALSE(with(30, 15 + 29));
  CHECK(with(30, 15 + 31) == refusal::proof_expired);
  CHECK(with(300, -31) == refusal::proof_expired);
}

TEST_CASE("a proof lives half a minute at most, whatever the rules say") {
  const auto living = [](std::int64_t seconds) {
    scenario one;
    one.at.rules.max_proof_lifetime = std::chrono::seconds(300);
    proof_says("exp", at(seconds))(one);
    return one.code();
  };
  CHECK_FALSE(living(30));
  CHECK(living(31) == refusal::proof_expired);
}

TEST_CASE("a proof of an unknown key, or of a key that is somebody else's, is refused") {
  const auto unknown = refusal::key_unknown;
  const auto dated = [](std::int64_t from, std::int64_t until) {
    return [=](scenario& one) {
      std::vector<custody::service_keys> services = cast_keys();
      services[3].keys.front().not_before = moment + from;
      services[3].keys.front().retire = moment + until;
      one.at.keys.replace(
          std::make_shared<const custody::key_snapshot>(custody::key_snapshot::of(std::move(services)).value()));
    };
  };
  refuse_all({
      {"an id of no key", unknown, proof_head("kid", R"("../../etc/passwd")")},
      {"an id of another service's key", unknown, proof_head("kid", in_quotes(id_of(2)))},
      {"another service's key, rightly used by it", unknown,
       [](scenario& one) {
         one.on_proof = [](draft& proof) {
           proof.signer = cast()[2].key;
           proof.head("kid", in_quotes(id_of(2)));
         };
       }},
      {"a service that nobody knows", unknown, proof_says("iss", R"("urn:stranger")")},
      {"a key that does not count yet", unknown, dated(6, 1000)},
      {"a key that was retired", unknown, dated(-1000, 0)},
  });
}

TEST_CASE("a proof whose signature is anything but its service's is refused") {
  const auto invalid = refusal::proof_invalid;
  const auto zeros = [](std::size_t bytes) { return jose::encode_base64url(std::vector<std::byte>(bytes)); };
  refuse_all({
      {"another key", invalid,
       [](scenario& one) { one.on_proof = [](draft& proof) { proof.signer = cast()[2].key; }; }},
      {"an algorithm that is not the key's", invalid, proof_head("alg", R"("ES384")")},
      {"zeros", invalid, proof_signature(zeros(64))},
      {"a byte too few", invalid, proof_signature(zeros(63))},
      {"a byte too many", invalid, proof_signature(zeros(65))},
      {"as DER", invalid,
       proof_signature(jose::encode_base64url(std::array{std::byte{0x30}, std::byte{6}, std::byte{2}, std::byte{1},
                                                         std::byte{1}, std::byte{2}, std::byte{1}, std::byte{1}}))},
      {"longer than any", refusal::chain_malformed, proof_signature(zeros(97))},
      {"a payload that was changed", invalid, proof_field([](std::string& proof) {
         const std::size_t first = proof.find('.');
         const std::size_t last = proof.rfind('.');
         const std::string said = decoded(std::string_view(proof).substr(first + 1, last - first - 1));
         proof.replace(first + 1, last - first - 1, encoded(changed(said, "jti", R"("BAAAAAAAAAAAAAAAAAAAAA")")));
       })},
  });
}
