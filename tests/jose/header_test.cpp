// Headers as attackers write them. Each row differs in one thing from a header that is accepted.
#include <candela/jose/header.hpp>

#include "tests/jose/attacks.hpp"

using namespace candela;
using namespace candela::jose;
using namespace candela::testing;

namespace {

struct row {
  std::string name;
  std::string json;
  failure refused_as;
};

std::optional<failure> read_as(std::string_view json, const header_rules& rules = {}) {
  arena memory;
  const auto read = read_header(encoded(json), rules, memory);
  if (read) return std::nullopt;
  return read.error().code;
}

// A header is the same whether it stands alone or in a token that is rightly signed.
void refuse_all(const std::vector<row>& rows, const header_rules& rules = {}) {
  signature_rules accepted = accepting({signature_algorithm::hs256});
  accepted.header = rules;
  for (const row& each : rows) {
    CAPTURE(each.name);
    const std::optional<failure> found = read_as(each.json, rules);
    CHECK((found ? name_of(*found) : "accepted") == name_of(each.refused_as));
    const std::string token = token_of(each.json, payload, secret_key(), signature_algorithm::hs256);
    CHECK(answer(token, verifiers(secret_key()), accepted) == each.refused_as);
  }
}

std::string hs256_with(std::string_view more) { return R"({"alg":"HS256",)" + std::string(more) + '}'; }

}  // namespace

TEST_CASE("what a header says is read") {
  arena memory;
  const auto read =
      read_header(encoded(R"({"alg":"dir","enc":"A128GCM","kid":"k","typ":"JWT","cty":"json","x":[1]})"), {}, memory);
  REQUIRE(read);
  CHECK(read->algorithm == "dir");
  CHECK(read->encryption == "A128GCM");
  CHECK(read->key_id == "k");
  CHECK(read->type == "JWT");
  CHECK(read->content_type == "json");
  CHECK(read->encoded_payload);
  CHECK(read->members.find("x")->elements().size() == 1);
  for (const char* const right :
       {" {\"alg\":\"HS256\"}\r\n\t", R"({"\u0061lg":"HS256"})", R"({"alg":"HS\u0032\u0035\u0036"})",
        R"({"alg":"HS256","x":{"a":{"b":{"c":{"d":{"e":{"f":{}}}}}}}})"})
    CHECK_FALSE(read_as(right));
}

TEST_CASE("a header that is not one JSON object is refused") {
  using enum failure;
  const std::string right = R"({"alg":"HS256"})";
  refuse_all({{"nothing", "", json_invalid},
              {"a space", " ", json_invalid},
              {"a list", R"([{"alg":"HS256"}])", json_invalid},
              {"a text", R"("HS256")", json_invalid},
              {"a number", "1", json_invalid},
              {"null", "null", json_invalid},
              {"a byte order mark", "\xef\xbb\xbf" + right, json_invalid},
              {"UTF-16", std::string("{\0\"\0a\0", 6), json_invalid},
              {"a comment", R"({"alg":"HS256"/* none */})", json_invalid},
              {"a comment to the end of the line", R"({"alg":"HS256"}//)", json_invalid},
              {"a comma at the end", R"({"alg":"HS256",})", json_invalid},
              {"single quotes", "{'alg':'HS256'}", json_invalid},
              {"a name without quotes", R"({alg:"HS256"})", json_invalid},
              {"no end", R"({"alg":"HS256")", json_invalid},
              {"two objects", right + right, json_invalid},
              {"something behind it", right + "x", json_invalid},
              {"a NUL behind it", right + '\0', json_invalid},
              {"a NUL in front", '\0' + right, json_invalid},
              {"a form feed in front", '\f' + right, json_invalid},
              {"a lone high surrogate", hs256_with(R"("x":"\ud800")"), json_invalid},
              {"a lone low surrogate", hs256_with(R"("x":"\udfff")"), json_invalid},
              {"a lone surrogate in a name", hs256_with(R"("\ud800":1)"), json_invalid},
              {"an encoded surrogate", hs256_with("\"x\":\"\xed\xa0\x80\""), json_invalid},
              {"an overlong encoding", hs256_with("\"x\":\"\xc0\xaf\""), json_invalid},
              {"a byte that is not UTF-8", hs256_with("\"x\":\"\xff\""), json_invalid},
              {"a line break in a text", hs256_with("\"x\":\"\n\""), json_invalid},
              {"an unknown escape", hs256_with(R"("x":"\x41")"), json_invalid},
              {"a number that is too large", hs256_with(R"("x":1e400)"), json_invalid},
              {"a number that is too small", hs256_with(R"("x":-1e400)"), json_invalid},
              {"not a number", hs256_with(R"("x":NaN)"), json_invalid},
              {"a number with a zero in front", hs256_with(R"("x":01)"), json_invalid},
              {"nine levels", hs256_with(R"("x":[[[[[[[[]]]]]]]])"), json_invalid},
              {"100,000 levels", hs256_with("\"x\":" + std::string(4000, '[')), json_invalid}});
}

TEST_CASE("a name that is given twice is refused wherever it is") {
  using enum failure;
  refuse_all({{"alg", R"({"alg":"HS256","alg":"HS256"})", json_invalid},
              {"alg, the first one none", R"({"alg":"none","alg":"HS256"})", json_invalid},
              {"alg, the second one none", R"({"alg":"HS256","alg":"none"})", json_invalid},
              {"alg, once escaped", R"({"alg":"HS256","\u0061\u006c\u0067":"none"})", json_invalid},
              {"kid", hs256_with(R"("kid":"a","kid":"b")"), json_invalid},
              {"typ", hs256_with(R"("typ":"JWT","typ":"JWT")"), json_invalid},
              {"crit", hs256_with(R"("x":1,"crit":["x"],"crit":["x"])"), json_invalid},
              {"an unknown one", hs256_with(R"("x":1,"x":1)"), json_invalid},
              {"one deep inside", hs256_with(R"("jwk":{"kty":"EC","kty":"oct"})"), json_invalid},
              {"the empty name", hs256_with(R"("":1,"":2)"), json_invalid}});
}

TEST_CASE("members of a wrong type are refused") {
  using enum failure;
  refuse_all({{"no alg", R"({"typ":"JWT"})", header_invalid},
              {"an empty object", "{}", header_invalid},
              {"an empty alg", R"({"alg":""})", header_invalid},
              {"alg is null", R"({"alg":null})", header_invalid},
              {"alg is a number", R"({"alg":256})", header_invalid},
              {"alg is a truth", R"({"alg":true})", header_invalid},
              {"alg is a list", R"({"alg":["HS256"]})", header_invalid},
              {"alg is an object", R"({"alg":{"HS256":1}})", header_invalid},
              {"Alg", R"({"Alg":"HS256"})", header_invalid},
              {"ALG", R"({"ALG":"HS256"})", header_invalid},
              {"alg with a NUL", R"({"alg\u0000":"HS256"})", header_invalid},
              {"enc is a number", hs256_with(R"("enc":1)"), header_invalid},
              {"kid is a number", hs256_with(R"("kid":1)"), header_invalid},
              {"typ is a list", hs256_with(R"("typ":["JWT"])"), header_invalid},
              {"cty is null", hs256_with(R"("cty":null)"), header_invalid}});
}

TEST_CASE("crit names only what is there, understood and an extension") {
  using enum failure;
  const auto critical = [](const char* list, const char* more = R"(,"x":1)") {
    return hs256_with(R"("crit":)" + std::string(list) + more);
  };
  std::vector<row> rows{{"an unknown extension", critical(R"(["x"])"), header_unsupported},
                        {"one that is not there", critical(R"(["y"])"), header_unsupported},
                        {"an empty list", critical("[]"), header_unsupported},
                        {"a text", critical(R"("x")"), header_unsupported},
                        {"null", critical("null"), header_unsupported},
                        {"an object", critical(R"({"x":1})"), header_unsupported},
                        {"a truth", critical("true"), header_unsupported},
                        {"a list of numbers", critical("[1]"), header_unsupported},
                        {"a list of null", critical("[null]"), header_unsupported},
                        {"a list of lists", critical(R"([["x"]])"), header_unsupported},
                        {"the empty name", critical(R"([""])", R"(,"":1)"), header_unsupported},
                        {"itself", critical(R"(["crit"])"), header_unsupported},
                        {"b64", critical(R"(["b64"])", R"(,"b64":false)"), header_unsupported},
                        {"b64 that is not there", critical(R"(["b64"])"), header_unsupported},
                        {"b64 that is a text", critical(R"(["b64"])", R"(,"b64":"false")"), header_invalid},
                        {"b64 that is null", critical(R"(["b64"])", R"(,"b64":null)"), header_invalid},
                        {"b64 that is 0", critical(R"(["b64"])", R"(,"b64":0)"), header_invalid},
                        {"b64 beside crit", critical(R"(["x"])", R"(,"x":1,"b64":false)"), header_unsupported},
                        {"b64 without crit", hs256_with(R"("b64":false)"), header_invalid},
                        {"b64, true, without crit", hs256_with(R"("b64":true)"), header_invalid}};
  refuse_all(rows);
  for (const char* const name : {"alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "enc",
                                 "zip", "epk", "apu", "apv", "iv", "tag", "p2s", "p2c"}) {
    CAPTURE(name);
    const std::string member = name == std::string_view("alg") ? "" : std::string(",\"") + name + "\":\"1\"";
    CHECK(read_as(critical((std::string("[\"") + name + "\"]").c_str(), member.c_str())) == header_unsupported);
  }
}

TEST_CASE("crit may name what the caller understands") {
  using enum failure;
  const std::string_view understood[] = {"x", "y"};
  const header_rules rules{.understood = understood};
  CHECK_FALSE(read_as(hs256_with(R"("crit":["x"],"x":1)"), rules));
  CHECK_FALSE(read_as(hs256_with(R"("crit":["y","x"],"x":1,"y":null)"), rules));
  refuse_all({{"twice", hs256_with(R"("crit":["x","x"],"x":1)"), header_unsupported},
              {"twice, once escaped", hs256_with(R"("crit":["x","\u0078"],"x":1)"), header_unsupported},
              {"beside one that is unknown", hs256_with(R"("crit":["x","z"],"x":1,"z":1)"), header_unsupported},
              {"but it is not there", hs256_with(R"("crit":["x"])"), header_unsupported},
              {"in another case", hs256_with(R"("crit":["X"],"X":1)"), header_unsupported},
              {"with a number behind it", hs256_with(R"("crit":["x",1],"x":1)"), header_unsupported},
              {"without b64 that is there", hs256_with(R"("crit":["x"],"x":1,"b64":true)"), header_invalid}},
             rules);
}

TEST_CASE("b64 counts where it is allowed and crit names it") {
  arena memory;
  const header_rules rules{.unencoded_payload = true};
  const auto read = read_header(encoded(hs256_with(R"("b64":false,"crit":["b64"])")), rules, memory);
  REQUIRE(read);
  CHECK_FALSE(read->encoded_payload);
  CHECK(read_header(encoded(hs256_with(R"("b64":true,"crit":["b64"])")), rules, memory)->encoded_payload);
  CHECK_FALSE(read_as(hs256_with(R"("b64":true,"crit":["b64"])")));
  CHECK(read_as(hs256_with(R"("b64":false)"), rules) == failure::header_invalid);
  CHECK(read_as(hs256_with(R"("b64":false,"crit":["b64","b64"])"), rules) == failure::header_unsupported);
}

TEST_CASE("an unprotected header may not say what has to be protected") {
  arena memory;
  const auto read = [&memory](std::string_view json) { return read_header_json(json, {}, false, memory); };
  CHECK(read(R"({"kid":"k"})")->key_id == "k");
  CHECK(read("{}"));
  CHECK(read(R"({"crit":["b64"]})").error() == failure::header_invalid);
  CHECK(read(R"({"b64":true})").error() == failure::header_invalid);
  CHECK(read(R"({"kid":1})").error() == failure::header_invalid);
  CHECK(read("[]").error() == failure::json_invalid);
}

TEST_CASE("a header has a size") {
  const std::string right = hs256_with(R"("x":")" + std::string(8192 - 22, 'x') + '"');
  REQUIRE(right.size() == 8192);
  CHECK_FALSE(read_as(right));
  CHECK(read_as(right + ' ') == failure::too_large);
  CHECK(read_as(std::string(1'000'000, '[')) == failure::too_large);
  arena memory;
  CHECK(read_header_json(right + ' ', {}, true, memory).error() == failure::too_large);
}

TEST_CASE("media types are the same without application and in any case of letters") {
  CHECK(same_media_type("JWT", "jwt"));
  CHECK(same_media_type("application/jwt", "JWT"));
  CHECK(same_media_type("jwt", "application/JWT"));
  CHECK_FALSE(same_media_type("", "jwt"));
  CHECK_FALSE(same_media_type("jwt ", "jwt"));
  CHECK_FALSE(same_media_type("text/jwt", "jwt"));
  CHECK_FALSE(same_media_type("application/", ""));
  CHECK_FALSE(same_media_type("application/a/b", "a/b"));
}
