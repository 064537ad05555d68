#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <candela/net/signal_watch.hpp>
#include <stdexcept>
#include <vector>

using namespace candela;
using namespace candela::net;

TEST_CASE("signals of the process are calls on the loop, and no longer after the watch's end") {
  candela::clock time;
  loop owner(time);
  std::vector<int> seen;
  const int numbers[] = {SIGHUP, SIGTERM};
  {
    signal_watch watch(owner, numbers, [&](int number) {
      seen.push_back(number);
      CHECK(owner.is_current());
      owner.stop();
    });
    for (const int number : numbers) {
      ::kill(::getpid(), number);
      owner.run();
    }
  }
  CHECK(seen == std::vector{SIGHUP, SIGTERM});
  struct sigaction usual;
  REQUIRE(::sigaction(SIGTERM, nullptr, &usual) == 0);
  const bool back_to_default = usual.sa_handler == SIG_DFL;
  CHECK(back_to_default);
}

TEST_CASE("a signal that nobody may catch is refused") {
  candela::clock time;
  loop owner(time);
  const int numbers[] = {SIGHUP, SIGKILL};
  CHECK_THROWS_AS(signal_watch(owner, numbers, [](int) {}), std::runtime_error);
}
