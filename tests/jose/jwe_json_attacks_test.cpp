// JSON serializations that must not open, several recipients of whom some are forged, and what an RSA key tells.
#include <doctest/doctest.h>
#include <openssl/rsa.h>

#include <candela/jose/detail/constant_time.hpp>
#include <candela/jose/detail/encryption_context.hpp>
#include <candela/jose/detail/key_material.hpp>

#include "tests/jose/jwe_forge.hpp"

using namespace candela;
using namespace candela::testing;

namespace {

// The members of a flattened message for `direct_key`, each of which can be changed.
struct flattened {
  std::string header = R"({"alg":"dir","enc":"A256GCM"})";
  std::string shared = {};
  std::string own = {};
  std::string further = {};
  std::string additional = {};

  [[nodiscard]] std::string text() const {
    forged whole{.header = header};
    if (!additional.empty()) whole.additional = encoded(header) + "." + encoded(additional);
    const auto parts = whole.parts();
    std::string json = R"({"protected":")" + parts[0] + R"(","iv":")" + parts[2] + R"(","ciphertext":")" + parts[3] +
                       R"(","tag":")" + parts[4] + '"';
    if (!shared.empty()) json += R"(,"unprotected":)" + shared;
    if (!own.empty()) json += R"(,"header":)" + own;
    if (!additional.empty()) json += R"(,"aad":")" + encoded(additional) + '"';
    return json + further + '}';
  }
};

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != text.npos);
  return text.replace(at, from.size(), to);
}

void check_refused(const char* name, failure expected, const std::string& message,
                   const decryption_rules& rules = accepting_all()) {
  testing::check_refused(attack{name, expected, message, rules}, only(direct_key()));
}

// One recipient of a general message as JSON.
std::string recipient_json(std::string_view algorithm, std::string_view members, std::string_view encrypted_key) {
  return R"({"header":{"alg":")" + std::string(algorithm) + '"' + std::string(members) + R"(},"encrypted_key":")" +
         encoded(encrypted_key) + R"("})";
}

// A general message of which all is right but the recipients given.
std::string general(std::string_view recipients) {
  const auto parts = forged{.header = R"({"enc":"A256GCM"})"}.parts();
  return R"({"protected":")" + parts[0] + R"(","recipients":[)" + std::string(recipients) + R"(],"iv":")" + parts[2] +
         R"(","ciphertext":")" + parts[3] + R"(","tag":")" + parts[4] + R"("})";
}

std::string wrapped_for(const key& to) {
  std::string wrapped(40, '\0');
  const std::string content_key(32, 'k');
  REQUIRE(detail::wrap(to.material().numbers().secret, bytes_of(content_key),
                       reinterpret_cast<std::byte*>(wrapped.data())));
  return wrapped;
}

// RSA of any block as it is, as an attacker with the public key makes it.
std::string raised(std::string_view block) {
  const detail::pkey_ctx_ptr context(
      EVP_PKEY_CTX_new_from_pkey(nullptr, test_keys::rsa().material().numbers().pkey.get(), nullptr));
  REQUIRE(EVP_PKEY_encrypt_init(context.get()) == 1);
  REQUIRE(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_NO_PADDING) == 1);
  std::string out(256, '\0');
  std::size_t size = out.size();
  REQUIRE(EVP_PKEY_encrypt(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                           reinterpret_cast<const unsigned char*>(block.data()), block.size()) == 1);
  return out;
}

std::string padded(std::string_view content_key) {
  return std::string("\0\2", 2) + std::string(256 - 3 - content_key.size(), '\7') + '\0' + std::string(content_key);
}

}  // namespace

TEST_CASE("flattened messages with one thing wrong are refused") {
  arena memory;
  REQUIRE(decrypt(flattened{.additional = "aad"}.text(), only(direct_key()), accepting_all(), memory));
  const std::string right = flattened{}.text();
  const auto without = [&right](std::string_view name) { return replaced(right, name, "other"); };
  check_refused("JSON by default", failure::malformed, right, {});
  check_refused("no JSON", failure::json_invalid, "{\"");
  check_refused("text behind it", failure::json_invalid, right + "{}");
  check_refused("a signed message", failure::malformed, R"({"payload":"AA","protected":"AA","signature":"AA"})");
  check_refused("a message that is signed as well", failure::malformed,
                flattened{.further = R"(,"payload":"AA","signature":"AA")"}.text());
  check_refused("iv missing", failure::malformed, without("iv"));
  check_refused("tag missing", failure::malformed, without("tag"));
  check_refused("ciphertext missing", failure::malformed, without("ciphertext"));
  check_refused("iv twice", failure::json_invalid, flattened{.further = R"(,"iv":"AAAA")"}.text());
  check_refused("iv that is a number", failure::malformed, replaced(right, R"("iv":"aWlpaWlpaWlpaWlp")", R"("iv":1)"));
  check_refused("an empty protected header", failure::malformed,
                replaced(right, encoded(R"({"alg":"dir","enc":"A256GCM"})"), ""));
  check_refused("the protected header as JSON", failure::malformed,
                replaced(right, '"' + encoded(R"({"alg":"dir","enc":"A256GCM"})") + '"', "{}"));
  check_refused("an empty encrypted key", failure::malformed, flattened{.further = R"(,"encrypted_key":"")"}.text());
  check_refused("an encrypted key that is null", failure::malformed,
                flattened{.further = R"(,"encrypted_key":null)"}.text());
  check_refused("dir with an encrypted key", failure::malformed,
                flattened{.further = R"(,"encrypted_key":"AAAA")"}.text());
  check_refused("a shared header that is a list", failure::malformed, flattened{.shared = "[]"}.text());
  check_refused("an own header that is a text", failure::malformed, flattened{.own = R"("")"}.text());
  check_refused("nesting beyond depth", failure::json_invalid,
                flattened{.shared = R"({"x":[[[[[[[[[[[[1]]]]]]]]]]]]})"}.text());
  check_refused("additional data changed", failure::decryption_failed,
                replaced(flattened{.additional = "aad"}.text(), encoded("aad"), encoded("aae")));
  check_refused("additional data taken away", failure::decryption_failed,
                replaced(flattened{.additional = "aad"}.text(), "\"aad\"", "\"dropped\""));
  check_refused("additional data added", failure::decryption_failed, flattened{.further = R"(,"aad":"YWFk")"}.text());
  check_refused("additional data added, but empty", failure::decryption_failed,
                flattened{.further = R"(,"aad":"")"}.text());
  check_refused("additional data with padding", failure::base64_invalid,
                flattened{.further = R"(,"aad":"YQ==")"}.text());
}

TEST_CASE("headers that are not disjoint, or not protected where they must be, are refused") {
  check_refused("alg in the shared header too", failure::header_invalid,
                flattened{.shared = R"({"alg":"dir"})"}.text());
  check_refused("alg in the own header too", failure::header_invalid, flattened{.own = R"({"alg":"dir"})"}.text());
  check_refused("kid in the shared and the own header", failure::header_invalid,
                flattened{.shared = R"({"kid":"a"})", .own = R"({"kid":"a"})"}.text());
  check_refused("an unknown name in two parts", failure::header_invalid,
                flattened{.shared = R"({"x":1})", .own = R"({"x":1})"}.text());
  check_refused("zip that is not protected", failure::header_invalid, flattened{.shared = R"({"zip":"DEF"})"}.text());
  check_refused("crit that is not protected", failure::header_invalid,
                flattened{.own = R"({"crit":["x"],"x":1})"}.text());
  check_refused("b64 that is not protected", failure::header_invalid, flattened{.shared = R"({"b64":true})"}.text());
  const std::string unprotected_enc = flattened{.header = R"({"alg":"dir"})", .shared = R"({"enc":"A256GCM"})"}.text();
  check_refused("enc that is not protected", failure::header_invalid, unprotected_enc);
  decryption_rules lenient = accepting_all();
  lenient.unprotected_encryption = true;
  check_refused("enc that is one recipient's own", failure::header_invalid,
                flattened{.header = R"({"alg":"dir"})", .own = R"({"enc":"A256GCM"})"}.text(), lenient);
  arena memory;
  CHECK(decrypt(unprotected_enc, only(direct_key()), lenient, memory));
  CHECK(decrypt(flattened{.header = R"({"enc":"A256GCM"})", .own = R"({"alg":"dir"})"}.text(), only(direct_key()),
                accepting_all(), memory));
  decryption_rules typed = accepting_all();
  typed.type = "mail";
  check_refused("typ that is not protected", failure::type_mismatch, flattened{.shared = R"({"typ":"mail"})"}.text(),
                typed);
}

TEST_CASE("general messages with one thing wrong are refused") {
  const std::string right = recipient_json("A256KW", "", wrapped_for(direct_key()));
  arena memory;
  REQUIRE(decrypt(general(right), only(direct_key()), accepting_all(), memory));
  check_refused("no recipient", failure::malformed, general(""));
  check_refused("a recipient that is a text", failure::malformed, general(right + R"(,"")"));
  check_refused("a recipient's key that is a number", failure::malformed, general(right + R"(,{"encrypted_key":1})"));
  check_refused("recipients that are an object", failure::malformed, replaced(general("0"), "[0]", "{}"));
  check_refused("flattened as well", failure::malformed, replaced(general(right), "{", R"({"encrypted_key":"AAAA",)"));
  check_refused("more recipients than allowed", failure::too_large,
                general(right + ',' + right + ',' + right + ',' + right + ',' + right + ',' + right + ',' + right +
                        ',' + right + ',' + right));
  check_refused("a second recipient with a protected name", failure::header_invalid,
                general(right + R"(,{"header":{"alg":"dir","enc":"A256GCM"}})"));
  check_refused("no recipient with an algorithm", failure::header_invalid, general(R"({"encrypted_key":"AAAA"})"));
}

TEST_CASE("recipients that are forged do not stop the right one") {
  const std::string right = recipient_json("A256KW", "", wrapped_for(direct_key()));
  const std::string forgeries[] = {
      recipient_json("A256KW", "", std::string(40, 'e')),
      recipient_json("A256KW", "", "short"),
      recipient_json("A256KW", R"(,"kid":"somebody")", std::string(40, 'e')),
      recipient_json("A256GCMKW", "", std::string(32, 'e')),
      R"({"header":{"alg":"dir"}})",
      recipient_json("unknown", "", "key"),
      recipient_json("RSA-OAEP", "", std::string(256, 'e')),
      recipient_json("PBES2-HS256+A128KW", R"(,"p2s":"c2FsdHNhbHQ","p2c":2147483648)", std::string(40, 'e')),
      recipient_json("A256KW", R"(,"kid":1)", std::string(40, 'e')),
  };
  for (const std::string& forgery : forgeries) {
    CAPTURE(forgery);
    for (const std::string& recipients : {forgery + ',' + right, right + ',' + forgery}) {
      arena memory;
      const auto opened = decrypt(general(recipients), only(direct_key()), accepting_all(), memory);
      REQUIRE(opened);
      CHECK(opened->content.text() == "content");
      CHECK(opened->algorithm == key_algorithm::a256kw);
    }
  }
  check_refused("dir beside another", failure::malformed,
                general(R"({"header":{"alg":"dir"}},{"header":{"alg":"dir"}})"));
  const std::string forged_twice = recipient_json("A256KW", "", std::string(40, 'e'));
  check_refused("all forged", failure::decryption_failed, general(forged_twice + ',' + forged_twice));
}

TEST_CASE("the iterations of all recipients together are bounded") {
  const std::string costly =
      recipient_json("PBES2-HS256+A128KW", R"(,"p2s":"c2FsdHNhbHQ","p2c":4000)", std::string(40, 'e'));
  const std::string message = general(costly + ',' + costly + ',' + costly);
  decryption_rules rules = accepting_all();
  rules.max_iterations = 3999;
  check_refused("one", failure::too_large, message, rules);
  rules.max_iterations = 8000;
  check_refused("three", failure::decryption_failed, message, rules);
}

TEST_CASE("padding of PKCS #1 is taken only where it is right to its last byte") {
  const std::string content_key(32, 'c');
  const auto taken = [&](const std::string& block, bool done = true) {
    std::string out(32, 'r');
    detail::take_pkcs1_padded(bytes_of(block), done, std::as_writable_bytes(std::span(out)));
    return out;
  };
  const std::string right = padded(content_key);
  CHECK(taken(right) == content_key);
  CHECK(taken(right, false) == std::string(32, 'r'));
  for (std::size_t i = 0; i != 256 - 32; ++i) {
    CAPTURE(i);
    std::string wrong = right;
    // Only the filling may be anything but zero.
    wrong[i] = static_cast<char>(wrong[i] == '\7' ? 0 : wrong[i] + 1);
    CHECK(taken(wrong) == std::string(32, 'r'));
  }
  std::string other = right;
  other[100] = '\xff';
  CHECK(taken(other) == content_key);
}

TEST_CASE("whatever is wrong with an RSA key, the answer is the same") {
  const std::string content_key(32, 'k');
  const auto answer = [](std::string_view algorithm, std::string_view block) {
    const std::string message = forged{.header = R"({"alg":")" + std::string(algorithm) + R"(","enc":"A256GCM"})",
                                       .encrypted_key = raised(block)}
                                    .compact();
    arena memory;
    const auto opened = decrypt(message, only(test_keys::rsa()), accepting_all(), memory);
    return opened ? error{failure::malformed, "it opened"} : opened.error();
  };
  const std::string right = padded(content_key);
  CHECK(answer("RSA1_5", right).detail == "it opened");
  const auto changed = [&right](std::size_t at, char to) {
    std::string block = right;
    block[at] = to;
    return block;
  };
  const error expected{failure::decryption_failed, "no key opens it"};
  const std::string wrong[] = {changed(0, 1),
                               changed(1, 1),
                               changed(2, 0),
                               changed(10, 0),
                               changed(222, 0),
                               changed(223, 1),
                               changed(255, 'x'),
                               padded(std::string(31, 'k')),
                               padded(std::string(33, 'k')),
                               padded(""),
                               std::string(256, '\0')};
  for (const std::string& block : wrong) {
    for (const std::string_view algorithm : {"RSA1_5", "RSA-OAEP", "RSA-OAEP-256"}) {
      const error told = answer(algorithm, block);
      CHECK(told.code == expected.code);
      CHECK(told.detail == expected.detail);
    }
  }
}
