#include <doctest/doctest.h>

#include <candela/core/when.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/core/detail/gate.hpp"

using namespace candela;

namespace {

task<int> number(int value) { co_return value; }

task<int> number_at(testing::gate& at, int value, cancel_token token = {}) {
  const bool opened = co_await at.wait(token);
  co_return opened ? value : -value;
}

task<void> nothing_at(testing::gate& at, cancel_token token = {}) { co_await at.wait(token); }

task<std::string> fails_at(testing::gate& at, const char* text) {
  co_await at.wait();
  throw std::runtime_error(text);
}

}  // namespace

TEST_CASE("when_all gives every result in order, whatever the order of the ends") {
  testing::gate first;
  testing::gate second;
  testing::gate third;
  auto body = [](testing::gate& a, testing::gate& b, testing::gate& c) -> task<int> {
    auto [one, ready, none, three] = co_await when_all(number_at(a, 1), number(20), nothing_at(b), number_at(c, 300));
    static_cast<void>(none);
    co_return one + ready + three;
  };
  task<int> root = body(first, second, third);
  CHECK_FALSE(root.start(nullptr, nullptr));
  third.open();
  first.open();
  CHECK_FALSE(root.done());
  second.open();
  CHECK(root.result() == 321);
}

TEST_CASE("when_all of tasks that are ready doesn't suspend") {
  auto body = []() -> task<int> {
    auto [one, two] = co_await when_all(number(1), number(2));
    std::vector<task<int>> none;
    const auto empty = co_await when_all(std::move(none));
    co_return one + two + static_cast<int>(empty.size());
  };
  task<int> root = body();
  CHECK(root.start(nullptr, nullptr));
  CHECK(root.result() == 3);
}

TEST_CASE("when_all throws the first argument's exception only after all have ended") {
  testing::gate first;
  testing::gate second;
  auto body = [](testing::gate& a, testing::gate& b) -> task<void> {
    static_cast<void>(co_await when_all(fails_at(a, "one"), fails_at(b, "two")));
  };
  task<void> root = body(first, second);
  CHECK_FALSE(root.start(nullptr, nullptr));
  second.open();
  CHECK_FALSE(root.done());
  first.open();
  CHECK_THROWS_WITH_AS(root.result(), "one", std::runtime_error);
}

TEST_CASE("when_all takes a number of tasks known at run time") {
  std::vector<testing::gate> gates(5);
  auto body = [](std::vector<testing::gate>& all) -> task<std::vector<int>> {
    std::vector<task<int>> tasks;
    for (std::size_t i = 0; i != all.size(); ++i) tasks.push_back(number_at(all[i], static_cast<int>(i)));
    auto waiting = co_await when_all(std::move(tasks));
    co_return waiting;
  };
  task<std::vector<int>> root = body(gates);
  CHECK_FALSE(root.start(nullptr, nullptr));
  for (auto at = gates.rbegin(); at != gates.rend(); ++at) at->open();
  CHECK(root.result() == std::vector<int>{0, 1, 2, 3, 4});
}

TEST_CASE("when_any gives the winner after the others were cancelled and have ended") {
  cancel_source others;
  testing::gate fast;
  testing::gate slow;
  testing::gate stubborn;
  auto body = [](cancel_source& race, testing::gate& a, testing::gate& b, testing::gate& c) -> task<std::size_t> {
    auto outcome = co_await when_any(race, number_at(a, 1, race.token()), nothing_at(b, race.token()), number_at(c, 3));
    co_return outcome.index();
  };
  task<std::size_t> root = body(others, slow, fast, stubborn);
  CHECK_FALSE(root.start(nullptr, nullptr));
  fast.open();
  CHECK(others.cancelled());
  CHECK_FALSE(slow.awaited());
  CHECK_FALSE(root.done());
  stubborn.open();
  CHECK(root.result() == 1);
}

TEST_CASE("when_any with a ready task doesn't begin the later ones") {
  cancel_source others;
  bool begun = false;
  auto never = [](bool& flag) -> task<int> {
    flag = true;
    co_return 2;
  };
  auto body = [&never](cancel_source& race, bool& flag) -> task<int> {
    auto outcome = co_await when_any(race, number(1), never(flag));
    co_return std::get<0>(outcome);
  };
  task<int> root = body(others, begun);
  CHECK(root.start(nullptr, nullptr));
  CHECK(root.result() == 1);
  CHECK_FALSE(begun);
}

TEST_CASE("when_any throws what the winner threw and drops what losers throw") {
  cancel_source first_race;
  testing::gate failing;
  testing::gate other;
  auto body = [](cancel_source& race, testing::gate& a, testing::gate& b) -> task<std::size_t> {
    auto outcome = co_await when_any(race, fails_at(a, "loud"), number_at(b, 1, race.token()));
    co_return outcome.index();
  };
  task<std::size_t> failed = body(first_race, failing, other);
  CHECK_FALSE(failed.start(nullptr, nullptr));
  failing.open();
  CHECK_THROWS_WITH_AS(failed.result(), "loud", std::runtime_error);

  cancel_source second_race;
  task<std::size_t> won = body(second_race, failing, other);
  CHECK_FALSE(won.start(nullptr, nullptr));
  other.open();
  CHECK_FALSE(won.done());
  failing.open();
  CHECK(won.result() == 1);
}

TEST_CASE("when_any takes a number of tasks known at run time and refuses none") {
  cancel_source others;
  std::vector<testing::gate> gates(4);
  auto body = [](cancel_source& race, std::vector<testing::gate>& all) -> task<int> {
    std::vector<task<int>> tasks;
    for (std::size_t i = 0; i != all.size(); ++i) {
      tasks.push_back(number_at(all[i], static_cast<int>(i) + 10, race.token()));
    }
    const auto outcome = co_await when_any(race, std::move(tasks));
    co_return outcome.index == 2 ? outcome.value : 0;
  };
  task<int> root = body(others, gates);
  CHECK_FALSE(root.start(nullptr, nullptr));
  gates[2].open();
  CHECK(root.result() == 12);
  CHECK_THROWS_AS(static_cast<void>(when_any(others, std::vector<task<int>>())), std::invalid_argument);
}

TEST_CASE("a race that is cancelled from outside ends with all of its tasks") {
  cancel_source outside;
  cancel_source others(outside.token());
  testing::gate first;
  testing::gate second;
  auto body = [](cancel_source& race, testing::gate& a, testing::gate& b) -> task<int> {
    auto outcome = co_await when_any(race, number_at(a, 1, race.token()), number_at(b, 2, race.token()));
    co_return std::get<0>(outcome);
  };
  task<int> root = body(others, first, second);
  CHECK_FALSE(root.start(nullptr, nullptr));
  outside.cancel();
  CHECK(root.result() == -1);
}
