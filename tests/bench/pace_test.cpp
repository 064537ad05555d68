// When a client with a fixed rate sends.
#include "bench/load/pace.hpp"

#include <doctest/doctest.h>

using namespace candela::bench;
using namespace std::chrono_literals;

TEST_CASE("moments are evenly spread from the beginning to before the end") {
  const pace::clock::time_point begin{};
  pace moments(begin, begin + 10ms, 4ms);
  CHECK(moments.take() == begin);
  CHECK(moments.take() == begin + 4ms);
  CHECK(moments.take() == begin + 8ms);
  CHECK_FALSE(moments.goes_on());
}

TEST_CASE("a moment is due when it has come, and a late one moves none of the others") {
  const pace::clock::time_point begin{};
  pace moments(begin + 1ms, begin + 10ms, 4ms);
  CHECK_FALSE(moments.due(begin));
  CHECK(moments.until(begin) == 1ms);
  CHECK(moments.due(begin + 7ms));
  CHECK(moments.until(begin + 7ms) == 0ms);
  CHECK(moments.take() == begin + 1ms);
  CHECK(moments.take() == begin + 5ms);
}

TEST_CASE("moments that are given up are counted") {
  const pace::clock::time_point begin{};
  pace moments(begin, begin + 12ms, 4ms);
  moments.take();
  CHECK(moments.abandon() == 2);
  CHECK_FALSE(moments.goes_on());
  CHECK(moments.abandon() == 0);
  CHECK_FALSE(pace().goes_on());
}
