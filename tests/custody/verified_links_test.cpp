#include <doctest/doctest.h>
#include <candela/custody/verified_links.hpp>

#include <string>

using namespace candela;
using custody::verified_links;

namespace {

jose::sha256_digest numbered(int number) { return jose::sha256(std::to_string(number)); }

}  // namespace

TEST_CASE("a remembered link is found with its epoch and until it dies") {
  verified_links kept(64);
  const jose::sha256_digest link = numbered(1);
  CHECK_FALSE(kept.holds(link, 1, 0));
  kept.remember(link, 1, 100);
  CHECK(kept.holds(link, 1, 99));
  CHECK_FALSE(kept.holds(link, 1, 100));
  CHECK_FALSE(kept.holds(link, 2, 50));
  CHECK_FALSE(kept.holds(numbered(2), 1, 50));
}

TEST_CASE("a link of other keys takes its own place, not a second one") {
  verified_links kept(8);
  kept.remember(numbered(1), 1, 100);
  kept.remember(numbered(1), 2, 100);
  CHECK_FALSE(kept.holds(numbered(1), 1, 50));
  CHECK(kept.holds(numbered(1), 2, 50));
}

TEST_CASE("in a full neighbourhood the link that dies first gives way") {
  verified_links kept(8);
  for (int i = 0; i != 8; ++i) kept.remember(numbered(i), 1, 100 + i);
  kept.remember(numbered(8), 1, 200);
  CHECK_FALSE(kept.holds(numbered(0), 1, 50));
  for (int i = 1; i != 9; ++i) CHECK(kept.holds(numbered(i), 1, 50));
}

TEST_CASE("without room nothing is remembered") {
  verified_links kept(0);
  kept.remember(numbered(1), 1, 100);
  CHECK_FALSE(kept.holds(numbered(1), 1, 50));
}
