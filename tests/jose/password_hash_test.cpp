#include <doctest/doctest.h>

#include <candela/jose/password_hash.hpp>
#include <string>

using namespace candela::jose;

TEST_CASE("a password hash of passlib is understood") {
  const auto hash =
      password_hash::parse("$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E");
  REQUIRE(hash);
  CHECK(hash->matches("password"));
  CHECK(!hash->matches("passwore"));
  CHECK(!hash->of_nobody().matches("password"));
}

TEST_CASE("password hashes that cost too little, too much or are none are refused") {
  const std::string rest = "$MDEyMzQ1Njc4OWFiY2RlZg$S7FwBvpu+z8K0PUVUagFRTUAB2dAxIZpzVHvLZir+98";
  CHECK(password_hash::parse("$scrypt$ln=10,r=8,p=1" + rest));
  for (const std::string& text :
       {"$scrypt$ln=9,r=8,p=1" + rest, "$scrypt$ln=21,r=8,p=1" + rest, "$scrypt$ln=20,r=32,p=1" + rest,
        "$scrypt$ln=10,r=0,p=1" + rest, "$scrypt$ln=10,r=8,p=17" + rest, "$scrypt$r=8,ln=10,p=1" + rest,
        "$scrypt$ln=-10,r=8,p=1" + rest, "$argon2id$v=19$m=1,t=1,p=1" + rest, std::string("secret"),
        std::string("$scrypt$ln=10,r=8,p=1$MDEy$S7FwBvpu+z8K0PUVUagFRTUAB2dAxIZpzVHvLZir+98"),
        std::string("$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$S7Fw"), std::string("$scrypt$ln=10,r=8,p=1$x")}) {
    CAPTURE(text);
    CHECK(!password_hash::parse(text));
  }
}

TEST_CASE("a hash that was made here is written, read again and matched by its password alone") {
  const auto made = password_hash::make("p\xc3\xa4ss w\xc3\xb6rd", 10);
  REQUIRE(made);
  const std::string text = made->text();
  CHECK(text.starts_with("$scrypt$ln=10,r=8,p=1$"));
  const auto read = password_hash::parse(text);
  REQUIRE(read);
  CHECK(read->text() == text);
  CHECK(read->matches("p\xc3\xa4ss w\xc3\xb6rd"));
  CHECK(!read->matches("p\xc3\xa4ss w\xc3\xb6r"));
  CHECK(password_hash::make("p\xc3\xa4ss w\xc3\xb6rd", 10)->text() != text);
}

TEST_CASE("a hash that costs too little or too much is not made") {
  CHECK(password_hash::make("secret", 9).error() == "scrypt is told ln (10 to 20), r (1 to 32) and p (1 to 16)");
  CHECK(!password_hash::make("secret", 21));
  CHECK(password_hash::make("secret", 19).error() == "scrypt would take more than 256 MiB");
}
