#include <doctest/doctest.h>

#include <candela/core/scope.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/core/detail/gate.hpp"

using namespace candela;

namespace {

task<void> pass(testing::gate& at, cancel_token token, std::string& story, char name) {
  const bool opened = co_await at.wait(token);
  story += name;
  story += opened ? '+' : '-';
}

task<void> throws_after(testing::gate& at) {
  co_await at.wait();
  throw std::runtime_error("spawned boom");
}

task<void> join_it(scope& joined, std::string& story) {
  co_await joined.join();
  story += "joined";
}

}  // namespace

TEST_CASE("a scope counts its tasks and an empty one is joined at once") {
  scope tasks;
  std::string story;
  testing::gate at;
  tasks.spawn([]() -> task<void> { co_return; }());
  CHECK(tasks.empty());
  tasks.spawn(pass(at, tasks.token(), story, 'a'));
  CHECK(tasks.active() == 1);
  at.open();
  CHECK(tasks.empty());
  task<void> joining = join_it(tasks, story);
  CHECK(joining.start(nullptr, nullptr));
  CHECK(story == "a+joined");
}

TEST_CASE("cancelling asks every task, and join waits for the last one") {
  scope tasks;
  std::string story;
  testing::gate first;
  testing::gate second;
  testing::gate stubborn;
  tasks.spawn(pass(first, tasks.token(), story, 'a'));
  tasks.spawn(pass(second, tasks.token(), story, 'b'));
  tasks.spawn(pass(stubborn, {}, story, 'c'));
  task<void> joining = join_it(tasks, story);
  CHECK_FALSE(joining.start(nullptr, nullptr));
  tasks.cancel();
  CHECK(story == "a-b-");
  CHECK(tasks.active() == 1);
  stubborn.open();
  CHECK(story == "a-b-c+joined");
}

TEST_CASE("a task spawned after the cancellation runs and finds itself cancelled") {
  scope tasks;
  std::string story;
  testing::gate at;
  tasks.cancel();
  tasks.spawn(pass(at, tasks.token(), story, 'a'));
  CHECK(story == "a-");
  CHECK(tasks.empty());
}

TEST_CASE("a scope within is cancelled with its parent, which waits for its tasks") {
  scope outer;
  scope inner(outer);
  std::string story;
  testing::gate at;
  testing::gate stubborn;
  inner.spawn(pass(at, inner.token(), story, 'a'));
  inner.spawn(pass(stubborn, {}, story, 'b'));
  CHECK(outer.active() == 1);
  task<void> joining = join_it(outer, story);
  CHECK_FALSE(joining.start(nullptr, nullptr));
  outer.cancel();
  CHECK(story == "a-");
  stubborn.open();
  CHECK(story == "a-b+joined");
  CHECK(outer.empty());
}

TEST_CASE("a joiner may destroy its scope") {
  std::string story;
  testing::gate at;
  auto owner = [](testing::gate& waited, std::string& told) -> task<void> {
    auto tasks = std::make_unique<scope>();
    tasks->spawn(pass(waited, tasks->token(), told, 'a'));
    co_await tasks->join();
    tasks.reset();
    told += "gone";
  };
  task<void> root = owner(at, story);
  CHECK_FALSE(root.start(nullptr, nullptr));
  at.open();
  CHECK(story == "a+gone");
}

TEST_CASE("an exception of a task is thrown by join") {
  scope tasks;
  testing::gate at;
  std::string story;
  tasks.spawn(throws_after(at));
  task<void> joining = join_it(tasks, story);
  CHECK_FALSE(joining.start(nullptr, nullptr));
  at.open();
  CHECK_THROWS_WITH_AS(joining.result(), "spawned boom", std::runtime_error);
  CHECK(story.empty());
}

TEST_CASE("an error handler takes the exceptions and join is silent") {
  scope tasks;
  testing::gate at;
  std::string story;
  int handled = 0;
  tasks.on_error([&](std::exception_ptr thrown) {
    CHECK_THROWS_AS(std::rethrow_exception(thrown), std::runtime_error);
    ++handled;
  });
  tasks.spawn(throws_after(at));
  task<void> joining = join_it(tasks, story);
  CHECK_FALSE(joining.start(nullptr, nullptr));
  at.open();
  CHECK(handled == 1);
  CHECK(story == "joined");
}

TEST_CASE("an owner that is no coroutine is told when the scope is empty") {
  scope tasks;
  testing::gate at;
  std::string story;
  bool empty = false;
  const auto note = [](void* flag) noexcept { *static_cast<bool*>(flag) = true; };
  CHECK(tasks.join(note, &empty));
  CHECK_FALSE(empty);
  tasks.spawn(pass(at, tasks.token(), story, 'a'));
  CHECK_FALSE(tasks.join(note, &empty));
  CHECK_THROWS_AS(static_cast<void>(tasks.join(note, &empty)), std::logic_error);
  at.open();
  CHECK(empty);
}

TEST_CASE("spawning over and over takes no memory") {
  scope tasks;
  testing::gate at;
  std::string story;
  const auto turn = [&] {
    tasks.spawn(pass(at, tasks.token(), story, 'a'));
    at.open();
    story.clear();
  };
  turn();
  const auto before = frame_pool::current_usage();
  for (int i = 0; i != 10'000; ++i) turn();
  CHECK(frame_pool::current_usage().system_allocations == before.system_allocations);
  CHECK(frame_pool::current_usage().spare_bytes == before.spare_bytes);
}
