#include <doctest/doctest.h>

#include "tests/custody/forge.hpp"

using namespace candela;
using namespace candela::testing;

TEST_CASE("the callers become actors of RFC 8693, the newest outermost") {
  scenario chain(3);
  arena memory;
  const auto stack = chain.verdict(memory);
  REQUIRE(stack.has_value());
  CHECK(write_act(**stack, memory) == R"({"sub":"spiffe://example.org/s2","act":{"sub":"spiffe://example.org/s1",)"
                                      R"("act":{"sub":"spiffe://example.org/s0"}}})");
}

TEST_CASE("a root alone is one actor") {
  scenario chain(1);
  arena memory;
  const auto stack = chain.verdict(memory);
  REQUIRE(stack.has_value());
  CHECK(write_act(**stack, memory) == R"({"sub":"spiffe://example.org/s0"})");
}
