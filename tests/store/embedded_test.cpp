#include <candela/store/embedded_source.hpp>

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <barrier>
#include <candela/core/task.hpp>
#include <thread>
#include <vector>

#include "tests/store/embedded_worker.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;

namespace {

constexpr int threads = 64;

// Calls `use(worker)` on as many workers of one process, all at once.
template <class Use>
void at_once(store::source& shared, Use use) {
  std::barrier gate(threads);
  std::vector<std::jthread> all;
  for (int i = 0; i != threads; ++i) {
    all.emplace_back([&] {
      embedded_worker own(shared);
      gate.arrive_and_wait();
      use(own);
    });
  }
}

task<bool> spend_awaited(store::worker_store& asked, clock::wall_time expires) {
  const store::answer first = co_await asked.spend("a", expires);
  co_return first.value();
}

}  // namespace

TEST_CASE("of 64 simultaneous uses of one key exactly one succeeds") {
  const auto source = store::make_embedded_source({});
  for (int round = 0; round != 20; ++round) {
    std::atomic<int> won = 0;
    const std::string key = "issuer|" + std::to_string(round);
    at_once(*source, [&](embedded_worker& own) {
      if (own.store().spend_now(key, own.time().wall() + 60s).value()) ++won;
    });
    REQUIRE(won == 1);
  }
}

TEST_CASE("workers that spend many keys together spend each once") {
  const auto source = store::make_embedded_source({});
  std::atomic<int> won = 0;
  at_once(*source, [&](embedded_worker& own) {
    for (int i = 0; i != 500; ++i) {
      if (own.store().spend_now(std::to_string(i), own.time().wall() + 60s).value()) ++won;
    }
  });
  CHECK(won == 500);
}

TEST_CASE("a full store never holds more than it may, whoever asks") {
  store::settings small;
  small.spent_entries = 300;
  const auto source = store::make_embedded_source(small);
  std::atomic<int> won = 0;
  at_once(*source, [&](embedded_worker& own) {
    for (int i = 0; i != 500; ++i) {
      if (own.store().spend_now(std::to_string(i), own.time().wall() + 60s) == true) ++won;
    }
  });
  CHECK(won == 300);
}

TEST_CASE("workers share their limits, and several at once are one step") {
  const auto source = store::make_embedded_source({});
  const store::limit wide = store::limit::token_bucket(1000, 1h, 1000);
  const store::limit narrow = store::limit::sliding_window(100, 1h);
  std::atomic<int> both = 0;
  at_once(*source, [&](embedded_worker& own) {
    for (int i = 0; i != 200; ++i) {
      // In either order: the locks are taken in their own.
      std::array<store::limit_use, 2> uses{store::limit_use{&wide, store::limit_key("wide")},
                                           store::limit_use{&narrow, store::limit_key("narrow")}};
      if (i % 2 == 1) std::swap(uses[0], uses[1]);
      std::array<store::limit_state, 2> left;
      if (own.store().take_now(uses, left).value()) ++both;
    }
  });
  CHECK(both == 100);
  embedded_worker after(*source);
  CHECK(after.uses(wide, "wide") == 900);
}

TEST_CASE("awaiting an immediate store never suspends") {
  embedded_worker one;
  task<bool> first = spend_awaited(one.store(), one.time().wall() + 60s);
  REQUIRE(first.start([](void*) noexcept {}, nullptr));
  CHECK(first.result());
  task<bool> second = spend_awaited(one.store(), one.time().wall() + 60s);
  REQUIRE(second.start([](void*) noexcept {}, nullptr));
  CHECK_FALSE(second.result());
  CHECK(one.store().immediate());
}

TEST_CASE("a question of whoever is cancelled is not asked") {
  embedded_worker one;
  cancel_source source;
  source.cancel();
  const auto ask = [&]() -> task<store::answer> {
    co_return co_await one.store().spend("a", one.time().wall() + 60s, source.token());
  };
  task<store::answer> asked = ask();
  REQUIRE(asked.start([](void*) noexcept {}, nullptr));
  CHECK(asked.result().error() == store::errc::cancelled);
  CHECK(one.store().spend_now("a", one.time().wall() + 60s) == true);
}
