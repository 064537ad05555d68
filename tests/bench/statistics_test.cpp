// Medians and quartiles.
#include "bench/measure/statistics.hpp"

#include <doctest/doctest.h>

#include "bench/compare/contest.hpp"

using namespace candela::bench;

TEST_CASE("quartiles are order statistics, whatever the order of the figures") {
  const spread odd = spread_of({5, 1, 4, 2, 3});
  CHECK(odd.lower == 2);
  CHECK(odd.median == 3);
  CHECK(odd.upper == 4);
}

TEST_CASE("between two figures quartiles are interpolated") {
  const spread even = spread_of({4, 1, 3, 2});
  CHECK(even.lower == doctest::Approx(1.75));
  CHECK(even.median == doctest::Approx(2.5));
  CHECK(even.upper == doctest::Approx(3.25));
}

TEST_CASE("one figure is its own quartiles, none are zero") {
  CHECK(spread_of({7}).lower == 7);
  CHECK(spread_of({7}).upper == 7);
  CHECK(spread_of({}).median == 0);
}

TEST_CASE("a target is met, missed, or missed by more than a quarter") {
  CHECK(judge(1.30, 1.30) == verdict::pass);
  CHECK(judge(1.31, 1.30) == verdict::miss);
  CHECK(judge(1.62, 1.30) == verdict::miss);
  CHECK(judge(1.63, 1.30) == verdict::cliff);
}
