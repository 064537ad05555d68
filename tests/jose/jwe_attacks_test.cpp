// Encrypted messages that must not open, each with the one thing that is wrong with it.
#include <doctest/doctest.h>

#include <candela/jose/detail/deflate.hpp>
#include <candela/jose/jws.hpp>
#include <functional>

#include "tests/jose/jwe_forge.hpp"

using namespace candela;
using namespace candela::testing;

namespace {

std::string direct(std::string header) { return forged{std::move(header)}.compact(); }
std::string good() { return direct(R"({"alg":"dir","enc":"A256GCM"})"); }

decryption_rules changed(const std::function<void(decryption_rules&)>& change) {
  decryption_rules rules = accepting_all();
  change(rules);
  return rules;
}

}  // namespace

TEST_CASE("the message that the attacks change opens as it is") {
  arena memory;
  const auto opened = decrypt(good(), only(direct_key()), accepting_all(), memory);
  REQUIRE(opened);
  CHECK(opened->content.text() == "content");
}

TEST_CASE("whatever is no compact serialization is refused") {
  const std::string signed_token = sign("content", direct_key(), signature_algorithm::hs256).value();
  const attack attacks[] = {
      {"nothing", failure::malformed, ""},
      {"a signed token", failure::malformed, signed_token},
      {"four parts", failure::malformed, "a.b.c.d"},
      {"six parts", failure::malformed, good() + ".AA"},
      {"five empty parts", failure::header_invalid, "...."},
      {"an empty header", failure::header_invalid, with_part(good(), 0, "")},
      {"white space before it", failure::base64_invalid, " " + good()},
      {"a line end behind it", failure::malformed, good() + "\n"},
      {"padding in the header", failure::base64_invalid, with_part(good(), 0, part_of(good(), 0) + "=")},
      {"padding in the ciphertext", failure::base64_invalid, with_part(good(), 3, "AA==")},
      {"a plus in the IV", failure::base64_invalid, with_part(good(), 2, "++++++++++++++++")},
      {"a slash in the tag", failure::base64_invalid, with_part(good(), 4, "/" + part_of(good(), 4).substr(1))},
      {"a line end in the ciphertext", failure::base64_invalid, with_part(good(), 3, "AA\nA")},
      {"bits behind the last byte of the tag", failure::base64_invalid,
       with_part(good(), 4, part_of(good(), 4).substr(0, 21) + "B")},
      {"bits behind the last byte of the ciphertext", failure::base64_invalid, with_part(good(), 3, "AB")},
      {"a length that no bytes have", failure::base64_invalid, with_part(good(), 3, "AAAAA")},
      {"more bytes than allowed", failure::too_large, good(),
       changed([](auto& rules) { rules.max_bytes = good().size() - 1; })},
      {"a header of more bytes than allowed", failure::too_large, good(),
       changed([](auto& rules) { rules.header.max_bytes = 20; })},
      {"JSON where only compact is accepted", failure::malformed, "{}",
       changed([](auto& rules) { rules.json = false; })},
  };
  for (const attack& each : attacks) check_refused(each, only(direct_key()));
}

TEST_CASE("an encrypted message is no signed token") {
  signature_rules rules;
  rules.algorithms.add(signature_algorithm::hs256);
  arena memory;
  CHECK(verify(good(), only(direct_key()), rules, memory).error() == failure::malformed);
}

TEST_CASE("headers that break a rule are refused") {
  const auto with = [](std::string_view members) {
    return direct(R"({"alg":"dir","enc":"A256GCM")" + std::string(members) + "}");
  };
  const attack attacks[] = {
      {"no JSON", failure::json_invalid, direct("alg")},
      {"a list", failure::json_invalid, direct("[]")},
      {"a byte order mark", failure::json_invalid, direct("\xef\xbb\xbf{\"alg\":\"dir\",\"enc\":\"A256GCM\"}")},
      {"a comment", failure::json_invalid, with("/* */")},
      {"text behind it", failure::json_invalid, direct(R"({"alg":"dir","enc":"A256GCM"}{})")},
      {"a lone surrogate", failure::json_invalid, with(R"(,"kid":"\ud800")")},
      {"deep nesting", failure::json_invalid, with(R"(,"x":[[[[[[[[[1]]]]]]]]])")},
      {"alg twice", failure::json_invalid, with(R"(,"alg":"dir")")},
      {"enc twice", failure::json_invalid, with(R"(,"enc":"A256GCM")")},
      {"no alg", failure::header_invalid, direct(R"({"enc":"A256GCM"})")},
      {"no enc", failure::header_invalid, direct(R"({"alg":"dir"})")},
      {"alg that is a number", failure::header_invalid, direct(R"({"alg":1,"enc":"A256GCM"})")},
      {"enc that is a list", failure::header_invalid, direct(R"({"alg":"dir","enc":["A256GCM"]})")},
      {"alg none", failure::algorithm_unknown, direct(R"({"alg":"none","enc":"A256GCM"})")},
      {"alg NONE", failure::algorithm_unknown, direct(R"({"alg":"NONE","enc":"A256GCM"})")},
      {"alg nOnE", failure::algorithm_unknown, direct(R"({"alg":"nOnE","enc":"A256GCM"})")},
      {"alg DIR", failure::algorithm_unknown, direct(R"({"alg":"DIR","enc":"A256GCM"})")},
      {"alg of a signature", failure::algorithm_unknown, direct(R"({"alg":"HS256","enc":"A256GCM"})")},
      {"enc none", failure::algorithm_unknown, direct(R"({"alg":"dir","enc":"none"})")},
      {"enc that is an alg", failure::algorithm_unknown, direct(R"({"alg":"dir","enc":"A256KW"})")},
      {"unknown crit", failure::header_unsupported, with(R"(,"crit":["exp"],"exp":1)")},
      {"empty crit", failure::header_unsupported, with(R"(,"crit":[])")},
      {"crit that is a text", failure::header_unsupported, with(R"(,"crit":"exp","exp":1)")},
      {"crit that names enc", failure::header_unsupported, with(R"(,"crit":["enc"])")},
      {"crit that names what is not there", failure::header_unsupported, with(R"(,"crit":["exp"])")},
      {"b64 without crit", failure::header_invalid, with(R"(,"b64":true)")},
      {"b64 false", failure::header_unsupported, with(R"(,"b64":false,"crit":["b64"])")},
      {"an unknown zip", failure::algorithm_unknown, with(R"(,"zip":"GZIP")")},
      {"zip that is no text", failure::header_invalid, with(R"(,"zip":true)")},
      {"zip that is null", failure::header_invalid, with(R"(,"zip":null)")},
      {"another typ", failure::type_mismatch, with(R"(,"typ":"JWT")"),
       changed([](auto& rules) { rules.type = "mail"; })},
      {"no typ where one is expected", failure::type_mismatch, good(),
       changed([](auto& rules) { rules.type = "mail"; })},
  };
  for (const attack& each : attacks) check_refused(each, only(direct_key()));
}

TEST_CASE("algorithms that the caller did not name are refused before a key is looked for") {
  const auto named = [](std::string_view algorithm) {
    return direct(R"({"alg":")" + std::string(algorithm) + R"(","enc":"A256GCM","p2s":"AAAAAAAAAAA","p2c":1})");
  };
  const auto without = [](key_algorithm algorithm) {
    return changed([algorithm](auto& rules) {
      rules.algorithms = {};
      for (auto each = key_algorithm::dir; each <= key_algorithm::pbes2_hs512_a256kw;
           each = static_cast<key_algorithm>(static_cast<int>(each) + 1)) {
        if (each != algorithm) rules.algorithms.add(each);
      }
    });
  };
  for (auto each = key_algorithm::dir; each <= key_algorithm::pbes2_hs512_a256kw;
       each = static_cast<key_algorithm>(static_cast<int>(each) + 1))
    check_refused({name_of(each).data(), failure::algorithm_refused, named(name_of(each)), without(each)}, {});
  const attack attacks[] = {
      {"by default every one", failure::algorithm_refused, good(), {}},
      {"enc by default", failure::algorithm_refused, good(), changed([](auto& rules) { rules.encryption = {}; })},
      {"enc that is not named", failure::algorithm_refused, good(),
       changed([](auto& rules) { rules.encryption = {content_algorithm::a128gcm}; })},
      {"zip by default", failure::algorithm_refused, direct(R"({"alg":"dir","enc":"A256GCM","zip":"DEF"})"),
       changed([](auto& rules) { rules.compressed = false; })},
  };
  for (const attack& each : attacks) check_refused(each, only(direct_key()));
}

TEST_CASE("keys that were not meant are refused") {
  const auto described = [](key_description said) { return only(direct_key().with(std::move(said)).value()); };
  check_refused({"an unknown kid", failure::key_unknown, direct(R"({"alg":"dir","enc":"A256GCM","kid":"b"})")},
                described({.id = "a", .algorithm = {}}));
  check_refused({"kid as a path", failure::key_unknown, direct(R"({"alg":"dir","enc":"A256GCM","kid":"../a"})")},
                described({.id = "a", .algorithm = {}}));
  check_refused({"kid with NUL", failure::key_unknown, direct(R"({"alg":"dir","enc":"A256GCM","kid":"a\u0000"})")},
                described({.id = "a", .algorithm = {}}));
  check_refused({"kid that is a number", failure::header_invalid, direct(R"({"alg":"dir","enc":"A256GCM","kid":1})")},
                described({.id = "a", .algorithm = {}}));
  check_refused({"a key for signatures", failure::key_unfit, good()},
                described({.id = {}, .algorithm = {}, .use = key_use::signature}));
  check_refused({"a key for another alg", failure::key_unfit, good()}, described({.id = {}, .algorithm = "A256KW"}));
  check_refused({"a key for encryption only", failure::key_unfit, good()},
                described({.id = {}, .algorithm = {}, .operations = {key_operation::encrypt}}));
  check_refused({"a key of another length", failure::key_unfit, good()}, only(test_keys::secret(16)));
  check_refused({"no key", failure::key_unfit, good()}, {});
  check_refused({"two keys that fit", failure::key_ambiguous, good()},
                key_set::of({direct_key(), test_keys::secret(32)}).value());
  check_refused({"the wrong key", failure::decryption_failed, good()}, only(test_keys::secret(32)));
  const std::string wrapped =
      encrypt("x", test_keys::rsa(), key_algorithm::rsa_oaep, content_algorithm::a128gcm).value();
  check_refused({"a public key", failure::key_unfit, wrapped}, only(test_keys::rsa().public_key().value()));
}

TEST_CASE("an embedded key is never used") {
  const std::string jwk = R"({"kty":"oct","k":")" + encoded(std::string(32, 'k')) + R"("})";
  check_refused(
      {"jwk in the header", failure::decryption_failed, direct(R"({"alg":"dir","enc":"A256GCM","jwk":)" + jwk + "}")},
      only(test_keys::secret(32)));
  check_refused({"jku in the header", failure::decryption_failed,
                 direct(R"({"alg":"dir","enc":"A256GCM","jku":"http://127.0.0.1/keys"})")},
                only(test_keys::secret(32)));
}

TEST_CASE("parts of another size than the algorithm's are refused before a key is used") {
  const std::string cbc =
      forged{.header = R"({"alg":"dir","enc":"A128CBC-HS256"})", .encryption = content_algorithm::a128cbc_hs256}
          .compact();
  const std::string tag = decoded(part_of(good(), 4));
  const std::string cbc_tag = decoded(part_of(cbc, 4));
  const attack attacks[] = {
      {"no IV", failure::malformed, with_part(good(), 2, "")},
      {"an IV of 8 bytes", failure::malformed, with_part(good(), 2, encoded(std::string(8, 'i')))},
      {"an IV of 16 bytes for GCM", failure::malformed, with_part(good(), 2, encoded(std::string(16, 'i')))},
      {"an IV of 12 bytes for CBC", failure::malformed, with_part(cbc, 2, encoded(std::string(12, 'i')))},
      {"no tag", failure::malformed, with_part(good(), 4, "")},
      {"a tag of 4 bytes", failure::malformed, with_part(good(), 4, encoded(tag.substr(0, 4)))},
      {"a tag of 12 bytes", failure::malformed, with_part(good(), 4, encoded(tag.substr(0, 12)))},
      {"a tag of 15 bytes", failure::malformed, with_part(good(), 4, encoded(tag.substr(0, 15)))},
      {"a tag of 17 bytes", failure::malformed, with_part(good(), 4, encoded(tag + '\0'))},
      {"a tag of 8 bytes for CBC", failure::malformed, with_part(cbc, 4, encoded(cbc_tag.substr(0, 8)))},
      {"the whole MAC for CBC", failure::malformed, with_part(cbc, 4, encoded(cbc_tag + cbc_tag))},
      {"no ciphertext for CBC", failure::malformed, with_part(cbc, 3, "")},
      {"half a block for CBC", failure::malformed, with_part(cbc, 3, encoded(std::string(8, 'c')))},
      {"a block and a half for CBC", failure::malformed, with_part(cbc, 3, encoded(std::string(24, 'c')))},
      {"dir with an encrypted key", failure::malformed, with_part(good(), 1, encoded(std::string(40, 'e')))},
  };
  for (const attack& each : attacks) check_refused(each, only(direct_key()));
}

TEST_CASE("compressed content is bounded, and whole") {
  const auto zipped = [](std::string content) {
    return forged{.header = R"({"alg":"dir","enc":"A256GCM","zip":"DEF"})", .content = std::move(content)}.compact();
  };
  const secret_bytes bomb = detail::deflate(bytes_of(std::string(50'000'000, '\0'))).value();
  const secret_bytes exact = detail::deflate(bytes_of(std::string(1000, 'a'))).value();
  const auto limited = [](std::size_t bytes) {
    return changed([bytes](auto& rules) { rules.max_decompressed_bytes = bytes; });
  };
  const attack attacks[] = {
      {"a bomb", failure::too_large, zipped(std::string(bomb.text()))},
      {"one byte more than allowed", failure::too_large, zipped(std::string(exact.text())), limited(999)},
      {"nothing", failure::decryption_failed, zipped("")},
      {"what is not deflated", failure::decryption_failed, zipped("content")},
      {"cut off", failure::decryption_failed, zipped(std::string(exact.text().substr(0, exact.size() - 1)))},
      {"bytes behind the end", failure::decryption_failed, zipped(std::string(exact.text()) + '\0')},
      {"a header of zlib", failure::decryption_failed, zipped("\x78\x9c" + std::string(exact.text()))},
  };
  for (const attack& each : attacks) check_refused(each, only(direct_key()));
  arena memory;
  const auto opened = decrypt(zipped(std::string(exact.text())), only(direct_key()), limited(1000), memory);
  REQUIRE(opened);
  CHECK(opened->content.text() == std::string(1000, 'a'));
}

TEST_CASE("enc changed to one with a key of the same length is refused") {
  const std::string message =
      encrypt("content", test_keys::rsa(), key_algorithm::rsa_oaep_256, content_algorithm::a256gcm).value();
  const std::string header = decoded(part_of(message, 0));
  const std::size_t at = header.find("A256GCM");
  const std::string swapped = header.substr(0, at) + "A128CBC-HS256" + header.substr(at + 7);
  const std::string iv = encoded(decoded(part_of(message, 2)) + std::string("\0\0\0\2", 4));
  const std::string ciphertext = encoded(std::string(16, 'c'));
  check_refused({"GCM as CBC", failure::decryption_failed,
                 with_part(with_part(with_part(message, 0, encoded(swapped)), 2, iv), 3, ciphertext)},
                only(test_keys::rsa()));
}

TEST_CASE("a message with any bit changed does not open") {
  for (const content_algorithm encryption : {content_algorithm::a128gcm, content_algorithm::a128cbc_hs256}) {
    const key own = test_keys::secret(16);
    const std::string message = encrypt("content", own, key_algorithm::a128kw, encryption).value();
    for (std::size_t which = 0; which != 5; ++which) {
      const std::string right = decoded(part_of(message, which));
      for (std::size_t bit = 0; bit != right.size() * 8; ++bit) {
        std::string wrong = right;
        wrong[bit / 8] = static_cast<char>(wrong[bit / 8] ^ (1 << bit % 8));
        CAPTURE(which);
        CAPTURE(bit);
        arena memory;
        const auto opened = decrypt(with_part(message, which, encoded(wrong)), only(own), accepting_all(), memory);
        REQUIRE_FALSE(opened);
        // Behind the header every change is one and the same.
        if (which != 0) CHECK(opened.error() == failure::decryption_failed);
      }
    }
  }
}

TEST_CASE("a message that is cut off anywhere does not open") {
  const key own = test_keys::secret(16);
  const recipient to{&own, key_algorithm::a128kw};
  const std::array messages{encrypt("content", own, key_algorithm::a128kw, content_algorithm::a128gcm).value(),
                            encrypt_json("content", {&to, 1}, content_algorithm::a128cbc_hs256).value()};
  for (const std::string& message : messages) {
    for (std::size_t size = 0; size != message.size(); ++size) {
      arena memory;
      CHECK_FALSE(decrypt(std::string_view(message).substr(0, size), only(own), accepting_all(), memory));
    }
  }
}
