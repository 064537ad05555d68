#include <doctest/doctest.h>

#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <candela/core/manual_clock.hpp>
#include <candela/net/loop.hpp>
#include <candela/net/socket_watch.hpp>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

using candela::manual_clock;
using candela::net::loop;
using candela::net::socket_watch;
using candela::net::timer;
using namespace std::chrono_literals;

namespace {

struct counting_hook : loop::turn_hook {
  void on_turn_end() override { ++turns; }
  int turns = 0;
};

struct stopping_timer : timer {
  explicit stopping_timer(loop& owner)
      : timer(owner.timers(), [](timer& fired) { static_cast<stopping_timer&>(fired).owner_.stop(); }), owner_(owner) {}

 private:
  loop& owner_;
};

}  // namespace

TEST_CASE("work posted from many threads runs on the loop's thread, each thread's in its order") {
  candela::clock time;
  loop owner(time);
  constexpr int threads = 4;
  constexpr int each = 2000;
  std::vector<int> last(threads, -1);
  int run = 0;
  bool in_order = true;
  bool at_home = true;
  std::vector<std::thread> posting;
  for (int thread = 0; thread != threads; ++thread) {
    posting.emplace_back([&, thread] {
      for (int piece = 0; piece != each; ++piece) {
        owner.post([&, thread, piece] {
          in_order = in_order && last[thread] == piece - 1;
          at_home = at_home && owner.is_current();
          last[thread] = piece;
          if (++run == threads * each) owner.stop();
        });
      }
    });
  }
  owner.run();
  for (std::thread& thread : posting) thread.join();
  CHECK(run == threads * each);
  CHECK(in_order);
  CHECK(at_home);
}

TEST_CASE("work that posts work is followed by it in a later turn") {
  candela::clock time;
  loop owner(time);
  std::vector<int> order;
  owner.post([&] {
    order.push_back(1);
    owner.post([&] { order.push_back(3); });
    order.push_back(2);
  });
  owner.turn();
  CHECK(order == std::vector{1, 2});
  owner.turn();
  CHECK(order == std::vector{1, 2, 3});
}

TEST_CASE("work that throws takes nothing with it that was posted behind it") {
  candela::clock time;
  loop owner(time);
  std::vector<int> order;
  owner.post([&] { order.push_back(1); });
  owner.post([] { throw std::runtime_error("posted"); });
  owner.post([&] { order.push_back(2); });
  owner.post([] { throw 3; });
  owner.post([&] { order.push_back(3); });
  owner.turn();
  CHECK(order == std::vector{1, 2, 3});
}

TEST_CASE("work that is posted after the loop stopped is destroyed unrun") {
  candela::clock time;
  auto watched = std::make_shared<int>(0);
  bool run = false;
  {
    loop owner(time);
    owner.post([&] { owner.stop(); });
    owner.run();
    owner.post([&run, watched] { run = true; });
    CHECK(watched.use_count() == 2);
  }
  CHECK(watched.use_count() == 1);
  CHECK_FALSE(run);
}

TEST_CASE("work that goes with the loop may post in its destructor") {
  candela::clock time;
  struct posts_at_end {
    loop* owner;
    explicit posts_at_end(loop& to) : owner(&to) {}
    posts_at_end(posts_at_end&& other) noexcept : owner(std::exchange(other.owner, nullptr)) {}
    ~posts_at_end() {
      if (owner != nullptr) owner->post([] {});
    }
  };
  bool run = false;
  {
    loop owner(time);
    owner.post([held = posts_at_end(owner), &run] { run = true; });
  }
  CHECK_FALSE(run);
}

TEST_CASE("every turn ends with the hook") {
  candela::clock time;
  loop owner(time);
  counting_hook hook;
  owner.set_turn_hook(&hook);
  int seen_by_work = -1;
  owner.post([&] { seen_by_work = hook.turns; });
  owner.turn();
  CHECK(seen_by_work == 0);
  CHECK(hook.turns >= 1);
  const int before = hook.turns;
  owner.turn_again();
  owner.turn();
  CHECK(hook.turns > before);
}

TEST_CASE("a timer that is armed after a nearer one was cancelled wakes the loop") {
  candela::clock time;
  loop owner(time);
  stopping_timer first(owner);
  stopping_timer second(owner);
  owner.post([&] {
    first.arm(owner.time().steady() + 10ms);
    first.cancel();
    owner.post([&] { second.arm(owner.time().steady() + 20ms); });
  });
  const auto begun = std::chrono::steady_clock::now();
  owner.run();
  CHECK(std::chrono::steady_clock::now() - begun >= 20ms);
}

TEST_CASE("a turn that takes long does not put off the timers that were armed in it") {
  candela::clock time;
  loop owner(time);
  stopping_timer soon(owner);
  std::chrono::steady_clock::time_point deadline;
  owner.post([&] {
    deadline = owner.time().steady() + 1200ms;
    soon.arm(deadline);
    while (std::chrono::steady_clock::now() < deadline - 50ms) {
    }
  });
  owner.run();
  const auto late = std::chrono::steady_clock::now() - deadline;
  CHECK(late >= 0ms);
  // Counted from the turn's end it would be 1150 ms late.
  CHECK(late < 1s);
}

namespace {

struct answer_deadline : timer {
  explicit answer_deadline(loop& owner)
      : timer(owner.timers(),
              [](timer& fired) {
                auto& self = static_cast<answer_deadline&>(fired);
                self.came_in_time = self.came;
                self.owner_.stop();
              }),
        owner_(owner) {}
  bool came = false;
  bool came_in_time = false;

 private:
  loop& owner_;
};

}  // namespace

TEST_CASE("a loop that was held up reads what came meanwhile before its timers fire") {
  candela::clock time;
  loop owner(time);
  int ends[2] = {-1, -1};
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
  answer_deadline deadline(owner);
  std::optional<socket_watch> watch;
  watch.emplace(
      owner, ends[0], [](void* told, bool, bool) { static_cast<answer_deadline*>(told)->came = true; }, &deadline);
  watch->want(true, false);
  owner.post([&] {
    deadline.arm(owner.time().steady() + 1ms);
    owner.post([&] {
      const auto until = std::chrono::steady_clock::now() + 2 * loop::held_up_after;
      while (std::chrono::steady_clock::now() < until) {
      }
      REQUIRE(write(ends[1], "x", 1) == 1);
    });
  });
  owner.run();
  CHECK(deadline.came_in_time);
  watch.reset();
  close(ends[0]);
  close(ends[1]);
}

TEST_CASE("a stepped clock fires timers when the test says so") {
  manual_clock time;
  loop owner(time);
  stopping_timer one(owner);
  one.arm(time.steady() + 1h);
  owner.turn();
  CHECK(one.armed());
  time.advance(1h);
  owner.turn();
  CHECK_FALSE(one.armed());
}

TEST_CASE("the loop that runs on another thread is not current here") {
  candela::clock time;
  loop owner(time);
  CHECK(owner.is_current());
  std::atomic<bool> running = false;
  std::thread runner([&] {
    owner.post([&] {
      running = owner.is_current();
      running.notify_one();
    });
    owner.run();
  });
  running.wait(false);
  CHECK_FALSE(owner.is_current());
  owner.post([&] { owner.stop(); });
  runner.join();
}
