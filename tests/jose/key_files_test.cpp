// Keys as PEM and DER, in and out.
#include <doctest/doctest.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "tests/jose/samples.hpp"

using namespace candela;
using namespace candela::jose;
using namespace candela::testing;

namespace {

using memory_ptr = detail::bio_ptr;
using x509_ptr = std::unique_ptr<X509, detail::openssl_free<X509_free>>;

const std::vector<const key*>& all_keys() {
  static const std::vector<const key*> keys{&rsa_key(),     &p256_key(),  &p384_key(),  &p521_key(),
                                            &ed25519_key(), &ed448_key(), &x25519_key()};
  return keys;
}

template <class Write>
std::string written(Write write) {
  const memory_ptr out(BIO_new(BIO_s_mem()));
  REQUIRE(write(out.get()) == 1);
  char* content = nullptr;
  const long size = BIO_get_mem_data(out.get(), &content);
  return {content, static_cast<std::size_t>(size)};
}

EVP_PKEY* pkey(const key& of) { return of.material().numbers().pkey.get(); }

// In the formats of before PKCS #8: PKCS #1 and SEC 1.
std::string traditional_pem(const key& of) {
  return written([&](BIO* out) {
    return PEM_write_bio_PrivateKey_traditional(out, pkey(of), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

x509_ptr certificate(const key& of, const key& by) {
  x509_ptr made(X509_new());
  X509_set_version(made.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
  REQUIRE(X509_set_pubkey(made.get(), pkey(of)) == 1);
  REQUIRE(X509_sign(made.get(), pkey(by), detail::algorithms().sha256.get()) > 0);
  return made;
}

std::string spki_of_weak_rsa() {
  const detail::pkey_ptr weak(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{1024}));
  return written([&](BIO* out) { return PEM_write_bio_PUBKEY(out, weak.get()); });
}

failure refusal_of_pem(std::string_view text) { return key::from_pem(text).error().code; }
failure refusal_of_der(std::string_view bytes) { return key::from_der(bytes_of(bytes)).error().code; }

}  // namespace

TEST_CASE("every asymmetric key comes back from PEM and DER") {
  for (const key* const each : all_keys()) {
    CAPTURE(name_of(each->on_curve()));
    for (const key_part which : {key_part::public_part, key_part::private_part}) {
      const secret_bytes pem = each->to_pem(which).value();
      const secret_bytes der = each->to_der(which).value();
      const key from_pem = key::from_pem(pem.text(), {.id = "one"}).value();
      const key from_der = key::from_der(der).value();
      CHECK(from_pem == *each);
      CHECK(from_der == *each);
      CHECK(from_pem.id() == "one");
      CHECK(from_pem.is_private() == (which == key_part::private_part));
      CHECK(from_der.is_private() == (which == key_part::private_part));
      CHECK(jwk_text(from_der, which) == jwk_text(each->with({}).value(), which));
      const bool shown = which == key_part::public_part;
      CHECK(pem.text().starts_with(shown ? "-----BEGIN PUBLIC KEY-----\n" : "-----BEGIN PRIVATE KEY-----\n"));
    }
  }
}

TEST_CASE("symmetric keys have no file") {
  for (const key_part which : {key_part::public_part, key_part::private_part}) {
    CHECK(secret_key().to_pem(which).error() == failure::key_unfit);
    CHECK(secret_key().to_der(which).error() == failure::key_unfit);
  }
}

TEST_CASE("the older formats of RSA and EC keys are read") {
  for (const key* const each : {&rsa_key(), &p256_key(), &p384_key(), &p521_key()}) {
    const std::string pem = traditional_pem(*each);
    CHECK(pem.starts_with(each->kind() == key_kind::rsa ? "-----BEGIN RSA PRIVATE KEY" : "-----BEGIN EC PRIVATE KEY"));
    const key read = key::from_pem(pem).value();
    CHECK(read == *each);
    CHECK(read.is_private());
    unsigned char* bytes = nullptr;
    const int size = i2d_PrivateKey(pkey(*each), &bytes);
    const std::string der(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(bytes);
    CHECK(key::from_der(bytes_of(der)).value() == *each);
  }
  unsigned char* bytes = nullptr;
  const int size = i2d_PublicKey(pkey(rsa_key()), &bytes);
  const std::string pkcs1(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  CHECK(key::from_der(bytes_of(pkcs1)).value() == rsa_key());
  const std::string pem = written([&](BIO* out) {
    return PEM_write_bio(out, "RSA PUBLIC KEY", "", reinterpret_cast<const unsigned char*>(pkcs1.data()), size) > 0;
  });
  CHECK(key::from_pem(pem).value() == rsa_key());
  // As `openssl ecparam -genkey` writes it: the curve in front.
  const std::string parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
  CHECK(key::from_pem(parameters + traditional_pem(p256_key())).value() == p256_key());
}

TEST_CASE("of a certificate the key counts, whoever signed it") {
  for (const key* const each : all_keys()) {
    const x509_ptr made = certificate(*each, p256_key());
    const std::string pem = written([&](BIO* out) { return PEM_write_bio_X509(out, made.get()); });
    const std::string der = written([&](BIO* out) { return i2d_X509_bio(out, made.get()); });
    const key from_pem = key::from_pem(pem).value();
    CHECK(from_pem == *each);
    CHECK_FALSE(from_pem.is_private());
    CHECK(key::from_der(bytes_of(der)).value() == *each);
    CHECK(refusal_of_der(der + 'x') == failure::malformed);
  }
}

TEST_CASE("the first key of a file counts") {
  const std::string first(p256_key().to_pem(key_part::public_part).value().text());
  const std::string second(rsa_key().to_pem(key_part::public_part).value().text());
  CHECK(key::from_pem(first + second).value() == p256_key());
  CHECK(key::from_pem("a line of text\n" + second + first).value() == rsa_key());
}

TEST_CASE("files that are no key are refused") {
  const std::string pem(p256_key().to_pem(key_part::private_part).value().text());
  const std::string der(p256_key().to_der(key_part::private_part).value().text());
  const std::string open(p256_key().to_der(key_part::public_part).value().text());
  std::string marked = pem;
  marked.replace(marked.find("PRIVATE"), 7, "SECRETS");
  for (const std::string& wrong : {std::string(), std::string("no key"), pem.substr(0, pem.size() / 2), marked,
                                   std::string("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n"), der})
    CHECK(refusal_of_pem(wrong) == failure::malformed);
  for (const std::string& wrong : {std::string(), std::string("no key"), der.substr(0, der.size() - 1), der + '\0',
                                   open.substr(1), open + open, open + '\n', pem})
    CHECK(refusal_of_der(wrong) == failure::malformed);
}

TEST_CASE("encrypted keys are refused without asking for a password") {
  const auto with_password = [](const key& of) {
    std::string word = "word";
    return written([&](BIO* out) {
      return PEM_write_bio_PKCS8PrivateKey(out, pkey(of), EVP_aes_256_cbc(), word.data(), 4, nullptr, nullptr);
    });
  };
  const auto traditional = [](const key& of) {
    return written([&](BIO* out) {
      return PEM_write_bio_PrivateKey_traditional(out, pkey(of), EVP_aes_256_cbc(),
                                                  reinterpret_cast<const unsigned char*>("word"), 4, nullptr, nullptr);
    });
  };
  for (const key* const each : {&rsa_key(), &p256_key()}) {
    CHECK(refusal_of_pem(with_password(*each)) == failure::key_invalid);
    CHECK(refusal_of_pem(traditional(*each)) == failure::key_invalid);
  }
}

TEST_CASE("keys from files are held to the rules of all keys") {
  CHECK(refusal_of_pem(spki_of_weak_rsa()) == failure::key_weak);
  const detail::pkey_ptr other_curve(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "secp256k1"));
  CHECK(refusal_of_pem(written([&](BIO* out) { return PEM_write_bio_PUBKEY(out, other_curve.get()); })) ==
        failure::key_invalid);
  const detail::pkey_ptr pss(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA-PSS", std::size_t{2048}));
  CHECK((pss == nullptr || refusal_of_pem(written([&](BIO* out) { return PEM_write_bio_PUBKEY(out, pss.get()); })) ==
                               failure::key_invalid));
  // The last byte of the point.
  std::string off_curve(p256_key().to_der(key_part::public_part).value().text());
  off_curve.back() = static_cast<char>(off_curve.back() ^ 1);
  CHECK_FALSE(key::from_der(bytes_of(off_curve)));
  const std::string pem(p256_key().to_pem(key_part::public_part).value().text());
  CHECK(key::from_pem(pem, {.algorithm = "ES384"}).error() == failure::key_unfit);
}
