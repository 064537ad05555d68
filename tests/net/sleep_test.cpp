#include <doctest/doctest.h>

#include <candela/core/manual_clock.hpp>
#include <candela/core/task.hpp>
#include <candela/net/sleep.hpp>
#include <tests/net/detail/driver.hpp>

using namespace candela;
using namespace candela::net;
using namespace std::chrono_literals;

namespace {

task<bool> slept(loop& on, std::chrono::nanoseconds duration, cancel_token token = {}) {
  const auto outcome = co_await sleep_for(on, duration, token);
  if (!outcome) CHECK(outcome.error() == errc::cancelled);
  co_return outcome.has_value();
}

bool start(task<bool>& body) {
  return body.start([](void*) noexcept {}, nullptr);
}

}  // namespace

TEST_CASE("a sleep lasts as long as it should by the loop's clock") {
  manual_clock time;
  loop on(time);
  auto body = slept(on, 5s);
  REQUIRE_FALSE(start(body));
  time.advance(4999ms);
  on.turn();
  CHECK_FALSE(body.done());
  time.advance(1ms);
  on.turn();
  REQUIRE(body.done());
  CHECK(body.result());
}

TEST_CASE("a sleep on the real clock wakes the loop") {
  candela::clock time;
  loop on(time);
  const auto begun = time.steady();
  CHECK(testing::run_to_end(on, slept(on, 15ms)));
  CHECK(std::chrono::steady_clock::now() - begun >= 15ms);
}

TEST_CASE("a cancelled sleep ends within the cancellation") {
  manual_clock time;
  loop on(time);
  cancel_source source;
  auto body = slept(on, 1h, source.token());
  REQUIRE_FALSE(start(body));
  source.cancel();
  REQUIRE(body.done());
  CHECK_FALSE(body.result());
  CHECK(on.timers().until_next(time.steady()) == -1);
}

TEST_CASE("a sleep under a cancelled token, or of no length, does not suspend") {
  manual_clock time;
  loop on(time);
  cancel_source source;
  source.cancel();
  auto cancelled = slept(on, 1h, source.token());
  REQUIRE(start(cancelled));
  CHECK_FALSE(cancelled.result());
  auto none = slept(on, -1s);
  REQUIRE(start(none));
  CHECK(none.result());
}

TEST_CASE("a sleep that was long over is not cancelled afterwards") {
  manual_clock time;
  loop on(time);
  cancel_source source;
  auto body = slept(on, 1s, source.token());
  REQUIRE_FALSE(start(body));
  time.advance(2s);
  on.turn();
  REQUIRE(body.done());
  source.cancel();
  CHECK(body.result());
}

TEST_CASE("a sleep for ever can be cancelled, and destroyed") {
  manual_clock time;
  loop on(time);
  cancel_source source;
  auto body = slept(on, std::chrono::nanoseconds::max(), source.token());
  REQUIRE_FALSE(start(body));
  time.advance(24h * 5000);
  on.turn();
  CHECK_FALSE(body.done());
  body = {};
  CHECK(on.timers().until_next(time.steady()) == -1);
}
