#include <candela/core/keyed_hash.hpp>

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace candela;

// Messages 00 01 02 ... under the key 00 01 ... 0f, as in the authors' vectors; the values are those of a second
// implementation that reproduces their SipHash-2-4.
TEST_CASE("the hash is SipHash-1-3") {
  const keyed_hash hash(keyed_hash::key{0x0706050403020100, 0x0f0e0d0c0b0a0908});
  std::string message;
  for (char next = 0; next != 15; ++next) message += next;
  const std::string_view all = message;
  CHECK(hash(all.substr(0, 0)) == 0xabac0158050fc4dc);
  CHECK(hash(all.substr(0, 1)) == 0xc9f49bf37d57ca93);
  CHECK(hash(all.substr(0, 8)) == 0x369095118d299a8e);
  CHECK(hash(all) == 0xd320d86d2a519956);
}

TEST_CASE("every byte and the length count") {
  const keyed_hash hash;
  std::set<std::uint64_t> seen;
  std::string text(40, '\0');
  seen.insert(hash(text));
  for (std::size_t at = 0; at != text.size(); ++at) {
    text[at] = 1;
    CHECK(seen.insert(hash(text)).second);
    text[at] = 0;
    CHECK(seen.insert(hash(text.substr(0, at))).second);
  }
}

TEST_CASE("another key gives another hash") {
  CHECK(keyed_hash()("the same") != keyed_hash()("the same"));
  CHECK(keyed_hash::of_process()("the same") == keyed_hash::of_process()("the same"));
}
