#include <doctest/doctest.h>

#include <atomic>
#include <candela/core/scope.hpp>
#include <candela/net/lanes.hpp>
#include <latch>
#include <memory>
#include <stdexcept>
#include <string>
#include <tests/net/detail/driver.hpp>
#include <thread>
#include <vector>

using namespace candela;
using namespace candela::net;

namespace {

task<std::expected<int, error>> twice(lane& on, loop& home, int number) {
  auto work = [number] { return number * 2; };
  co_return co_await on.run(home, work);
}

task<bool> throws_across(lane& on, loop& home) {
  auto work = []() -> int { throw std::out_of_range("from the lane"); };
  try {
    static_cast<void>(co_await on.run(home, work));
  } catch (const std::out_of_range& thrown) {
    co_return thrown.what() == std::string("from the lane");
  }
  co_return false;
}

task<void> keep_error(lane& on, loop& home, std::function<void()> work, cancel_token token, errc& kept) {
  const auto outcome = co_await on.run(home, std::move(work), token);
  kept = outcome ? errc{} : outcome.error().code;
}

}  // namespace

TEST_CASE("a function runs on a thread of the lane and its value comes back to the loop") {
  candela::clock time;
  loop home(time);
  lane one({"test", 2, 8});
  const auto outcome = testing::run_to_end(home, twice(one, home, 21));
  REQUIRE(outcome);
  CHECK(*outcome == 42);
  std::thread::id where;
  std::thread::id after;
  bool finished = false;
  const auto taken = one.submit([&] { where = std::this_thread::get_id(); }, home,
                                [&](std::expected<void, error> end) {
                                  finished = end.has_value();
                                  after = std::this_thread::get_id();
                                  home.stop();
                                });
  REQUIRE(taken);
  home.run();
  CHECK(finished);
  CHECK(where != std::this_thread::get_id());
  CHECK(after == std::this_thread::get_id());
}

TEST_CASE("what the function throws is thrown where it is awaited") {
  candela::clock time;
  loop home(time);
  lane one({"test", 1, 8});
  CHECK(testing::run_to_end(home, throws_across(one, home)));
}

TEST_CASE("submitted work that throws ends as an internal error with its text") {
  candela::clock time;
  loop home(time);
  lane one({"test", 1, 8});
  std::string text;
  REQUIRE(one.submit([] { throw std::runtime_error("broken"); }, home,
                     [&](std::expected<void, error> end) {
                       text = end.error().text();
                       home.stop();
                     }));
  home.run();
  CHECK(text == "internal: broken");
}

TEST_CASE("a function's own error comes back as it is") {
  candela::clock time;
  loop home(time);
  lane one({"test", 1, 8});
  auto body = [](lane& on, loop& at) -> task<errc> {
    auto work = [] { return std::expected<std::string, error>(std::unexpected(error(errc::not_found))); };
    const std::expected<std::string, error> outcome = co_await on.run(at, work);
    co_return outcome.error().code;
  };
  CHECK(testing::run_to_end(home, body(one, home)) == errc::not_found);
}

TEST_CASE("a full queue refuses at once, and what waited runs in its order") {
  candela::clock time;
  loop home(time);
  lane one({"test", 1, 3});
  std::latch begun(1);
  std::latch go_on(1);
  std::vector<int> order;
  int finished = 0;
  const auto done = [&](std::expected<void, error>) {
    if (++finished == 4) home.stop();
  };
  REQUIRE(one.submit([&] { begun.count_down(), go_on.wait(), order.push_back(0); }, home, done));
  begun.wait();
  for (int piece = 1; piece != 4; ++piece) REQUIRE(one.submit([&, piece] { order.push_back(piece); }, home, done));
  CHECK(one.queued() == 3);
  const auto refused = one.submit([] {}, home, done);
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == errc::busy);
  CHECK(testing::run_to_end(home, twice(one, home, 1)).error() == errc::busy);
  go_on.count_down();
  home.run();
  CHECK(order == std::vector{0, 1, 2, 3});
}

TEST_CASE("a cancelled wait ends at once while the work runs on unobserved") {
  candela::clock time;
  loop home(time);
  lane one({"test", 1, 8});
  std::latch begun(1);
  std::latch go_on(1);
  auto ran = std::make_shared<std::atomic<bool>>(false);
  cancel_source source;
  errc kept{};
  auto body = keep_error(one, home, [&, ran] { begun.count_down(), go_on.wait(), *ran = true; }, source.token(), kept);
  REQUIRE_FALSE(body.start([](void*) noexcept {}, nullptr));
  begun.wait();
  source.cancel();
  CHECK(body.done());
  CHECK(kept == errc::cancelled);
  CHECK_FALSE(*ran);
  body = {};
  go_on.count_down();
  one.shut_down();
  CHECK(*ran);
  home.turn();
  CHECK(ran.use_count() == 1);
}

TEST_CASE("work whose wait was cancelled before it began is left out") {
  candela::clock time;
  loop home(time);
  lane one({"test", 1, 8});
  std::latch begun(1);
  std::latch go_on(1);
  REQUIRE(one.submit([&] { begun.count_down(), go_on.wait(); }, home, [](std::expected<void, error>) {}));
  begun.wait();
  bool ran = false;
  cancel_source source;
  errc kept{};
  auto body = keep_error(one, home, [&] { ran = true; }, source.token(), kept);
  REQUIRE_FALSE(body.start([](void*) noexcept {}, nullptr));
  source.cancel();
  CHECK(kept == errc::cancelled);
  go_on.count_down();
  auto last = twice(one, home, 3);
  CHECK(*testing::run_to_end(home, std::move(last)) == 6);
  CHECK_FALSE(ran);
}

TEST_CASE("a token that is cancelled already keeps the work from being queued") {
  candela::clock time;
  loop home(time);
  lane one({"test", 1, 8});
  cancel_source source;
  source.cancel();
  errc kept{};
  auto body = keep_error(one, home, [] { FAIL("it must not run"); }, source.token(), kept);
  CHECK(body.start([](void*) noexcept {}, nullptr));
  CHECK(kept == errc::cancelled);
  CHECK(one.threads() == 0);
}

TEST_CASE("a waiting frame that is destroyed leaves the work to itself") {
  candela::clock time;
  loop home(time);
  lane one({"test", 1, 8});
  std::latch begun(1);
  std::latch go_on(1);
  errc kept = errc::internal;
  auto body = keep_error(one, home, [&] { begun.count_down(), go_on.wait(); }, {}, kept);
  REQUIRE_FALSE(body.start([](void*) noexcept {}, nullptr));
  begun.wait();
  body = {};
  go_on.count_down();
  one.shut_down();
  home.turn();
  CHECK(kept == errc::internal);
}

TEST_CASE("shutting down completes what runs, cancels what waits and refuses what comes") {
  candela::clock time;
  loop home(time);
  lane one({"test", 1, 8});
  std::latch begun(1);
  std::latch go_on(1);
  std::vector<errc> ends;
  const auto done = [&](std::expected<void, error> end) { ends.push_back(end ? errc{} : end.error().code); };
  REQUIRE(one.submit([&] { begun.count_down(), go_on.wait(); }, home, done));
  begun.wait();
  errc awaited{};
  auto body = keep_error(one, home, [] { FAIL("it must not begin"); }, {}, awaited);
  REQUIRE_FALSE(body.start([](void*) noexcept {}, nullptr));
  REQUIRE(one.submit([] { FAIL("it must not begin"); }, home, done));
  std::thread ending([&] { one.shut_down(); });
  // What waits is cancelled before the work that runs is waited for.
  while (awaited != errc::cancelled) home.turn();
  go_on.count_down();
  ending.join();
  home.turn();
  CHECK(ends == std::vector{errc::cancelled, errc{}});
  const auto refused = one.submit([] {}, home, done);
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == errc::closed);
  one.shut_down();
}

TEST_CASE("work that ends after its loop has ended is dropped") {
  candela::clock time;
  lane one({"test", 1, 8});
  std::latch begun(1);
  std::latch ended(1);
  bool finished = false;
  {
    loop home(time);
    const auto work = [&] {
      begun.count_down();
      ended.wait();
    };
    REQUIRE(one.submit(work, home, [&](std::expected<void, error>) { finished = true; }));
    begun.wait();
  }
  ended.count_down();
  one.shut_down();
  CHECK_FALSE(finished);
}

TEST_CASE("lanes have no thread before their first work, and no more than they need") {
  candela::clock time;
  loop home(time);
  lanes all;
  CHECK(all.cpu.threads() == 0);
  CHECK(all.files.threads() == 0);
  CHECK(*testing::run_to_end(home, twice(all.files, home, 5)) == 10);
  CHECK(all.files.threads() == 1);
  CHECK(all.cpu.threads() == 0);
}

TEST_CASE("as many pieces run at once as the lane has threads") {
  candela::clock time;
  loop home(time);
  lane one({"test", 3, 8});
  // Each waits for the two others: with fewer threads it would never end.
  std::latch together(3);
  int finished = 0;
  for (int piece = 0; piece != 3; ++piece) {
    REQUIRE(one.submit([&] { together.arrive_and_wait(); }, home,
                       [&](std::expected<void, error>) {
                         if (++finished == 3) home.stop();
                       }));
  }
  home.run();
  CHECK(one.threads() == 3);
}

TEST_CASE("many loops share a lane without losing or mixing results") {
  lane shared({"test", 3, 100000});
  std::vector<std::thread> loops;
  std::atomic<int> wrong = 0;
  for (int index = 0; index != 3; ++index) {
    loops.emplace_back([&] {
      candela::clock time;
      loop home(time);
      scope all;
      auto one = [](lane& on, loop& at, int number, std::atomic<int>& bad) -> task<void> {
        const auto outcome = co_await twice(on, at, number);
        if (!outcome || *outcome != number * 2) ++bad;
      };
      for (int number = 0; number != 300; ++number) all.spawn(one(shared, home, number, wrong));
      auto joined = [](scope& joining) -> task<void> { co_await joining.join(); };
      testing::run_to_end(home, joined(all));
    });
  }
  for (std::thread& thread : loops) thread.join();
  CHECK(wrong == 0);
}
