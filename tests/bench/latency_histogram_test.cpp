// Percentiles out of logarithmic cells.
#include "bench/load/latency_histogram.hpp"

#include <doctest/doctest.h>

using candela::bench::latency_histogram;
using std::chrono::nanoseconds;

TEST_CASE("an empty histogram has no latency") { CHECK(latency_histogram().at(0.99) == nanoseconds(0)); }

TEST_CASE("a percentile is at most a sixteenth above the value recorded") {
  for (const std::int64_t value : {0LL, 1LL, 15LL, 16LL, 17LL, 1000LL, 123'456LL, 5'000'000'000LL}) {
    latency_histogram one;
    one.record(nanoseconds(value), 1);
    CHECK(one.at(0.5).count() >= value);
    CHECK(one.at(0.5).count() <= value + value / 16);
  }
}

TEST_CASE("percentiles weigh requests, not batches") {
  latency_histogram mixed;
  mixed.record(nanoseconds(10), 90);
  mixed.record(nanoseconds(1'000'000), 10);
  CHECK(mixed.at(0.5) == nanoseconds(10));
  CHECK(mixed.at(0.9) == nanoseconds(10));
  CHECK(mixed.at(0.91) >= nanoseconds(1'000'000));
}

TEST_CASE("a clock that steps back counts as no time") {
  latency_histogram one;
  one.record(nanoseconds(-5), 1);
  CHECK(one.at(1) == nanoseconds(0));
}
