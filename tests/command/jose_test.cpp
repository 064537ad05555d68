// candela jose sign|verify|encrypt|decrypt.
#include <doctest/doctest.h>
#include <candela/jose/base64url.hpp>
#include <candela/json/writer.hpp>

#include <span>
#include <string>
#include <vector>

#include "key_files.hpp"
#include "tests/jose/vectors.hpp"

using namespace candela::command;

namespace {

using words = std::vector<std::string>;

words operator+(words left, const words& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

bool has(const std::string& text, const std::string& part) { return text.find('"' + part + '"') != std::string::npos; }

// The header of the message that a call makes, as people read it.
std::string header_of(const key_folder& here, const words& call) {
  return ask({"jwt", "inspect", here.file("message", ask(call).out)}).out;
}

struct round {
  const char* algorithm;
  words generate;
  bool secret = false;
};

}  // namespace

TEST_CASE("content that is signed in every way comes back when it is verified") {
  const round rounds[] = {{"HS256", {"--alg", "HS256"}, true},
                          {"HS512", {"--alg", "HS512"}, true},
                          {"RS256", {"--alg", "RS256"}},
                          {"PS384", {"--alg", "PS384"}},
                          {"ES256", {}},
                          {"ES384", {"--alg", "ES384"}},
                          {"ES512", {"--alg", "ES512"}},
                          {"EdDSA", {"--kind", "Ed25519"}},
                          {"Ed25519", {"--alg", "Ed25519"}},
                          {"Ed448", {"--alg", "Ed448"}}};
  const std::string content("any \0 bytes\n\n", 13);
  for (const round& each : rounds) {
    const key_folder here;
    here.make("own", each.generate, each.secret);
    const std::string by = here.path("own.jwk");
    const std::string known = each.secret ? by : here.path("own.pub.jwk");
    const answer made = ask({"jose", "sign", "--key", by, "--alg", each.algorithm, here.file("content", content)});
    CHECK_MESSAGE(made.error == "", each.algorithm);
    const std::string message = here.file("message", made.out);
    CHECK(ask({"jose", "verify", "--key", known, message}).out == content);
    CHECK(ask({"jose", "verify", "--key", known, "--alg", each.algorithm, message}).out == content);
  }
}

TEST_CASE("content that is encrypted in every way comes back when it is decrypted") {
  const round rounds[] = {{"RSA-OAEP", {"--kind", "RSA"}},
                          {"RSA-OAEP-256", {"--alg", "RSA-OAEP-256"}},
                          {"ECDH-ES", {"--kind", "P-384"}},
                          {"ECDH-ES+A128KW", {"--alg", "ECDH-ES+A128KW"}},
                          {"ECDH-ES+A256KW", {"--kind", "X25519"}},
                          {"A128KW", {"--alg", "A128KW"}, true},
                          {"A256GCMKW", {"--alg", "A256GCMKW"}, true},
                          {"dir", {"--alg", "A128CBC-HS256"}, true}};
  for (const round& each : rounds) {
    const key_folder here;
    here.make("own", each.generate, each.secret);
    const std::string by = here.path("own.jwk");
    const std::string known = each.secret ? by : here.path("own.pub.jwk");
    words call{"jose", "encrypt", "--key", known, "--alg", each.algorithm, here.file("content", "a secret\n")};
    const bool direct = std::string(each.algorithm) == "dir";
    const answer made = ask(direct ? call : call + words{"--enc", "A192CBC-HS384"});
    CHECK_MESSAGE(made.error == "", each.algorithm);
    const std::string message = here.file("message", made.out);
    CHECK_MESSAGE(ask({"jose", "decrypt", "--key", by, message}).out == "a secret\n", each.algorithm);
    const answer other = ask({"jose", "decrypt", "--key", by, "--alg", "A192KW", message});
    CHECK(other.status == failure);
    CHECK(other.refusal() == "algorithm_refused");
  }
}

TEST_CASE("without further word the key says how it signs and encrypts") {
  const key_folder here;
  const std::string content = here.file("content", "x");
  const std::pair<words, const char*> signs[] = {{{"--kind", "P-384"}, "ES384"},
                                                 {{"--kind", "RSA"}, "RS256"},
                                                 {{"--kind", "oct"}, "HS256"},
                                                 {{"--kind", "Ed448"}, "EdDSA"},
                                                 {{"--alg", "PS512"}, "PS512"}};
  for (const auto& [options, algorithm] : signs) {
    here.make("own", options + words{"--force"}, true);
    CHECK(has(header_of(here, {"jose", "sign", "--key", here.path("own.jwk"), content}), algorithm));
  }
  const std::pair<words, const char*> encrypts[] = {{{"--kind", "P-384"}, "ECDH-ES+A256KW"},
                                                    {{"--kind", "RSA"}, "RSA-OAEP-256"},
                                                    {{"--kind", "oct", "--bits", "192"}, "A192KW"},
                                                    {{"--kind", "oct", "--bits", "512"}, "A256CBC-HS512"},
                                                    {{"--alg", "A192GCM"}, "dir"}};
  for (const auto& [options, algorithm] : encrypts) {
    here.make("own", options + words{"--force"}, true);
    CHECK(has(header_of(here, {"jose", "encrypt", "--key", here.path("own.jwk"), content}), algorithm));
  }
}

TEST_CASE("a message that was changed, or is by another key, is refused by its code") {
  const key_folder here;
  here.make("own", {"--kid", "1"});
  here.make("other", {"--kid", "1"});
  here.make("third", {"--kid", "3"});
  const std::string message = ask({"jose", "sign", "--key", here.path("own.jwk"), here.file("content", "pay 10")}).out;
  const std::string changed = changed_at(message, message.find('.') + 3);
  const auto verified = [&](const std::string& key, const std::string& text) {
    return ask({"jose", "verify", "--key", here.path(key), here.file("message", text)});
  };
  CHECK(verified("own.pub.jwk", message).out == "pay 10");
  CHECK(verified("own.pub.jwk", changed).refusal() == "signature_invalid");
  CHECK(verified("own.pub.jwk", changed).status == failure);
  CHECK(verified("own.pub.jwk", changed).out == "");
  CHECK(verified("other.pub.jwk", message).refusal() == "signature_invalid");
  CHECK(verified("third.pub.jwk", message).refusal() == "key_unknown");
  CHECK(verified("own.pub.jwk", "a.b").refusal() == "malformed");
  CHECK(verified("own.pub.jwk", message + "\n\n").refusal() == "base64_invalid");
  CHECK(verified("own.pub.jwk", "").refusal() == "malformed");
}

TEST_CASE("a public key is never the secret of a MAC, in whichever format it comes") {
  const key_folder here;
  here.make("own", {"--kind", "RSA"});
  for (const char* format : {"pem", "der", "jwk"}) {
    const std::string known = here.path("known");
    REQUIRE(ask({"keys", "convert", "--to", format, "--out", known, "--force", here.path("own.pub.jwk")}).status == 0);
    // An attacker's token: the bytes of the public key as a secret.
    const std::string bytes = here.content("known");
    const std::string secret = candela::jose::encode_base64url(std::as_bytes(std::span(bytes)));
    const std::string by = here.file("secret.jwk", R"({"kty":"oct","k":")" + secret + R"("})");
    const std::string forged = ask({"jose", "sign", "--key", by, "--alg", "HS256", here.file("content", "x")}).out;
    REQUIRE(forged != "");
    const std::string message = here.file("message", forged);
    CHECK(ask({"jose", "verify", "--key", known, message}).refusal() == "algorithm_refused");
    const answer named = ask({"jose", "verify", "--key", known, "--alg", "HS256", message});
    CHECK(named.refusal() == "key_unfit");
  }
}

TEST_CASE("a key in PEM has no id and is tried whichever one the message names") {
  const key_folder here;
  here.make("own", {"--kid", "some name"});
  const std::string content = here.file("content", "x");
  const std::string message = here.file("message", ask({"jose", "sign", "--key", here.path("own.jwk"), content}).out);
  const std::string pem = ask({"keys", "convert", "--to", "pem", here.path("own.pub.jwk")}).out;
  CHECK(ask({"jose", "verify", "--key", here.file("own.pem", pem), message}).out == "x");
}

TEST_CASE("the JSON examples of RFC 7520 are opened by what --allow names, and by no less") {
  const key_folder here;
  candela::arena memory;
  const auto example = [&](const char* path) { return candela::testing::vector_json(path, memory); };
  const auto file = [&](const char* name, const candela::json::value* part) {
    REQUIRE(part != nullptr);
    return here.file(name, candela::json::to_string(*part));
  };
  const auto content_only = example("rfc7520-cookbook/jws/4_7.protecting_content_only.json");
  const words verify{"jose",
                     "verify",
                     "--key",
                     file("mac", content_only.at("/input/key")),
                     "--allow",
                     "json",
                     file("signed", content_only.at("/output/json"))};
  CHECK(ask(verify).status == failure);
  CHECK(ask(verify + words{"--allow", "unprotected"}).out == content_only.at("/input/payload")->string());
  const auto unprotected = example("rfc7520-cookbook/jwe/5_12.protecting_content_only.json");
  const words decrypt{"jose",
                      "decrypt",
                      "--key",
                      file("secret", unprotected.at("/input/key")),
                      "--allow",
                      "json",
                      file("sealed", unprotected.at("/output/json"))};
  CHECK(ask(decrypt).status == failure);
  CHECK(ask(decrypt + words{"--allow", "unprotected"}).out == unprotected.at("/input/plaintext")->string());
}

TEST_CASE("what is off by default is accepted only when --allow names it") {
  const key_folder here;
  here.make("rsa", {"--kind", "RSA"});
  here.make("secret", {"--kind", "oct"}, true);
  const std::string content = here.file("content", std::string(1000, 'a'));
  const std::string rsa = here.path("rsa.jwk");
  const words rsa1_5{"jose", "encrypt", "--key", rsa, "--alg", "RSA1_5", content};
  CHECK(ask(rsa1_5).refusal() == "algorithm_refused");
  std::string message = here.file("message", ask(rsa1_5 + words{"--allow", "RSA1_5"}).out);
  CHECK(ask({"jose", "decrypt", "--key", rsa, message}).refusal() == "algorithm_refused");
  CHECK(ask({"jose", "decrypt", "--key", rsa, "--alg", "RSA1_5", message}).refusal() == "algorithm_refused");
  CHECK(ask({"jose", "decrypt", "--key", rsa, "--allow", "RSA1_5", message}).out == std::string(1000, 'a'));

  const std::string secret = here.path("secret.jwk");
  const words pbes2{"jose", "encrypt", "--key", secret, "--alg", "PBES2-HS256+A128KW", content};
  CHECK(ask(pbes2).refusal() == "algorithm_refused");
  message = here.file("message", ask(pbes2 + words{"--allow", "PBES2"}).out);
  CHECK(ask({"jose", "decrypt", "--key", secret, message}).refusal() == "algorithm_refused");
  CHECK(ask({"jose", "decrypt", "--key", secret, "--allow", "PBES2", message}).status == success);

  message = here.file("message", ask({"jose", "encrypt", "--zip", "--key", secret, content}).out);
  CHECK(ask({"jose", "decrypt", "--key", secret, message}).refusal() == "algorithm_refused");
  CHECK(ask({"jose", "decrypt", "--key", secret, "--allow", "zip", message}).out == std::string(1000, 'a'));
}

TEST_CASE("JSON serializations are made by --form and read by --allow json") {
  const key_folder here;
  here.make("one", {});
  here.make("two", {"--kind", "RSA"});
  const std::string content = here.file("content", "x");
  const words both{"--key", here.path("one.jwk"), "--key", here.path("two.jwk")};
  const words known{"--key", here.path("one.pub.jwk"), "--key", here.path("two.pub.jwk")};
  CHECK(ask(words{"jose", "sign", content} + both).status == usage_error);
  const answer general = ask(words{"jose", "sign", "--form", "general", content} + both);
  CHECK(general.out.find("\"signatures\":[") != std::string::npos);
  const std::string message = here.file("message", general.out);
  CHECK(ask(words{"jose", "verify", message} + known).refusal() == "malformed");
  CHECK(ask(words{"jose", "verify", "--allow", "json", message} + known).out == "x");
  const words one{"jose", "verify", "--allow", "json", "--key", here.path("one.pub.jwk"), message};
  CHECK(ask(one).refusal() == "algorithm_refused");
  CHECK(ask(one + words{"--any"}).out == "x");

  const answer flattened = ask({"jose", "sign", "--form", "flattened", "--key", here.path("one.jwk"), content});
  CHECK(flattened.out.find("\"signatures\"") == std::string::npos);
  CHECK(
      ask({"jose", "verify", "--allow", "json", "--key", here.path("one.pub.jwk"), here.file("message", flattened.out)})
          .out == "x");
}

TEST_CASE("an encrypted JSON message opens for each of its recipients and shows what stands beside") {
  const key_folder here;
  here.make("one", {"--kind", "X25519"});
  here.make("two", {"--kind", "RSA"});
  const words to{"--key", here.path("one.pub.jwk"), "--key", here.path("two.pub.jwk")};
  const words call{"jose", "encrypt", "--form", "general", "--aad", here.file("aad", "beside"), here.file("c", "x")};
  const std::string message = here.file("message", ask(call + to).out);
  CHECK(here.content("message").find("\"recipients\":[") != std::string::npos);
  for (const char* by : {"one.jwk", "two.jwk"}) {
    CHECK(ask({"jose", "decrypt", "--key", here.path(by), message}).refusal() == "malformed");
    CHECK(ask({"jose", "decrypt", "--allow", "json", "--key", here.path(by), message}).out == "x");
  }
}

TEST_CASE("an encrypted message has the form that was asked for, for one recipient as well") {
  const key_folder here;
  here.make("own", {"--kind", "X25519"});
  const words encrypt{"jose", "encrypt", "--key", here.path("own.pub.jwk"), here.file("c", "x")};
  for (const char* form : {"flattened", "general"}) {
    const std::string message = here.file("message", ask(encrypt + words{"--form", form}).out);
    CHECK((here.content("message").find("\"recipients\"") != std::string::npos) == (form == std::string("general")));
    CHECK(ask({"jose", "decrypt", "--allow", "json", "--key", here.path("own.jwk"), message}).out == "x");
  }
  CHECK(ask(encrypt + words{"--form", "round"}).status == usage_error);
  CHECK(ask(encrypt + words{"--aad", here.file("aad", "beside")}).status == usage_error);
}

TEST_CASE("detached and unencoded content is verified beside its signature") {
  const key_folder here;
  here.make("own", {});
  const std::string content = here.file("content", "dots. and $");
  const std::string key = here.path("own.jwk");
  const std::string known = here.path("own.pub.jwk");
  const std::string message =
      here.file("message", ask({"jose", "sign", "--detached", "--unencoded", "--key", key, content}).out);
  CHECK(here.content("message").find("..") != std::string::npos);
  const words verify{"jose", "verify", "--key", known, message};
  CHECK(ask(verify + words{"--payload", content}).refusal() == "header_unsupported");
  CHECK(ask(verify + words{"--payload", content, "--allow", "b64"}).out == "dots. and $");
  CHECK(ask(verify + words{"--payload", here.file("other", "dots. and !"), "--allow", "b64"}).refusal() ==
        "signature_invalid");
}

TEST_CASE("types and further header members are written, and a type can be asked for") {
  const key_folder here;
  here.make("own", {});
  const std::string message =
      here.file("message", ask({"jose", "sign", "--key", here.path("own.jwk"), "--typ", "a+b", "--cty", "text/plain",
                                "--header", "n=7", "--header", "t=x", here.file("content", "x")})
                               .out);
  const std::string shown = ask({"jwt", "inspect", message}).out;
  for (const char* line : {"\"typ\": \"a+b\"", "\"cty\": \"text/plain\"", "\"n\": 7", "\"t\": \"x\""})
    CHECK_MESSAGE(shown.find(line) != std::string::npos, shown);
  CHECK(ask({"jose", "verify", "--typ", "a+b", "--key", here.path("own.pub.jwk"), message}).out == "x");
  CHECK(ask({"jose", "verify", "--typ", "JWT", "--key", here.path("own.pub.jwk"), message}).refusal() ==
        "type_mismatch");
}

TEST_CASE("a password comes from a file, opens what it closed, and is no key otherwise") {
  const key_folder here;
  const std::string password = here.file("password", "0123456789abcdef\nnot this\n");
  const std::string content = here.file("content", "x");
  const std::string message =
      here.file("message", ask({"jose", "encrypt", "--password", password, "--iterations", "2000", content}).out);
  CHECK(ask({"jose", "decrypt", "--password", password, message}).out == "x");
  CHECK(ask({"jose", "decrypt", "--password", here.file("wrong", "guess"), message}).refusal() == "decryption_failed");
  CHECK(ask({"jose", "decrypt", "--password", password, "--iterations", "1999", message}).refusal() == "too_large");
  // Of 16 bytes, as a key of AES has.
  CHECK(ask({"jose", "encrypt", "--password", password, "--alg", "A128KW", content}).refusal() == "key_unfit");
  CHECK(ask({"jose", "encrypt", "--password", password, "--key", password, content}).status == usage_error);
  CHECK(ask({"jose", "encrypt", "--password", here.file("empty", "\n"), content}).status == usage_error);
}

TEST_CASE("a message longer than the limit is refused") {
  const key_folder here;
  here.make("own", {});
  const std::string content = here.file("content", std::string(200'000, 'x'));
  const std::string message = here.file("message", ask({"jose", "sign", "--key", here.path("own.jwk"), content}).out);
  const words verify{"jose", "verify", "--key", here.path("own.pub.jwk"), message};
  CHECK(ask(verify).refusal() == "too_large");
  CHECK(ask(verify + words{"--max-bytes", "300000"}).out == std::string(200'000, 'x'));
}
