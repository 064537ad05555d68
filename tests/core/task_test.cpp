#include <doctest/doctest.h>

#include <algorithm>
#include <candela/core/task.hpp>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

using namespace candela;

namespace {

/// Suspends whoever awaits it until the test resumes it.
struct gate {
  std::coroutine_handle<> waiting;

  auto operator co_await() noexcept {
    struct awaiter {
      gate& self;
      bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<> handle) noexcept { self.waiting = handle; }
      void await_resume() const noexcept {}
    };
    return awaiter{*this};
  }
  void open() { std::exchange(waiting, nullptr).resume(); }
};

/// How far the machine stack reached over all calls of `note`. Frame addresses, since sanitizers move locals elsewhere.
struct stack_meter {
  std::uintptr_t lowest = UINTPTR_MAX;
  std::uintptr_t highest = 0;

  [[gnu::noinline]] void note() {
    const auto address = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
    lowest = std::min(lowest, address);
    highest = std::max(highest, address);
  }
  std::uintptr_t depth() const { return highest - lowest; }
};

task<int> ready(int value) { co_return value; }

task<int> later(gate& at, int value) {
  co_await at;
  co_return value;
}

task<void> fails() {
  throw std::runtime_error("boom");
  co_return;
}

task<void> fails_later(gate& at) {
  co_await at;
  throw std::runtime_error("late boom");
}

struct end_flag {
  bool ended = false;
  static void set(void* self) noexcept { static_cast<end_flag*>(self)->ended = true; }
};

}  // namespace

TEST_CASE("a task doesn't run before it is awaited or started") {
  bool ran = false;
  auto body = [](bool& flag) -> task<void> {
    flag = true;
    co_return;
  };
  task<void> lazy = body(ran);
  CHECK_FALSE(ran);
  CHECK(lazy.start(nullptr, nullptr));
  CHECK(ran);
  CHECK(lazy.done());
}

TEST_CASE("a task that is never started frees its frame and its arguments") {
  auto shared = std::make_shared<int>(1);
  auto body = [](std::shared_ptr<int> value) -> task<int> { co_return *value; };
  {
    task<int> never = body(shared);
    CHECK(shared.use_count() == 2);
  }
  CHECK(shared.use_count() == 1);
}

TEST_CASE("start says whether the task has ended, and tells of a later end once") {
  end_flag flag;
  gate at;
  task<int> pending = later(at, 7);
  CHECK_FALSE(pending.start(&end_flag::set, &flag));
  CHECK_FALSE(flag.ended);
  at.open();
  CHECK(flag.ended);
  CHECK(pending.result() == 7);

  end_flag untouched;
  task<int> immediate = ready(3);
  CHECK(immediate.start(&end_flag::set, &untouched));
  CHECK_FALSE(untouched.ended);
  CHECK(immediate.result() == 3);
}

TEST_CASE("the completion call may destroy the task") {
  gate at;
  task<int> owned = later(at, 1);
  CHECK_FALSE(owned.start([](void* self) noexcept { *static_cast<task<int>*>(self) = task<int>(); }, &owned));
  at.open();
  CHECK_FALSE(static_cast<bool>(owned));
}

TEST_CASE("results travel through nested awaits, at once and later") {
  gate at;
  auto outer = [](gate& inner_gate) -> task<std::string> {
    const int first = co_await ready(40);
    const int second = co_await later(inner_gate, 2);
    co_return std::to_string(first + second);
  };
  task<std::string> root = outer(at);
  CHECK_FALSE(root.start(nullptr, nullptr));
  at.open();
  CHECK(root.result() == "42");
}

TEST_CASE("an exception reaches the awaiter, whether it is thrown at once or after a suspension") {
  gate at;
  auto outer = [](gate& inner_gate) -> task<std::string> {
    std::string seen;
    try {
      co_await fails();
    } catch (const std::runtime_error& error) {
      seen += error.what();
    }
    try {
      co_await fails_later(inner_gate);
    } catch (const std::runtime_error& error) {
      seen += error.what();
    }
    co_return seen;
  };
  task<std::string> root = outer(at);
  CHECK_FALSE(root.start(nullptr, nullptr));
  at.open();
  CHECK(root.result() == "boomlate boom");

  task<void> failed = fails();
  CHECK(failed.start(nullptr, nullptr));
  CHECK_THROWS_AS(failed.result(), std::runtime_error);
}

TEST_CASE("a task that has ended is awaited without suspending") {
  task<int> ended = ready(5);
  CHECK(ended.start(nullptr, nullptr));
  CHECK(ended.operator co_await().await_ready());
  auto outer = [](task<int>& inner) -> task<int> { co_return co_await inner; };
  task<int> root = outer(ended);
  CHECK(root.start(nullptr, nullptr));
  CHECK(root.result() == 5);
}

TEST_CASE("a task that was started is awaited until its end") {
  gate at;
  task<int> running = later(at, 9);
  CHECK_FALSE(running.start(nullptr, nullptr));
  auto outer = [](task<int>& inner) -> task<int> { co_return co_await inner; };
  task<int> root = outer(running);
  CHECK_FALSE(root.start(nullptr, nullptr));
  at.open();
  CHECK(root.result() == 9);
}

TEST_CASE("a value that only moves is returned") {
  auto body = []() -> task<std::unique_ptr<int>> { co_return std::make_unique<int>(11); };
  task<std::unique_ptr<int>> root = body();
  CHECK(root.start(nullptr, nullptr));
  CHECK(*root.result() == 11);
}

TEST_CASE("destroying a suspended task destroys what its frames hold") {
  gate at;
  auto shared = std::make_shared<int>(1);
  auto inner = [](gate& inner_gate, std::shared_ptr<int> held) -> task<void> {
    co_await inner_gate;
    static_cast<void>(held);
  };
  auto outer = [&inner](gate& inner_gate, std::shared_ptr<int> held) -> task<void> {
    co_await inner(inner_gate, held);
  };
  {
    task<void> root = outer(at, shared);
    CHECK_FALSE(root.start(nullptr, nullptr));
    CHECK(shared.use_count() > 1);
  }
  CHECK(shared.use_count() == 1);
}

TEST_CASE("a million ready awaits need no stack and no memory") {
  stack_meter stack;
  auto child = [](stack_meter& meter, int value) -> task<int> {
    meter.note();
    co_return value;
  };
  auto loop = [&child](stack_meter& meter) -> task<std::int64_t> {
    std::int64_t sum = 0;
    for (int i = 0; i != 1'000'000; ++i) sum += co_await child(meter, i & 1);
    co_return sum;
  };
  task<std::int64_t> root = loop(stack);
  const auto before = frame_pool::current_usage().system_allocations;
  CHECK(root.start(nullptr, nullptr));
  CHECK(root.result() == 500'000);
  CHECK(stack.depth() == 0);
  CHECK(frame_pool::current_usage().system_allocations <= before + 1);
}

TEST_CASE("an endless loop of awaits that suspend needs no stack and no memory") {
  stack_meter meter;
  gate at;
  std::int64_t turns = 0;
  auto child = [](gate& inner_gate, stack_meter& stack) -> task<void> {
    co_await inner_gate;
    stack.note();
  };
  auto middle = [&child](gate& inner_gate, stack_meter& stack) -> task<void> { co_await child(inner_gate, stack); };
  auto loop = [&middle](gate& inner_gate, stack_meter& stack, std::int64_t& count) -> task<void> {
    for (;; ++count) co_await middle(inner_gate, stack);
  };
  task<void> root = loop(at, meter, turns);
  CHECK_FALSE(root.start(nullptr, nullptr));
  for (int i = 0; i != 100; ++i) at.open();
  const auto before = frame_pool::current_usage();
  for (int i = 0; i != 200'000; ++i) at.open();
  const auto after = frame_pool::current_usage();
  CHECK(turns == 200'100);
  CHECK(meter.depth() == 0);
  CHECK(after.system_allocations == before.system_allocations);
  CHECK(after.spare_bytes == before.spare_bytes);
}

TEST_CASE("awaits that suspend and awaits that are ready mix without stack") {
  stack_meter meter;
  gate at;
  auto loop = [](gate& inner_gate, stack_meter& stack) -> task<int> {
    int sum = 0;
    for (int i = 0; i != 20'000; ++i) {
      sum += co_await ready(1);
      sum += co_await later(inner_gate, 1);
      stack.note();
    }
    co_return sum;
  };
  task<int> root = loop(at, meter);
  CHECK_FALSE(root.start(nullptr, nullptr));
  while (at.waiting) at.open();
  CHECK(root.result() == 40'000);
  CHECK(meter.depth() == 0);
}
