// Signatures and MACs that are none. Each row differs in one thing from a token that is accepted.
#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include <functional>

#include "tests/jose/attacks.hpp"

using namespace candela;
using namespace candela::jose;
using namespace candela::testing;
using enum signature_algorithm;

namespace {

std::string with_signature(std::string_view token, std::string_view bytes) {
  return std::string(token.substr(0, token.rfind('.') + 1)) + encoded(bytes);
}

// The signature's bytes, changed by `change`.
std::string tampered(const std::string& token, const std::function<void(std::string&)>& change) {
  std::string bytes = decoded(std::string_view(token).substr(token.rfind('.') + 1));
  change(bytes);
  return with_signature(token, bytes);
}

const std::string order_p256 = from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
const std::string prime_p256 = from_hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
// 2^252 + 27742317777372353535851937790883648493, least byte first.
const std::string order_ed25519 = from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");

// As most libraries hand out an ECDSA signature: a DER sequence of two integers.
std::string to_der(std::string_view fixed) {
  std::string content;
  for (std::string_view half : {fixed.substr(0, fixed.size() / 2), fixed.substr(fixed.size() / 2)}) {
    while (half.size() > 1 && half.front() == '\0') half.remove_prefix(1);
    const bool negative = (half.front() & 0x80) != 0;
    content += '\x02';
    content += static_cast<char>(half.size() + negative);
    if (negative) content += '\0';
    content += half;
  }
  return std::string("\x30") + static_cast<char>(content.size()) + content;
}

}  // namespace

TEST_CASE("ECDSA signatures that are none are refused") {
  const std::string right = token_of(R"({"alg":"ES256"})", payload, p256_key(), es256);
  const auto halves = [&right](const std::string& name, const std::string& r, const std::string& s) {
    return attack{name,
                  tampered(right,
                           [&](std::string& bytes) {
                             if (!r.empty()) bytes.replace(0, 32, r);
                             if (!s.empty()) bytes.replace(32, 32, s);
                           }),
                  failure::signature_invalid};
  };
  const std::string zero(32, '\0');
  const std::string one = std::string(31, '\0') + '\1';
  const std::string most(32, '\xff');
  const auto changing = [&right](const char* name, const std::function<void(std::string&)>& change) {
    return attack{name, tampered(right, change), failure::signature_invalid};
  };
  const key_set keys = verifiers(p256_key());
  REQUIRE_FALSE(answer(right, keys, accepting({es256})));
  refuse_all({halves("r = 0 and s = 0", zero, zero),
              halves("r = 0", zero, ""),
              halves("s = 0", "", zero),
              halves("r = n", order_p256, ""),
              halves("s = n", "", order_p256),
              halves("r = n and s = n", order_p256, order_p256),
              halves("r = p", prime_p256, ""),
              halves("r = 1 and s = 1", one, one),
              halves("r of ones", most, ""),
              halves("s of ones", "", most),
              halves("r = n and s = 0", order_p256, zero),
              halves("r = 0 and s = 1", zero, one),
              changing("one byte less", [](std::string& bytes) { bytes.pop_back(); }),
              changing("one byte more", [](std::string& bytes) { bytes += '\0'; }),
              changing("a zero byte in front", [](std::string& bytes) { bytes.insert(0, 1, '\0'); }),
              changing("a zero byte in front of both",
                       [](std::string& bytes) { bytes.insert(32, 1, '\0').insert(0, 1, '\0'); }),
              changing("only r", [](std::string& bytes) { bytes.resize(32); }),
              changing("twice", [](std::string& bytes) { bytes += bytes; }),
              changing("DER", [](std::string& bytes) { bytes = to_der(bytes); }),
              changing("s before r", [](std::string& bytes) { bytes = bytes.substr(32) + bytes.substr(0, 32); }),
              changing("a bit of r", [](std::string& bytes) { bytes[5] ^= 4; }),
              changing("a bit of s", [](std::string& bytes) { bytes[60] ^= 1; }),
              changing("one byte", [](std::string& bytes) { bytes.resize(1); })},
             keys, accepting({es256}));
  const auto zeros = [](const key& by, signature_algorithm algorithm, std::size_t size) {
    const std::string token =
        token_of(R"({"alg":")" + std::string(name_of(algorithm)) + R"("})", payload, by, algorithm);
    REQUIRE_FALSE(answer(token, verifiers(by), accepting({algorithm})));
    CHECK(answer(with_signature(token, std::string(size, '\0')), verifiers(by), accepting({algorithm})) ==
          failure::signature_invalid);
    CHECK(answer(tampered(token, [](std::string& bytes) { bytes = to_der(bytes); }), verifiers(by),
                 accepting({algorithm})) == failure::signature_invalid);
  };
  zeros(p384_key(), es384, 96);
  zeros(p521_key(), es512, 132);
}

TEST_CASE("Edwards signatures that are none are refused") {
  const std::string right = token_of(R"({"alg":"EdDSA"})", payload, ed25519_key(), eddsa);
  const auto changing = [&right](const char* name, const std::function<void(std::string&)>& change) {
    return attack{name, tampered(right, change), failure::signature_invalid};
  };
  const auto add_order = [](std::string& bytes) {
    unsigned carry = 0;
    for (std::size_t i = 0; i != 32; ++i) {
      carry += static_cast<unsigned char>(bytes[32 + i]) + static_cast<unsigned char>(order_ed25519[i]);
      bytes[32 + i] = static_cast<char>(carry & 0xFF);
      carry >>= 8;
    }
  };
  const std::string identity = '\1' + std::string(31, '\0');
  const key_set keys = verifiers(ed25519_key());
  REQUIRE_FALSE(answer(right, keys, accepting({eddsa})));
  refuse_all(
      {changing("S not reduced: S + L", add_order),
       changing("S = L", [](std::string& bytes) { bytes.replace(32, 32, order_ed25519); }),
       changing("S = 0", [](std::string& bytes) { bytes.replace(32, 32, 32, '\0'); }),
       changing("high bits of S", [](std::string& bytes) { bytes[63] |= '\xe0'; }),
       changing("R of small order", [&](std::string& bytes) { bytes.replace(0, 32, identity); }),
       changing("R of small order and S = 0", [&](std::string& bytes) { bytes = identity + std::string(32, '\0'); }),
       changing("R not reduced", [](std::string& bytes) { bytes.replace(0, 32, 32, '\xff'); }),
       changing("zeros", [](std::string& bytes) { bytes.assign(64, '\0'); }),
       changing("one byte less", [](std::string& bytes) { bytes.pop_back(); }),
       changing("one byte more", [](std::string& bytes) { bytes += '\0'; }),
       changing("as long as one of Ed448", [](std::string& bytes) { bytes.resize(114); })},
      keys, accepting({eddsa}));
  for (const key* const by : {&ed25519_key(), &ed448_key()}) {
    const std::string token = token_of(R"({"alg":"EdDSA"})", payload, *by, eddsa);
    REQUIRE_FALSE(answer(token, verifiers(*by), accepting({eddsa})));
    CHECK(answer(tampered(token, [](std::string& bytes) { bytes[3] ^= 1; }), verifiers(*by), accepting({eddsa})) ==
          failure::signature_invalid);
  }
}

namespace {

// RSA-PSS with another salt or mask than RFC 7518 wants.
std::string pss_token(int salt, const char* mask) {
  const std::string text = encoded(R"({"alg":"PS256"})") + '.' + encoded(payload);
  const detail::md_ctx_ptr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* with = nullptr;
  EVP_DigestSignInit_ex(context.get(), &with, "SHA256", nullptr, nullptr, rsa_key().material().numbers().pkey.get(),
                        nullptr);
  EVP_PKEY_CTX_set_rsa_padding(with, RSA_PKCS1_PSS_PADDING);
  EVP_PKEY_CTX_set_rsa_pss_saltlen(with, salt);
  EVP_PKEY_CTX_set_rsa_mgf1_md_name(with, mask, nullptr);
  std::string bytes(256, '\0');
  std::size_t size = bytes.size();
  REQUIRE(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(bytes.data()), &size,
                         reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1);
  return text + '.' + encoded(bytes);
}

}  // namespace

TEST_CASE("RSA signatures that are none are refused") {
  const std::string right = token_of(R"({"alg":"RS256"})", payload, rsa_key(), rs256);
  const auto changing = [&right](const char* name, const std::function<void(std::string&)>& change) {
    return attack{name, tampered(right, change), failure::signature_invalid};
  };
  const std::string modulus = decoded(text_of(rsa_jwk(), "n"));
  const std::string one = std::string(255, '\0') + '\1';
  const auto by_other = [](const char* name, const char* claimed, signature_algorithm made_with) {
    return attack{name, token_of(std::string(R"({"alg":")") + claimed + R"("})", payload, rsa_key(), made_with),
                  failure::signature_invalid};
  };
  const signature_rules rules = accepting({rs256, rs384, rs512, ps256, ps384, ps512});
  const key_set keys = verifiers(rsa_key());
  REQUIRE_FALSE(answer(right, keys, rules));
  REQUIRE_FALSE(answer(pss_token(32, "SHA256"), keys, rules));
  refuse_all({changing("zeros", [](std::string& bytes) { bytes.assign(256, '\0'); }),
              changing("ones", [](std::string& bytes) { bytes.assign(256, '\xff'); }),
              changing("the number 1", [&](std::string& bytes) { bytes = one; }),
              changing("the modulus", [&](std::string& bytes) { bytes = modulus; }),
              changing("a zero byte in front", [](std::string& bytes) { bytes.insert(0, 1, '\0'); }),
              changing("a zero byte behind", [](std::string& bytes) { bytes += '\0'; }),
              changing("one byte less", [](std::string& bytes) { bytes.pop_back(); }),
              changing("the first byte cut off", [](std::string& bytes) { bytes.erase(0, 1); }),
              changing("one bit", [](std::string& bytes) { bytes[100] ^= 16; }),
              by_other("PS256 as RS256", "RS256", ps256),
              by_other("RS256 as PS256", "PS256", rs256),
              by_other("RS384 as RS256", "RS256", rs384),
              by_other("PS512 as PS256", "PS256", ps512),
              {"PS256 without salt", pss_token(0, "SHA256"), failure::signature_invalid},
              {"PS256 with the longest salt", pss_token(RSA_PSS_SALTLEN_MAX, "SHA256"), failure::signature_invalid},
              {"PS256 with a salt of 20 bytes", pss_token(20, "SHA256"), failure::signature_invalid},
              {"PS256 with the mask of SHA-1", pss_token(32, "SHA1"), failure::signature_invalid},
              {"a signature longer than any key's", with_signature(right, std::string(2100, 'a')), failure::too_large}},
             keys, rules);
}

TEST_CASE("MACs that are none are refused") {
  const std::string right = token_of(R"({"alg":"HS256"})", payload, secret_key(), hs256);
  const auto changing = [&right](const char* name, const std::function<void(std::string&)>& change) {
    return attack{name, tampered(right, change), failure::signature_invalid};
  };
  const key other = key::generate_secret(64).value();
  const key_set keys = verifiers(secret_key());
  const std::string text = encoded(R"({"alg":"HS256"})") + '.' + encoded(payload);
  refuse_all(
      {changing("the first half", [](std::string& bytes) { bytes.resize(16); }),
       changing("one byte", [](std::string& bytes) { bytes.resize(1); }),
       changing("one byte less", [](std::string& bytes) { bytes.pop_back(); }),
       changing("one byte more", [](std::string& bytes) { bytes += '\0'; }),
       changing("zeros", [](std::string& bytes) { bytes.assign(32, '\0'); }),
       changing("the last bit", [](std::string& bytes) { bytes[31] ^= 1; }),
       changing("the first bit", [](std::string& bytes) { bytes[0] ^= '\x80'; }),
       {"of HS512", text + '.' + signature_of(text, secret_key(), hs512), failure::signature_invalid},
       {"of HS512, cut to 32 bytes",
        with_signature(right, decoded(signature_of(text, secret_key(), hs512)).substr(0, 32)),
        failure::signature_invalid},
       {"of another key", token_of(R"({"alg":"HS256"})", payload, other, hs256), failure::signature_invalid},
       {"of another payload", encoded(R"({"alg":"HS256"})") + '.' + encoded("{}") + right.substr(right.rfind('.')),
        failure::signature_invalid},
       {"of another header", encoded(R"({"alg":"HS256","x":1})") + right.substr(right.find('.')),
        failure::signature_invalid}},
      keys, accepting({hs256, hs384, hs512}));
}
