// Encrypted content keys that must not open, and the header members that belong to them.
#include <doctest/doctest.h>

#include <candela/jose/detail/encryption_context.hpp>
#include <candela/jose/detail/key_material.hpp>

#include "tests/jose/jwe_forge.hpp"

using namespace candela;
using namespace candela::testing;

TEST_CASE("encrypted keys of another size than the algorithm's are refused before a key is used") {
  const struct {
    key_algorithm algorithm;
    key own;
  } ways[] = {{key_algorithm::a128kw, test_keys::secret(16)},
              {key_algorithm::a256gcmkw, test_keys::secret(32)},
              {key_algorithm::rsa_oaep, test_keys::rsa()},
              {key_algorithm::rsa_oaep_256, test_keys::rsa()},
              {key_algorithm::rsa1_5, test_keys::rsa()},
              {key_algorithm::ecdh_es_a192kw, test_keys::on(curve::p256)},
              {key_algorithm::pbes2_hs384_a192kw, test_keys::secret(12)}};
  for (const auto& [algorithm, own] : ways) {
    CAPTURE(name_of(algorithm));
    const std::string message = encrypt("x", own, algorithm, content_algorithm::a256gcm, {.iterations = 100}).value();
    const std::string wrapped = decoded(part_of(message, 1));
    const attack attacks[] = {
        {"none", failure::malformed, with_part(message, 1, "")},
        {"one byte less", failure::malformed, with_part(message, 1, encoded(wrapped.substr(1)))},
        {"one byte more", failure::malformed, with_part(message, 1, encoded(wrapped + '\0'))},
        {"a zero byte before it", failure::malformed, with_part(message, 1, encoded('\0' + wrapped))},
        {"twice as much", failure::malformed, with_part(message, 1, encoded(wrapped + wrapped))},
        {"changed", failure::decryption_failed, with_part(message, 1, encoded(std::string(wrapped.size(), '\1')))},
        {"larger than any modulus", failure::decryption_failed,
         with_part(message, 1, encoded(std::string(wrapped.size(), '\xff')))},
    };
    for (const attack& each : attacks) check_refused(each, only(own));
  }
}

TEST_CASE("a content key of another length than enc takes is refused") {
  std::string wrapped(24, '\0');
  const std::string short_key(16, 'k');
  REQUIRE(
      detail::wrap(bytes_of(std::string(16, 'q')), bytes_of(short_key), reinterpret_cast<std::byte*>(wrapped.data())));
  check_refused({"wrapped by AES", failure::malformed,
                 forged{.header = R"({"alg":"A128KW","enc":"A256GCM"})", .encrypted_key = wrapped}.compact()},
                only(test_keys::secret(16)));
  for (const key_algorithm algorithm : {key_algorithm::rsa_oaep, key_algorithm::rsa_oaep_256, key_algorithm::rsa1_5}) {
    for (const std::size_t size : {0, 16, 31, 33, 64}) {
      std::string encrypted(256, '\0');
      const std::string content_key(size, 'k');
      detail::encryption_context context(test_keys::rsa().material().numbers());
      REQUIRE(context.encrypt(algorithm, bytes_of(content_key), reinterpret_cast<std::byte*>(encrypted.data())));
      check_refused({"encrypted by RSA", failure::decryption_failed,
                     forged{.header = R"({"alg":")" + std::string(name_of(algorithm)) + R"(","enc":"A256GCM"})",
                            .encrypted_key = encrypted}
                         .compact()},
                    only(test_keys::rsa()));
    }
  }
}

TEST_CASE("members that wrapping by GCM needs are checked") {
  const key own = test_keys::secret(32);
  const auto with = [](std::string_view members) {
    return forged{.header = R"({"alg":"A256GCMKW","enc":"A256GCM")" + std::string(members) + "}",
                  .encrypted_key = std::string(32, 'e')}
        .compact();
  };
  const std::string iv = R"(,"iv":")" + encoded(std::string(12, 'i')) + '"';
  const std::string tag = R"(,"tag":")" + encoded(std::string(16, 't')) + '"';
  const attack attacks[] = {
      {"no iv", failure::header_invalid, with(tag)},
      {"no tag", failure::header_invalid, with(iv)},
      {"an iv of 16 bytes", failure::header_invalid, with(tag + R"(,"iv":")" + encoded(std::string(16, 'i')) + '"')},
      {"an iv that is a number", failure::header_invalid, with(tag + R"(,"iv":12)")},
      {"a tag of 4 bytes", failure::header_invalid, with(iv + R"(,"tag":")" + encoded(std::string(4, 't')) + '"')},
      {"a tag with padding", failure::base64_invalid, with(iv + R"(,"tag":"dHR0dHR0dHR0dHR0dHR0dA==")")},
      {"a tag that does not match", failure::decryption_failed, with(iv + tag)},
  };
  for (const attack& each : attacks) check_refused(each, only(own));
}

TEST_CASE("ephemeral keys that are none of the recipient's curve are refused") {
  const key& own = test_keys::on(curve::p256);
  const auto with = [](std::string_view epk) {
    return forged{.header = R"({"alg":"ECDH-ES","enc":"A256GCM","epk":)" + std::string(epk) + "}"}.compact();
  };
  const auto point = [](std::string_view x, std::string_view y) {
    return R"({"kty":"EC","crv":"P-256","x":")" + encoded(x) + R"(","y":")" + encoded(y) + R"("})";
  };
  const auto text = [](const secret_bytes& jwk) { return std::string(jwk.text()); };
  const std::string zeros(32, '\0');
  // A point of y^2 = x^3 - 3x + 1, on which a private key can be found out piece by piece.
  const std::string off_x = zeros.substr(1) + '\0';
  const std::string off_y = zeros.substr(1) + '\1';
  const attack attacks[] = {
      {"none", failure::header_invalid, forged{.header = R"({"alg":"ECDH-ES","enc":"A256GCM"})"}.compact()},
      {"a text", failure::header_invalid, with(R"("AAAA")")},
      {"an empty object", failure::header_invalid, with("{}")},
      {"an RSA key", failure::header_invalid, with(text(test_keys::rsa().to_jwk(key_part::public_part).value()))},
      {"a secret", failure::header_invalid, with(R"({"kty":"oct","k":"AAAA"})")},
      {"a key of another curve", failure::header_invalid,
       with(text(test_keys::on(curve::p384).to_jwk(key_part::public_part).value()))},
      {"a key of X25519", failure::header_invalid,
       with(text(test_keys::on(curve::x25519).to_jwk(key_part::public_part).value()))},
      {"a private key", failure::header_invalid, with(text(own.to_jwk(key_part::private_part).value()))},
      {"a curve's name in small letters", failure::header_invalid,
       with(R"({"kty":"EC","crv":"p-256","x":"AA","y":"AA"})")},
      {"no y", failure::header_invalid, with(R"({"kty":"EC","crv":"P-256","x":")" + encoded(zeros) + R"("})")},
      {"x too short", failure::header_invalid, with(point(zeros.substr(1), zeros))},
      {"y too long", failure::header_invalid, with(point(zeros, zeros + '\0'))},
      {"a point at zero", failure::decryption_failed, with(point(zeros, zeros))},
      {"a point of another curve's equation", failure::decryption_failed, with(point(off_x, off_y))},
      {"coordinates above the field", failure::decryption_failed,
       with(point(std::string(32, '\xff'), std::string(32, '\xff')))},
      {"a right point that is not the sender's", failure::decryption_failed,
       with(text(own.to_jwk(key_part::public_part).value()))},
      {"apu that is no base64url", failure::base64_invalid,
       with(text(own.to_jwk(key_part::public_part).value()) + R"(,"apu":"A=")")},
      {"apv that is a number", failure::header_invalid,
       with(text(own.to_jwk(key_part::public_part).value()) + R"(,"apv":1)")},
      {"ECDH-ES with an encrypted key", failure::malformed,
       with_part(with(text(own.to_jwk(key_part::public_part).value())), 1, "AAAA")},
  };
  for (const attack& each : attacks) check_refused(each, only(own));
}

TEST_CASE("points of small order on X25519 and X448, which make a secret of zeros, are refused") {
  // 0, 1, two of order 8, -1, and 0 and 1 not reduced.
  constexpr std::array<std::string_view, 7> points_25519{
      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
      "4Ot6fDtBuK4WVuP68Z_EatoJjeucMrH9hmIFFl9JuAA", "X5yVvKNQjCSx0LFVnIPvWwREXMRYHI6G2CJO3dCfEVc",
      "7P_______________________________________38", "7f_______________________________________38",
      "7v_______________________________________38"};
  for (const std::string_view point : points_25519) {
    const std::string epk = R"({"kty":"OKP","crv":"X25519","x":")" + std::string(point) + R"("})";
    check_refused({"X25519", failure::decryption_failed,
                   forged{.header = R"({"alg":"ECDH-ES","enc":"A256GCM","epk":)" + epk + "}"}.compact()},
                  only(test_keys::on(curve::x25519)));
  }
  const std::string epk = R"({"kty":"OKP","crv":"X448","x":")" + encoded(std::string(56, '\0')) + R"("})";
  check_refused({"X448", failure::decryption_failed,
                 forged{.header = R"({"alg":"ECDH-ES","enc":"A256GCM","epk":)" + epk + "}"}.compact()},
                only(test_keys::on(curve::x448)));
}

TEST_CASE("salts and iterations of passwords are bounded") {
  const key own = test_keys::secret(12);
  const auto with = [](std::string_view members) {
    return forged{.header = R"({"alg":"PBES2-HS256+A128KW","enc":"A256GCM")" + std::string(members) + "}",
                  .encrypted_key = std::string(40, 'e')}
        .compact();
  };
  const std::string salt = R"(,"p2s":")" + encoded(std::string(8, 's')) + '"';
  const attack attacks[] = {
      {"no p2s", failure::header_invalid, with(R"(,"p2c":1000)")},
      {"a p2s of 7 bytes", failure::header_invalid,
       with(R"(,"p2c":1000,"p2s":")" + encoded(std::string(7, 's')) + '"')},
      {"an empty p2s", failure::header_invalid, with(R"(,"p2c":1000,"p2s":"")")},
      {"no p2c", failure::header_invalid, with(salt)},
      {"a p2c of 0", failure::header_invalid, with(salt + R"(,"p2c":0)")},
      {"a negative p2c", failure::header_invalid, with(salt + R"(,"p2c":-1)")},
      {"a p2c with a fraction", failure::header_invalid, with(salt + R"(,"p2c":1000.0)")},
      {"a p2c that is a text", failure::header_invalid, with(salt + R"(,"p2c":"1000")")},
      {"a p2c beyond all numbers", failure::json_invalid, with(salt + R"(,"p2c":1e400)")},
      {"a p2c of 2^31", failure::too_large, with(salt + R"(,"p2c":2147483648)")},
      {"a p2c of 2^32 + 1, which is 1 in 32 bits", failure::too_large, with(salt + R"(,"p2c":4294967297)")},
      {"a p2c of 2^64 - 1", failure::too_large, with(salt + R"(,"p2c":18446744073709551615)")},
      {"one iteration more than allowed", failure::too_large, with(salt + R"(,"p2c":10001)")},
      {"the wrong password", failure::decryption_failed, with(salt + R"(,"p2c":10000)")},
  };
  for (const attack& each : attacks) check_refused(each, only(own));
}
