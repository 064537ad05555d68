#include <doctest/doctest.h>

#include <candela/core/manual_clock.hpp>
#include <candela/net/timer_wheel.hpp>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <vector>

using candela::net::timer;
using candela::net::timer_wheel;
using namespace std::chrono_literals;
using time_point = std::chrono::steady_clock::time_point;

namespace {

const time_point start = time_point(1h);

struct bell : timer {
  explicit bell(timer_wheel& wheel)
      : timer(wheel, [](timer& fired) {
          auto& self = static_cast<bell&>(fired);
          ++self.rung;
          if (self.then) self.then();
        }) {}
  int rung = 0;
  std::function<void()> then;
};

// Deadlines of every order of magnitude, from the past to beyond the wheel's range of two years.
std::chrono::nanoseconds some_delay(std::mt19937_64& random) {
  static constexpr std::chrono::nanoseconds scales[] = {900us, 5ms, 70ms, 1s, 20s, 5min, 1h, 24h, 24h * 40, 24h * 1000};
  const auto scale = scales[random() % std::size(scales)];
  return std::chrono::nanoseconds(static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(scale.count()))) -
         100us;
}

// The wheel beside a list of deadlines that is searched from end to end.
class wheel_and_model {
 public:
  explicit wheel_and_model(std::uint64_t seed) : random_(seed) {
    for (int i = 0; i != 60; ++i) timers_.push_back(std::make_unique<bell>(wheel_));
  }

  void act() {
    bell& one = *timers_[random_() % timers_.size()];
    if (random_() % 4 == 0) {
      one.cancel();
      model_.erase(&one);
    } else {
      const time_point deadline = now_ + some_delay(random_);
      one.arm(deadline);
      model_[&one] = deadline;
    }
  }

  void step() {
    const std::int64_t wait = wheel_.until_next(now_);
    REQUIRE((wait < 0) == model_.empty());
    // Half of the steps go where the wheel asks to be looked at, the others anywhere.
    const bool as_asked = wait >= 0 && random_() % 2 == 0;
    const time_point before = now_;
    now_ += as_asked ? std::chrono::nanoseconds(std::chrono::milliseconds(wait)) : some_delay(random_) + 100us;
    for (const auto& [one, deadline] : model_) {
      // Whoever sleeps as long as the wheel says is late for nobody by more than its resolution.
      if (as_asked) REQUIRE(deadline + 1ms >= std::min(now_, std::max(deadline, before)));
    }
    for (auto& one : timers_) one->rung = 0;
    wheel_.advance(now_);
    for (auto& one : timers_) check(*one);
  }

 private:
  void check(bell& one) {
    const auto expected = model_.find(&one);
    const bool armed = expected != model_.end();
    // Up to a millisecond late, never early.
    if (!armed || expected->second > now_) REQUIRE(one.rung == 0);
    if (armed && expected->second + 1ms <= now_) REQUIRE(one.rung == 1);
    if (one.rung != 0) model_.erase(&one);
    REQUIRE(one.armed() == model_.contains(&one));
  }

  std::mt19937_64 random_;
  time_point now_ = start;
  timer_wheel wheel_{start};
  std::vector<std::unique_ptr<bell>> timers_;
  std::map<bell*, time_point> model_;
};

}  // namespace

TEST_CASE("timers fire when a naive list of deadlines says so, whatever was armed, put off and cancelled") {
  for (std::uint64_t seed = 1; seed != 41; ++seed) {
    CAPTURE(seed);
    wheel_and_model both(seed);
    for (int step = 0; step != 400; ++step) {
      for (int act = 0; act != 5; ++act) both.act();
      both.step();
    }
  }
}

TEST_CASE("a timer hours or years away fires in its own millisecond") {
  for (const std::chrono::nanoseconds delay :
       {std::chrono::nanoseconds(1ms), std::chrono::nanoseconds(64ms), std::chrono::nanoseconds(4096ms),
        std::chrono::nanoseconds(5h + 3ms), std::chrono::nanoseconds(24h * 9), std::chrono::nanoseconds(24h * 900)}) {
    timer_wheel wheel(start);
    bell far(wheel);
    far.arm(start + delay);
    time_point now = start;
    int looks = 0;
    for (; far.rung == 0 && looks != 100; ++looks) {
      const std::int64_t wait = wheel.until_next(now);
      REQUIRE(wait > 0);
      now += std::chrono::milliseconds(wait);
      wheel.advance(now);
    }
    CHECK(now == start + delay);
    CHECK(looks < 12);
    CHECK(wheel.until_next(now) == -1);
  }
}

TEST_CASE("a deadline at the end of time is held without harm") {
  timer_wheel wheel(start);
  bell never(wheel);
  bell past(wheel);
  never.arm(time_point::max());
  past.arm(time_point::min());
  wheel.advance(start + 24h * 10000);
  CHECK(never.rung == 0);
  CHECK(past.rung == 1);
}

TEST_CASE("a timer that is armed at a deadline in the past fires at the next step") {
  timer_wheel wheel(start);
  bell late(wheel);
  late.arm(start - 5s);
  wheel.advance(start);
  CHECK(late.rung == 0);
  wheel.advance(start + 1ms);
  CHECK(late.rung == 1);
}

TEST_CASE("putting a deadline off keeps the timer from firing at the old one") {
  timer_wheel wheel(start);
  bell idle(wheel);
  idle.arm(start + 10ms);
  idle.arm(start + 500ms);
  wheel.advance(start + 499ms);
  CHECK(idle.rung == 0);
  wheel.advance(start + 500ms);
  CHECK(idle.rung == 1);
}

TEST_CASE("a callback may cancel, destroy and arm the timers that are due with it") {
  timer_wheel wheel(start);
  // Which of a slot fires first is not promised: each of the two ends the other.
  auto first = std::make_unique<bell>(wheel);
  auto second = std::make_unique<bell>(wheel);
  bell later(wheel);
  int rung = 0;
  first->then = [&] { ++rung, second.reset(), later.arm(start + 20ms); };
  second->then = [&] { ++rung, first.reset(), later.arm(start + 20ms); };
  first->arm(start + 10ms);
  second->arm(start + 10ms);
  wheel.advance(start + 10ms);
  CHECK(rung == 1);
  CHECK((first == nullptr) != (second == nullptr));
  wheel.advance(start + 19ms);
  CHECK(later.rung == 0);
  wheel.advance(start + 20ms);
  CHECK(later.rung == 1);
}

TEST_CASE("a callback that arms its own timer anew is called at each deadline that has come") {
  timer_wheel wheel(start);
  bell ticking(wheel);
  ticking.then = [&] {
    if (ticking.rung < 10) ticking.arm(ticking.deadline() + 100ms);
  };
  ticking.arm(start + 100ms);
  wheel.advance(start + 550ms);
  CHECK(ticking.rung == 5);
  wheel.advance(start + 24h);
  CHECK(ticking.rung == 10);
}

TEST_CASE("a timer armed after a nearer one was cancelled is reported as nearer") {
  timer_wheel wheel(start);
  bell cancelled(wheel);
  bell kept(wheel);
  cancelled.arm(start + 10ms);
  cancelled.cancel();
  CHECK(wheel.take_nearer());
  kept.arm(start + 50ms);
  CHECK(wheel.take_nearer());
  CHECK(wheel.until_next(start) == 50);
}
