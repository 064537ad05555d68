// Encrypted messages that the RFCs print: opened, and made again where the printed randomness says all.
#include <doctest/doctest.h>

#include <array>
#include <candela/jose/base64url.hpp>
#include <candela/jose/detail/content_cipher.hpp>
#include <candela/jose/detail/encryption.hpp>
#include <candela/jose/detail/encryption_context.hpp>
#include <candela/jose/detail/key_agreement.hpp>
#include <candela/jose/detail/key_material.hpp>
#include <candela/jose/jwe.hpp>
#include <candela/json/writer.hpp>

#include "tests/jose/vectors.hpp"

using namespace candela;
using namespace candela::jose;
using namespace candela::testing;

namespace {

constexpr const char* cookbook = "rfc7520-cookbook/jwe/";

// Everything that the examples use; each is off by itself.
decryption_rules all_allowed() {
  decryption_rules rules;
  for (int i = 0; i <= static_cast<int>(key_algorithm::pbes2_hs512_a256kw); ++i)
    rules.algorithms.add(static_cast<key_algorithm>(i));
  for (int i = 0; i <= static_cast<int>(content_algorithm::a256gcm); ++i)
    rules.encryption.add(static_cast<content_algorithm>(i));
  rules.json = true;
  rules.unprotected_encryption = true;
  rules.compressed = true;
  return rules;
}

std::string bytes_of(const json::value* encoded) {
  if (encoded == nullptr) return {};
  const std::string_view text = *encoded->string();
  std::string bytes(decoded_size(text.size()), '\0');
  REQUIRE(decode_base64url(text, reinterpret_cast<std::byte*>(bytes.data())));
  return bytes;
}

std::span<const std::byte> as_bytes(const std::string& text) { return std::as_bytes(std::span(text)); }

key key_of(const json::value& example) {
  if (const json::value* password = example.at("/input/pwd"))
    return key::from_secret(std::as_bytes(std::span(*password->string()))).value();
  return key::from_jwk(*example.at("/input/key")).value();
}

void check_opens(std::string_view message, const key& by, std::string_view content) {
  arena memory;
  const key_set keys = key_set::of({by}).value();
  const auto opened = decrypt(message, keys, all_allowed(), memory);
  REQUIRE_MESSAGE(opened, (opened ? std::string_view() : opened.error().detail));
  CHECK(opened->content.text() == content);
  CHECK(opened->by == keys.keys().data());
}

void check_all_forms(const json::value& example, const key& by, std::string_view content) {
  if (const json::value* compact = example.at("/output/compact")) check_opens(*compact->string(), by, content);
  for (const char* form : {"/output/json", "/output/json_flat"}) {
    const json::value* message = example.at(form);
    if (message != nullptr) check_opens(json::to_string(*message), by, content);
  }
}

// The randomness that an example prints. Owns its bytes.
struct printed_randomness {
  std::string content_key;
  std::string iv;
  std::string wrapping_iv;
  std::string salt;
  std::optional<key> ephemeral;

  explicit printed_randomness(const json::value& example)
      : content_key(bytes_of(example.at("/generated/cek"))),
        iv(bytes_of(example.at("/generated/iv"))),
        wrapping_iv(bytes_of(example.at("/encrypting_key/iv"))),
        salt(bytes_of(example.at("/encrypting_key/salt"))) {
    if (const json::value* epk = example.at("/encrypting_key/epk")) ephemeral = key::from_jwk(*epk).value();
  }

  [[nodiscard]] detail::chosen_randomness chosen() const {
    return {as_bytes(content_key), as_bytes(iv), as_bytes(wrapping_iv), as_bytes(salt),
            ephemeral ? &*ephemeral : nullptr};
  }
};

encryption_header header_of(const json::value& example) {
  encryption_header said;
  if (const json::value* type = example.at("/encrypting_content/protected/cty")) said.content_type = *type->string();
  if (const json::value* count = example.at("/encrypting_key/iteration_count"))
    said.iterations = static_cast<std::uint32_t>(*count->unsigned_integer());
  said.compress = example.at("/input/zip") != nullptr;
  return said;
}

// Ciphertext and tag of the printed content key, IV and authenticated text.
void check_sealed_again(const json::value& example, std::string_view content) {
  const printed_randomness printed(example);
  const json::value& message = *example.at("/output/json");
  const json::value* header = message.find("protected");
  const json::value* additional = message.find("aad");
  std::string authenticated(header != nullptr ? *header->string() : std::string_view());
  if (additional != nullptr) authenticated.append(".").append(*additional->string());
  const json::value* named = example.at("/encrypting_content/protected/enc");
  if (named == nullptr) named = example.at("/encrypting_content/unprotected/enc");
  const content_algorithm encryption = content_algorithm_of(*named->string()).value();
  std::string ciphertext(detail::ciphertext_size(encryption, content.size()), '\0');
  std::string tag(detail::tag_size(encryption), '\0');
  const std::string_view text = authenticated;
  REQUIRE(detail::seal({encryption, as_bytes(printed.content_key), as_bytes(printed.iv), {&text, 1}},
                       std::as_bytes(std::span(content)), reinterpret_cast<std::byte*>(ciphertext.data()),
                       reinterpret_cast<std::byte*>(tag.data())));
  CHECK(encode_base64url(as_bytes(ciphertext)) == *message.find("ciphertext")->string());
  CHECK(encode_base64url(as_bytes(tag)) == *message.find("tag")->string());
}

}  // namespace

TEST_CASE("the examples of RFC 7516, appendix A, open in every form") {
  arena memory;
  const json::value file = vector_json("rfc7516_appendix_a.json", memory);
  int opened = 0;
  for (const json::value& each : file.at("/cases")->elements()) {
    CAPTURE(*each.find("name")->string());
    const std::string_view content = *each.find("plaintext")->string();
    const json::value* compact = each.find("compact");
    const std::string message =
        compact != nullptr ? std::string(*compact->string()) : json::to_string(*each.find("json"));
    if (const json::value* one = each.find("key")) {
      check_opens(message, key::from_jwk(*one).value(), content);
      ++opened;
      continue;
    }
    for (const json::value& one : each.find("keys")->elements()) {
      check_opens(message, key::from_jwk(one).value(), content);
      ++opened;
    }
  }
  CHECK(opened == 6);
}

TEST_CASE("the examples of RFC 7520, section 5, open in every form") {
  for (const char* name :
       {"5_1.key_encryption_using_rsa_v15_and_aes-hmac-sha2", "5_2.key_encryption_using_rsa-oaep_with_aes-gcm",
        "5_3.key_wrap_using_pbes2-aes-keywrap_with-aes-cbc-hmac-sha2",
        "5_4.key_agreement_with_key_wrapping_using_ecdh-es_and_aes-keywrap_with_aes-gcm",
        "5_5.key_agreement_using_ecdh-es_with_aes-cbc-hmac-sha2", "5_6.direct_encryption_using_aes-gcm",
        "5_7.key_wrap_using_aes-gcm_keywrap_with_aes-cbc-hmac-sha2", "5_8.key_wrap_using_aes-keywrap_with_aes-gcm",
        "5_9.compressed_content", "5_10.including_additional_authentication_data",
        "5_11.protecting_specific_header_fields", "5_12.protecting_content_only"}) {
    CAPTURE(name);
    arena memory;
    const json::value example = vector_json(std::string(cookbook) + name + ".json", memory);
    check_all_forms(example, key_of(example), *example.at("/input/plaintext")->string());
  }
}

TEST_CASE("each of the three recipients of RFC 7520, section 5.13, opens the message") {
  arena memory;
  const json::value example =
      vector_json(std::string(cookbook) + "5_13.encrypting_to_multiple_recipients.json", memory);
  const std::string message = json::to_string(*example.at("/output/json"));
  for (const json::value& each : example.at("/input/key")->elements())
    check_opens(message, key::from_jwk(each).value(), *example.at("/input/plaintext")->string());
}

TEST_CASE("the X25519 example of the cookbook opens") {
  arena memory;
  const json::value example = vector_json("rfc7520-cookbook/curve25519/ecdh-es.json", memory);
  check_all_forms(example, key_of(example), *example.at("/input/plaintext")->string());
}

TEST_CASE("the nested example of RFC 7520, section 6, opens to its signed token") {
  arena memory;
  const json::value example = vector_json("rfc7520-cookbook/6.nesting_signatures_and_encryption.json", memory);
  const key by = key::from_jwk(*example.at("/encrypt/input/key")).value();
  check_opens(*example.at("/encrypt/output/compact")->string(), by, *example.at("/sign/output/compact")->string());
}

TEST_CASE("the messages of RFC 7520, section 5, that have one recipient and no RSA are made again byte for byte") {
  for (const char* name :
       {"5_3.key_wrap_using_pbes2-aes-keywrap_with-aes-cbc-hmac-sha2",
        "5_4.key_agreement_with_key_wrapping_using_ecdh-es_and_aes-keywrap_with_aes-gcm",
        "5_5.key_agreement_using_ecdh-es_with_aes-cbc-hmac-sha2", "5_6.direct_encryption_using_aes-gcm",
        "5_7.key_wrap_using_aes-gcm_keywrap_with_aes-cbc-hmac-sha2", "5_8.key_wrap_using_aes-keywrap_with_aes-gcm",
        "5_9.compressed_content"}) {
    CAPTURE(name);
    arena memory;
    const json::value example = vector_json(std::string(cookbook) + name + ".json", memory);
    const key to = key_of(example);
    const printed_randomness printed(example);
    const auto made = detail::encrypt(
        *example.at("/input/plaintext")->string(), {&to, key_algorithm_of(*example.at("/input/alg")->string()).value()},
        content_algorithm_of(*example.at("/input/enc")->string()).value(), header_of(example), printed.chosen());
    REQUIRE(made);
    CHECK(*made == *example.at("/output/compact")->string());
  }
}

TEST_CASE("the flattened message of RFC 7520, section 5.10, with additional data is made again") {
  arena memory;
  const json::value example =
      vector_json(std::string(cookbook) + "5_10.including_additional_authentication_data.json", memory);
  const key to = key_of(example);
  const recipient only{&to, key_algorithm::a128kw};
  const printed_randomness printed(example);
  const detail::chosen_randomness chosen = printed.chosen();
  const auto made =
      detail::encrypt_json(*example.at("/input/plaintext")->string(), {&only, 1}, content_algorithm::a128gcm, {},
                           *example.at("/input/aad")->string(), {&chosen, 1});
  REQUIRE(made);
  CHECK(json::parse<json::value>(*made, memory).value() == *example.at("/output/json_flat"));
}

TEST_CASE("the content of the other messages of RFC 7520, sections 5 and 6, is sealed again byte for byte") {
  for (const char* name :
       {"5_1.key_encryption_using_rsa_v15_and_aes-hmac-sha2", "5_2.key_encryption_using_rsa-oaep_with_aes-gcm",
        "5_10.including_additional_authentication_data", "5_11.protecting_specific_header_fields",
        "5_12.protecting_content_only", "5_13.encrypting_to_multiple_recipients"}) {
    CAPTURE(name);
    arena memory;
    const json::value example = vector_json(std::string(cookbook) + name + ".json", memory);
    check_sealed_again(example, *example.at("/input/plaintext")->string());
  }
  arena memory;
  const json::value nested = vector_json("rfc7520-cookbook/6.nesting_signatures_and_encryption.json", memory);
  check_sealed_again(*nested.find("encrypt"), *nested.at("/sign/output/compact")->string());
}

TEST_CASE("the content key of RFC 7520, section 5.13, is wrapped again for both recipients without RSA") {
  arena memory;
  const json::value example =
      vector_json(std::string(cookbook) + "5_13.encrypting_to_multiple_recipients.json", memory);
  const std::string printed_key = bytes_of(example.at("/generated/cek"));
  const key ephemeral = key::from_jwk(*example.at("/encrypting_key/1/epk")).value();
  const std::string wrapping_iv = bytes_of(example.at("/encrypting_key/2/iv"));
  for (const char* index : {"1", "2"}) {
    const auto at = [&](const std::string& place) { return example.at(place); };
    const key to = key::from_jwk(*at(std::string("/input/key/") + index)).value();
    const recipient one{&to, key_algorithm_of(*at(std::string("/input/alg/") + index)->string()).value()};
    secret_bytes content_key(as_bytes(printed_key));
    const auto wrapped =
        detail::wrap_content_key(one, content_algorithm::a128cbc_hs256, {},
                                 {.wrapping_iv = as_bytes(wrapping_iv), .ephemeral = &ephemeral}, content_key, memory);
    REQUIRE(wrapped);
    CHECK(wrapped->encrypted_key == *at("/output/json/recipients/" + std::string(index) + "/encrypted_key")->string());
    const json::value* said = at("/output/json/recipients/" + std::string(index) + "/header");
    for (const json::member& each : wrapped->members) CHECK(each.item == *said->find(each.name));
  }
}

TEST_CASE("the compact example of RFC 7516, appendix A.3, is made again byte for byte") {
  arena memory;
  const json::value file = vector_json("rfc7516_appendix_a.json", memory);
  const json::value& example = file.at("/cases")->elements()[2];
  const std::string_view printed = *example.find("compact")->string();
  const key to = key::from_jwk(*example.find("key")).value();
  const std::string content_key = bytes_of(example.find("cek"));
  const std::size_t key_end = printed.find('.', printed.find('.') + 1);
  const json::value encoded_iv(printed.substr(key_end + 1, 22));
  const std::string iv = bytes_of(&encoded_iv);
  const auto made =
      detail::encrypt(*example.find("plaintext")->string(), {&to, key_algorithm::a128kw},
                      content_algorithm::a128cbc_hs256, {}, {.content_key = as_bytes(content_key), .iv = as_bytes(iv)});
  REQUIRE(made);
  CHECK(*made == printed);
}

TEST_CASE("both sides of RFC 7518, appendix C, agree upon the printed key") {
  arena memory;
  const json::value file = vector_json("jose_misc_vectors.json", memory);
  const key recipient_key = key::from_jwk(*file.at("/rfc7518_appendix_c/recipient_key")).value();
  const key ephemeral = key::from_jwk(*file.at("/rfc7518_appendix_c/epk_with_private")).value();
  const std::string_view party_u = "Alice";
  const std::string_view party_v = "Bob";
  const detail::agreement_info info{"A128GCM", 16, std::as_bytes(std::span(party_u)),
                                    std::as_bytes(std::span(party_v))};
  const secret_bytes theirs =
      detail::agreed_key(recipient_key.material().numbers(), *ephemeral.material().numbers().pkey, info);
  const secret_bytes ours =
      detail::agreed_key_for(recipient_key.material().numbers(), *ephemeral.material().numbers().pkey, info);
  const std::string_view printed = *file.at("/rfc7518_appendix_c/derived_key")->string();
  CHECK(encode_base64url(theirs) == printed);
  CHECK(encode_base64url(ours) == printed);
}

TEST_CASE("the X25519 keys of RFC 8037, appendix A.6, share the printed secret") {
  arena memory;
  const json::value file = vector_json("jose_misc_vectors.json", memory);
  const auto bytes_at = [&](std::string_view place) {
    const std::string_view digits = *file.at(place)->string();
    std::string bytes;
    for (std::size_t i = 0; i != digits.size(); i += 2)
      bytes += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
    return bytes;
  };
  const std::string secret = bytes_at("/rfc8037_appendix_a/x25519/ephemeral_private_hex");
  const std::string_view shown = *file.at("/rfc8037_appendix_a/x25519/epk/x")->string();
  const key own = key::from_jwk(R"({"kty":"OKP","crv":"X25519","x":")" + std::string(shown) + R"(","d":")" +
                                std::string(encode_base64url(as_bytes(secret))) + "\"}")
                      .value();
  const key with = key::from_jwk(*file.at("/rfc8037_appendix_a/x25519/recipient_public")).value();
  const secret_bytes shared = detail::agree_once(*own.material().numbers().pkey, *with.material().numbers().pkey, 32);
  CHECK(shared.text() == bytes_at("/rfc8037_appendix_a/x25519/Z_hex"));
}

TEST_CASE("an RSA key that was encrypted with a password as RFC 7517, section 7, has it comes back") {
  const key secret =
      key::from_secret(std::as_bytes(std::span("Thus from my lips, by yours, my sin is purged.", 46))).value();
  const key rsa = key::from_jwk(vector_text("rfc7515-7517-7638/rfc7515_A.2.jwk")).value();
  const secret_bytes jwk = rsa.to_jwk(key_part::private_part).value();
  const auto message = encrypt(jwk.text(), secret, key_algorithm::pbes2_hs256_a128kw, content_algorithm::a128cbc_hs256,
                               {.content_type = "jwk+json", .iterations = 4096});
  REQUIRE(message);
  arena memory;
  const auto opened = decrypt(*message, key_set::of({secret}).value(), all_allowed(), memory);
  REQUIRE(opened);
  CHECK(opened->protected_header.content_type == "jwk+json");
  CHECK(key::from_jwk(opened->content.text()).value() == rsa);
}
