// candela keys.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <candela/custody/key_record.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "key_files.hpp"

using namespace candela::command;

namespace {

unsigned mode_of(const std::string& path) {
  struct stat status{};
  REQUIRE(stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a new key is for ES256, called by its thumbprint, and its file is for its owner alone") {
  const key_folder here;
  here.make("own", {});
  const std::string made = here.content("own.jwk");
  CHECK(has(made, R"("crv":"P-256")"));
  CHECK(has(made, R"("alg":"ES256")"));
  CHECK(has(made, R"("d":")"));
  const std::string thumbprint = ask({"keys", "thumbprint", here.path("own.jwk")}).out;
  CHECK(thumbprint.size() == 44);
  CHECK(has(made, R"("kid":")" + thumbprint.substr(0, 43) + '"'));
  CHECK(ask({"keys", "thumbprint", "--uri", here.path("own.pub.jwk")}).out ==
        "urn:ietf:params:oauth:jwk-thumbprint:sha-256:" + thumbprint);
  CHECK(mode_of(here.path("own.jwk")) == 0600);
  CHECK_FALSE(has(here.content("own.pub.jwk"), R"("d":)"));
}

TEST_CASE("a file that exists is replaced by --force only, and nobody else can read the new one either") {
  const key_folder here;
  const std::string path = here.file("own.jwk", "precious");
  REQUIRE(chmod(path.c_str(), 0644) == 0);
  const answer given = ask({"keys", "generate", "--out", path});
  CHECK(given.status == failure);
  CHECK(given.error == "candela keys generate: " + path + " exists already; --force replaces it\n");
  CHECK(here.content("own.jwk") == "precious");
  CHECK(ask({"keys", "generate", "--out", path, "--force"}).status == success);
  CHECK(has(here.content("own.jwk"), "ES256"));
  CHECK(mode_of(path) == 0600);
  const answer nowhere = ask({"keys", "generate", "--out", here.path("no/such/folder")});
  CHECK(nowhere.status == failure);
  CHECK(nowhere.error.starts_with("candela keys generate: cannot write "));
}

TEST_CASE("keys of every kind are made, good by their own check, and survive every format") {
  for (const char* kind : {"P-256", "P-384", "P-521", "Ed25519", "Ed448", "X25519", "X448", "RSA"}) {
    const key_folder here;
    here.make("own", {"--kind", kind});
    const answer checked = ask({"keys", "check", here.path("own.jwk")});
    CHECK(checked.status == success);
    CHECK_MESSAGE(has(checked.out, kind), checked.out);
    CHECK(has(checked.out, ", private\n"));
    const std::string thumbprint = ask({"keys", "thumbprint", here.path("own.jwk")}).out;
    std::string before = here.path("own.jwk");
    for (const char* format : {"pem", "der", "jwks", "jwk", "der", "pem", "jwk"}) {
      const std::string after = here.path(std::string("as.") + format);
      CHECK(ask({"keys", "convert", "--to", format, "--out", after, "--force", before}).error == "");
      CHECK(mode_of(after) == 0600);
      CHECK(ask({"keys", "thumbprint", after}).out == thumbprint);
      before = after;
    }
    CHECK(ask({"keys", "convert", "--to", "pem", "--public", "--out", here.path("pub"), before}).status == success);
    CHECK(has(here.content("pub"), "BEGIN PUBLIC KEY"));
    CHECK(mode_of(here.path("pub")) != 0600);
  }
}

TEST_CASE("an algorithm says which kind of key it needs") {
  const std::pair<const char*, const char*> all[] = {
      {"HS384", "oct 384 bits"},      {"PS256", "RSA 2048 bits"},  {"EdDSA", "OKP Ed25519"},
      {"A128KW", "oct 128 bits"},     {"A192GCMKW", "oct 192"},    {"A256CBC-HS512", "oct 512"},
      {"ECDH-ES", "EC P-256"},        {"RSA-OAEP", "RSA 2048"},    {"ES512", "EC P-521"},
      {"PBES2-HS256+A128KW", "oct "}, {"A128CBC-HS256", "oct 256"}};
  for (const auto& [algorithm, described] : all) {
    const key_folder here;
    here.make("own", {"--alg", algorithm}, true);
    const std::string shown = ask({"keys", "check", here.path("own.jwk")}).out;
    CHECK_MESSAGE(has(shown, described), shown);
    CHECK_MESSAGE(has(shown, std::string(", for ") + algorithm), shown);
  }
}

TEST_CASE("what cannot be generated is told") {
  CHECK(ask({"keys", "generate", "--alg", "none"}).error == "candela keys generate: there is no algorithm \"none\"\n");
  CHECK(ask({"keys", "generate", "--alg", "none"}).status == usage_error);
  CHECK(ask({"keys", "generate", "--kind", "P-257"}).status == usage_error);
  CHECK(ask({"keys", "generate", "--kind", "P-256", "--alg", "dance"}).status == usage_error);
  CHECK(ask({"keys", "generate", "--alg", "dir"}).status == usage_error);
  CHECK(ask({"keys", "generate", "--bits", "many"}).status == usage_error);
  CHECK(ask({"keys", "generate", "--bits", "256"}).status == usage_error);
  CHECK(ask({"keys", "generate", "--format", "txt"}).status == usage_error);
  CHECK(ask({"keys", "generate", "--use", "fun"}).status == usage_error);
  CHECK(ask({"keys", "generate", "--kind", "RSA", "--bits", "1024"}).refusal() == "key_weak");
  CHECK(ask({"keys", "generate", "--kind", "P-384", "--alg", "ES256"}).refusal() == "key_unfit");
  CHECK(ask({"keys", "generate", "--alg", "HS256", "--format", "pem"}).refusal() == "key_unfit");
}

TEST_CASE("only the public part is shown unless the private one is asked for") {
  const key_folder here;
  here.make("own", {});
  here.make("secret", {"--kind", "oct"}, true);
  CHECK(ask({"keys", "show", here.path("own.jwk")}).out == here.content("own.pub.jwk"));
  CHECK(ask({"keys", "show", "--private", here.path("own.jwk")}).out == here.content("own.jwk"));
  CHECK(ask({"keys", "show", here.path("secret.jwk")}).refusal() == "key_unfit");
  CHECK(ask({"keys", "show", "--private", here.path("secret.jwk")}).out == here.content("secret.jwk"));
  CHECK(ask({"keys", "show", "--private", here.path("own.pub.jwk")}).refusal() == "key_unfit");
  CHECK(ask({"keys", "show", "--format", "jwks", here.path("own.jwk")}).out.starts_with(R"({"keys":[{)"));
}

TEST_CASE("a set keeps its keys, and one of them is chosen by its id") {
  const key_folder here;
  here.make("a", {"--kid", "a"});
  here.make("b", {"--kid", "b", "--kind", "Ed25519"});
  const std::string set = here.file(
      "set", R"({"keys":[)" + here.content("a.jwk") + "," + here.content("b.pub.jwk") + R"(,{"kty":"new"}]})");
  CHECK(ask({"keys", "check", set}).out == "ok: a: EC P-256, for ES256, private\nok: b: OKP Ed25519, public\n");
  CHECK(ask({"keys", "show", set}).out.starts_with(R"({"keys":[{)"));
  CHECK(ask({"keys", "convert", "--to", "pem", set}).status == usage_error);
  CHECK(ask({"keys", "convert", "--to", "jwk", set}).status == usage_error);
  CHECK(ask({"keys", "convert", "--to", "jwk", "--kid", "a", set}).out == here.content("a.jwk"));
  CHECK(ask({"keys", "convert", "--to", "jwk", "--kid", "c", set}).status == usage_error);
}

TEST_CASE("a conversion can say what a key is for") {
  const key_folder here;
  here.make("own", {});
  const std::string pem = here.file("pem", ask({"keys", "convert", "--to", "pem", here.path("own.jwk")}).out);
  const answer given =
      ask({"keys", "convert", "--to", "jwk", "--set-kid", "k", "--set-alg", "ES256", "--set-use", "sig", pem});
  CHECK(has(given.out, R"("kid":"k","alg":"ES256","use":"sig")"));
  CHECK(ask({"keys", "convert", "--to", "jwk", "--set-alg", "RS256", pem}).refusal() == "key_unfit");
  CHECK(ask({"keys", "convert", "--to", "jwk", "--set-alg", "dance", pem}).status == usage_error);
  CHECK(ask({"keys", "convert", pem}).status == usage_error);
  CHECK(ask({"keys", "convert", "--to", "txt", pem}).status == usage_error);
}

TEST_CASE("a bad key is told with its code, its reason and its place") {
  const key_folder here;
  here.make("own", {});
  const auto check = [&](const std::string& text) {
    answer given = ask({"keys", "check", here.file("bad", text)});
    CHECK(given.status == failure);
    CHECK(given.out == "");
    return given;
  };
  const auto why = [&](const std::string& text) { return check(text).refusal(); };
  const std::string bad = "  " + here.path("bad") + ": ";
  CHECK(
      check("nonsense").error ==
      "refused: json_invalid\n" + bad +
          "it is not one JSON object, or names a member twice (a key is a JWK, or stands in a JWK set, PEM or DER)\n");
  CHECK(check("").error == "refused: json_invalid\n" + bad + "it is empty\n");
  CHECK(why(R"({"kty":"oct","k":""})").starts_with("key_"));
  CHECK(why("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n") == "malformed");
  CHECK(why("0nonsense") == "malformed");
  CHECK(why(R"({"keys":[]})") == "key_unknown");
  const std::string right = here.content("own.pub.jwk");
  const std::string off = changed_at(right, right.find("\"x\":\"") + 7);
  CHECK(why(off) == "key_invalid");
  CHECK(check(R"({"keys":[)" + here.content("own.jwk") + "," + off + "]}").error ==
        "refused: key_invalid\n" + bad +
            "keys[1]: the key breaks a rule of its kind (a point that is not on the curve)\n");
  const std::string twice = here.content("own.jwk");
  CHECK(check(R"({"keys":[)" + twice + "," + twice + "]}").error ==
        "refused: key_ambiguous\n" + bad + "more than one key could be meant (two keys of one id)\n");
  const answer missing = ask({"keys", "check", here.path("missing")});
  CHECK(missing.status == failure);
  CHECK(missing.error == "candela keys check: cannot read " + here.path("missing") + ": No such file or directory\n");
}

TEST_CASE("an authority signs the keys of a service, those that come and those that go among them") {
  const key_folder here;
  REQUIRE(ask({"keys", "authority", "--out", here.path("root.jwk"), "--public", here.path("root.pub.jwk")}).error ==
          "");
  CHECK(mode_of(here.path("root.jwk")) == 0600);
  CHECK(has(here.content("root.pub.jwk"), R"("use":"sig")"));
  for (const char* name : {"now", "next", "last"}) here.make(name, {});
  here.make("odd", {"--kid", "odd"});
  const std::vector<std::string> record{"keys",         "record",
                                        "--authority",  here.path("root.jwk"),
                                        "--iss",        "urn:s:a",
                                        "--key",        here.path("now.jwk"),
                                        "--coming",     here.path("next.pub.jwk"),
                                        "--retiring",   here.path("last.jwk"),
                                        "--retire-in",  "30s",
                                        "--expires-in", "1h",
                                        "--seq",        "7"};
  const answer made = ask(record);
  REQUIRE_MESSAGE(made.status == success, made.error);
  using namespace candela;
  const auto authority = jose::key_set::from_json(here.content("root.pub.jwk")).value();
  const std::string text = made.out.substr(0, made.out.size() - 1);
  const auto moment = std::chrono::system_clock::now();
  const custody::seconds_since_epoch now = std::chrono::floor<std::chrono::seconds>(moment).time_since_epoch().count();
  const auto read = custody::read_record(text, authority, now, 5);
  REQUIRE(read.has_value());
  CHECK(read->issuer == "urn:s:a");
  CHECK(read->sequence == 7);
  CHECK(read->expires - read->issued == 3600);
  REQUIRE(read->keys.size() == 3);
  CHECK_FALSE(has(text, R"("d")"));
  CHECK(read->keys[1].not_before - read->issued == 300);
  CHECK(read->keys[2].retire - read->issued == 30);
  CHECK(ask({"jose", "verify", "--typ", "key-record+jwt", "--key", here.path("root.pub.jwk"), here.file("r", text)})
            .status == success);

  const auto without = [&](std::size_t first) {
    std::vector<std::string> words = record;
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(first),
                words.begin() + static_cast<std::ptrdiff_t>(first) + 2);
    return ask(words);
  };
  CHECK(has(without(2).error, "--authority is needed"));
  CHECK(has(without(4).error, "--iss is needed"));
  CHECK(
      has(ask({"keys", "record", "--authority", here.path("root.jwk"), "--iss", "urn:s:a"}).error, "--key is needed"));
  const auto with = [&](std::size_t place, const std::string& value) {
    std::vector<std::string> words = record;
    words[place] = value;
    return ask(words);
  };
  CHECK(with(3, here.path("root.pub.jwk")).refusal() == "key_unfit");
  CHECK(with(5, "https://a").refusal() == "claim_invalid");
  CHECK(with(7, here.path("odd.jwk")).refusal() == "key_invalid");
  CHECK(with(7, here.path("last.jwk")).refusal() == "key_ambiguous");
  CHECK(ask({"keys", "authority", "--alg", "RS256"}).status == usage_error);
}
