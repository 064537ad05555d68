#include <candela/store/store.hpp>

#include <doctest/doctest.h>

#include "tests/store/embedded_worker.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;

TEST_CASE("only the first use of a key succeeds, until it expires") {
  embedded_worker one;
  const auto expires = one.time().wall() + 60s;
  CHECK(one.store().spend_now("a", expires) == true);
  CHECK(one.store().spend_now("a", expires) == false);
  CHECK(one.store().spend_now("b", expires) == true);
  one.time().advance(59s);
  CHECK(one.store().spend_now("a", expires) == false);
  // Its holder's own check comes first; what has expired never counts as fresh here either.
  one.time().advance(1s);
  CHECK(one.store().spend_now("a", expires) == false);
  one.time().advance(1h);
  CHECK(one.store().spend_now("a", one.time().wall() + 60s) == true);
}

TEST_CASE("keys are compared whole") {
  embedded_worker one;
  const auto expires = one.time().wall() + 60s;
  const std::string zero("a\0b", 3);
  CHECK(one.store().spend_now(zero, expires) == true);
  CHECK(one.store().spend_now("a", expires) == true);
  CHECK(one.store().spend_now(std::string(store::worker_store::max_key_bytes, 'k'), expires) == true);
  CHECK(one.store().spend_now(std::string(store::worker_store::max_key_bytes + 1, 'k'), expires).error() ==
        store::errc::too_large);
}

TEST_CASE("a time of day that is set back revives nothing") {
  embedded_worker one;
  const auto begin = one.time().wall();
  CHECK(one.store().spend_now("a", begin + 60s) == true);
  one.time().set_wall(begin - 1h);
  // By the clock that was set back the key is good for another hour: it stays used for all of it.
  for (int minutes = 0; minutes != 61; ++minutes) {
    REQUIRE(one.store().spend_now("a", begin + 60s) == false);
    one.time().advance(1min);
  }
  one.time().advance(10s);
  CHECK(one.store().spend_now("a", one.time().wall() + 60s) == true);
}

TEST_CASE("a time of day that jumps ahead and comes back revives nothing") {
  embedded_worker one;
  const auto begin = one.time().wall();
  CHECK(one.store().spend_now("a", begin + 60s) == true);
  one.time().set_wall(begin + 2h);
  CHECK(one.store().spend_now("b", begin + 3h) == true);
  one.time().set_wall(begin);
  CHECK(one.store().spend_now("a", begin + 60s) == false);
  one.time().advance(59s);
  CHECK(one.store().spend_now("a", begin + 60s) == false);
  CHECK(one.store().spend_now("b", begin + 3h) == false);
}

TEST_CASE("a full store takes nothing new and forgets nothing") {
  store::settings small;
  small.spent_entries = 100;
  metrics::registry metrics;
  embedded_worker one(small, &metrics);
  const auto expires = one.time().wall() + 60s;
  for (int i = 0; i != 100; ++i) REQUIRE(one.store().spend_now(std::to_string(i), expires) == true);
  CHECK(one.store().spend_now("new", expires).error() == store::errc::full);
  for (int i = 0; i != 100; ++i) REQUIRE(one.store().spend_now(std::to_string(i), expires) == false);
  std::string text;
  metrics.render(text);
  CHECK(text.find("candela_store_spent_entries 100") != std::string::npos);
  CHECK(text.find("candela_store_errors_total{error=\"full\"} 1") != std::string::npos);
  one.time().advance(66s);
  for (int i = 0; i != 100; ++i) {
    REQUIRE(one.store().spend_now("n" + std::to_string(i), one.time().wall() + 60s) == true);
  }
}
