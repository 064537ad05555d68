#include <doctest/doctest.h>

#include <candela/core/manual_clock.hpp>

using namespace candela;
using namespace std::chrono_literals;

TEST_CASE("a clock remembers its reading until it is updated") {
  candela::clock worker_clock;
  const auto first = worker_clock.steady();
  while (std::chrono::steady_clock::now() <= first) {
  }
  CHECK(worker_clock.steady() == first);
  worker_clock.update();
  CHECK(worker_clock.steady() > first);
}

TEST_CASE("a clock tells the system's time of day") {
  const auto before = std::chrono::system_clock::now();
  const candela::clock worker_clock;
  CHECK(worker_clock.wall() >= before);
  CHECK(worker_clock.wall() <= std::chrono::system_clock::now());
}

TEST_CASE("a manual clock moves only when it is told to") {
  manual_clock stepped;
  candela::clock& seen = stepped;
  const auto steady = seen.steady();
  const auto wall = seen.wall();
  seen.update();
  CHECK(seen.steady() == steady);
  stepped.advance(1500ms);
  CHECK(seen.steady() == steady + 1500ms);
  CHECK(seen.wall() == wall + 1500ms);
  stepped.set_wall(wall - 1h);
  CHECK(seen.steady() == steady + 1500ms);
  CHECK(seen.wall() == wall - 1h);
}
