#include <doctest/doctest.h>
#include <candela/jose/digest.hpp>

#include "tests/jose/samples.hpp"

using namespace candela;
using namespace candela::testing;

// FIPS 180-4, as published with it.
TEST_CASE("SHA-256 is that of the standard, whole and in pieces") {
  const std::string expected = from_hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const jose::sha256_digest whole = jose::sha256("abc");
  CHECK(std::string_view(reinterpret_cast<const char*>(whole.data()), whole.size()) == expected);
  jose::sha256_stream pieces;
  pieces.add("a");
  pieces.add("");
  pieces.add("bc");
  CHECK(pieces.finish() == whole);
}

TEST_CASE("a stream of digests begins again when one is finished") {
  jose::sha256_stream stream;
  stream.add("something");
  CHECK(stream.finish() == jose::sha256("something"));
  CHECK(stream.finish() == jose::sha256(std::string_view()));
  stream.add("else");
  CHECK(stream.finish() == jose::sha256("else"));
}

TEST_CASE("a bare signature is checked with a key that fits, and with no other") {
  const jose::key by = p256_key().public_key().value();
  const std::string signature = signature_of("text", p256_key(), jose::signature_algorithm::es256);
  CHECK(jose::check_signature(by, jose::signature_algorithm::es256, "text", signature).has_value());
  CHECK(jose::check_signature(by, jose::signature_algorithm::es256, "Text", signature).error() ==
        jose::failure::signature_invalid);
  CHECK(jose::check_signature(by, jose::signature_algorithm::es384, "text", signature).error() ==
        jose::failure::key_unfit);
}
