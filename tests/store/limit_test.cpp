#include <candela/store/limit.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <random>
#include <stdexcept>

#include "tests/store/embedded_worker.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;
using store::limit;

TEST_CASE("a bucket may be spent at once and fills evenly") {
  embedded_worker one;
  const limit rule = limit::token_bucket(10, 1s, 5);
  CHECK(one.uses(rule, "a") == 5);
  CHECK(one.left().remaining == 0);
  CHECK(one.left().retry_after == 100ms);
  CHECK(one.left().reset == 500ms);
  one.time().advance(99ms);
  CHECK(one.uses(rule, "a") == 0);
  CHECK(one.left().retry_after == 1ms);
  one.time().advance(1ms);
  CHECK(one.uses(rule, "a") == 1);
  one.time().advance(300ms);
  CHECK(one.uses(rule, "a") == 3);
  one.time().advance(1h);
  CHECK(one.uses(rule, "a") == 5);
}

TEST_CASE("what is left is told with every use") {
  embedded_worker one;
  const limit rule = limit::token_bucket(3, 30s, 3);
  for (const std::uint32_t remaining : {2U, 1U, 0U}) {
    CHECK(one.take(rule, "a") == true);
    CHECK(one.left().remaining == remaining);
    CHECK(one.left().reset == (3 - remaining) * 10s);
    CHECK(one.left().retry_after == 0s);
  }
  CHECK(one.take(rule, "a") == false);
  CHECK(one.left().retry_after == 10s);
}

TEST_CASE("a window that has been used up frees each use when it has grown old") {
  embedded_worker one;
  const limit rule = limit::sliding_window(3, 60s);
  CHECK(one.take(rule, "a") == true);
  one.time().advance(20s);
  CHECK(one.take(rule, "a") == true);
  one.time().advance(20s);
  CHECK(one.take(rule, "a") == true);
  CHECK(one.take(rule, "a") == false);
  CHECK(one.left().retry_after == 20s);
  CHECK(one.left().reset == 60s);
  one.time().advance(20s);
  CHECK(one.take(rule, "a") == true);
  CHECK(one.take(rule, "a") == false);
  one.time().advance(60s);
  CHECK(one.uses(rule, "a") == 3);
}

TEST_CASE("no window of any beginning holds more than it may, and no use waits much longer than the window") {
  std::minstd_rand random(7);
  for (const std::uint32_t most : {1U, 7U, 100U}) {
    embedded_worker one;
    const limit rule = limit::sliding_window(most, 1500ms);
    std::deque<clock::steady_time> recent;  // uses of the last window, exactly
    std::deque<clock::steady_time> longer;  // and of a window that is a fifteenth longer
    for (int i = 0; i != 20'000; ++i) {
      one.time().advance(std::chrono::milliseconds(random() % 40));
      const auto now = one.time().steady();
      while (!recent.empty() && recent.front() + 1500ms <= now) recent.pop_front();
      while (!longer.empty() && longer.front() + 1600ms <= now) longer.pop_front();
      const bool taken = one.take(rule, "a").value();
      if (taken) {
        recent.push_back(now);
        longer.push_back(now);
        REQUIRE(recent.size() <= most);
      } else {
        REQUIRE(longer.size() >= most);
      }
    }
  }
}

TEST_CASE("of several limits every one is honoured, and a refused use takes from none") {
  embedded_worker one;
  const limit narrow = limit::token_bucket(2, 1s, 2);
  const limit wide = limit::sliding_window(3, 60s);
  const std::array<store::limit_use, 2> uses{store::limit_use{&narrow, store::limit_key("n:a")},
                                             store::limit_use{&wide, store::limit_key("w:a")}};
  std::array<store::limit_state, 2> left;
  const auto take = [&] { return one.store().take_now(uses, left); };
  CHECK(take() == true);
  CHECK(take() == true);
  CHECK(left[0].remaining == 0);
  CHECK(left[1].remaining == 1);
  for (int i = 0; i != 5; ++i) CHECK(take() == false);
  CHECK(left[0].retry_after == 500ms);
  CHECK(left[1].retry_after == 0s);
  CHECK(left[1].remaining == 1);
  one.time().advance(10s);
  CHECK(take() == true);
  CHECK(take() == false);
  CHECK(left[0].remaining == 1);
  CHECK(left[1].retry_after == 50s);
}

TEST_CASE("callers do not share, and neither do rules of different keys") {
  embedded_worker one;
  const limit rule = limit::token_bucket(2, 1h, 2);
  for (int caller = 0; caller != 1000; ++caller) CHECK(one.uses(rule, "c" + std::to_string(caller)) == 2);
  for (int caller = 0; caller != 1000; ++caller) CHECK(one.uses(rule, "c" + std::to_string(caller)) == 0);
}

TEST_CASE("a table that is full keeps those who have used most") {
  store::settings small;
  small.limit_entries = 64;
  metrics::registry metrics;
  embedded_worker one(small, &metrics);
  const limit rule = limit::token_bucket(100, 1h, 100);
  CHECK(one.uses(rule, "greedy") == 100);
  for (int caller = 0; caller != 5000; ++caller) CHECK(one.take(rule, std::to_string(caller)) == true);
  CHECK(one.uses(rule, "greedy") == 0);
  std::string text;
  metrics.render(text);
  CHECK(text.find("candela_store_limits_evicted_total 4") != std::string::npos);
}

TEST_CASE("a key that is too long and a question about too much are refused") {
  embedded_worker one;
  const limit rule = limit::token_bucket(2, 1s, 2);
  CHECK(one.take(rule, std::string(store::limit_key::max_bytes, 'a')) == true);
  CHECK(one.take(rule, std::string(store::limit_key::max_bytes + 1, 'a')).error() == store::errc::too_large);
  const std::vector<store::limit_use> uses(store::max_limits + 1, {&rule, store::limit_key("a")});
  std::vector<store::limit_state> left(uses.size());
  CHECK(one.store().take_now(uses, left).error() == store::errc::too_large);
}

TEST_CASE("a limit that cannot be counted is a mistake") {
  CHECK_THROWS_AS(static_cast<void>(limit::token_bucket(0, 1s, 1)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(limit::token_bucket(1, 1s, 0)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(limit::token_bucket(1, 1s, 2000)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(limit::token_bucket(1, 0s, 1)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(limit::sliding_window(1, 24h * 32)), std::invalid_argument);
  CHECK_THROWS_AS(static_cast<void>(limit::sliding_window(10'000'000, 1ms)), std::invalid_argument);
  CHECK(limit::token_bucket(1'000'000'000, 24h * 31, 1'000'000'000).interval() > 0ns);
}

TEST_CASE("whole intervals are counted exactly, whatever their length") {
  std::minstd_rand random(11);
  for (const std::uint32_t uses : {1U, 3U, 7U, 1'000'003U, 999'999'999U}) {
    for (const auto window : {std::chrono::nanoseconds(1s), std::chrono::nanoseconds(24h * 31)}) {
      const limit rule = limit::token_bucket(uses, window, 1);
      const std::int64_t interval = rule.interval().count();
      const std::int64_t most = std::min<std::int64_t>(1'000'000, INT64_MAX / interval - 1);
      for (int i = 0; i != 1000; ++i) {
        const std::int64_t whole = random() % most;
        const std::int64_t over = static_cast<std::int64_t>(random()) % interval;
        REQUIRE(rule.intervals_in(whole * interval + over) == whole);
        REQUIRE(rule.intervals_in(whole * interval) == whole);
        REQUIRE(rule.intervals_in(whole * interval + interval - 1) == whole);
      }
    }
  }
}
