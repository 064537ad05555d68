#include <doctest/doctest.h>

#include <candela/core/cancellation.hpp>
#include <candela/core/task.hpp>
#include <memory>
#include <vector>

#include "tests/core/detail/gate.hpp"

using namespace candela;

namespace {

struct called_in_order {
  std::vector<int>* order;
  int number;
  cancel_registration registration;

  bool arm(cancel_token token) {
    return registration.arm(token, [](void* self) noexcept { static_cast<called_in_order*>(self)->note(); }, this);
  }
  void note() { order->push_back(number); }
};

}  // namespace

TEST_CASE("registrations are told once, oldest first") {
  std::vector<int> order;
  cancel_source source;
  called_in_order first{&order, 1, {}};
  called_in_order second{&order, 2, {}};
  called_in_order third{&order, 3, {}};
  CHECK(first.arm(source.token()));
  CHECK(second.arm(source.token()));
  CHECK(third.arm(source.token()));
  second.registration.disarm();
  source.cancel();
  source.cancel();
  CHECK(order == std::vector<int>{1, 3});
}

TEST_CASE("a registration that is destroyed is not told") {
  std::vector<int> order;
  cancel_source source;
  {
    called_in_order gone{&order, 1, {}};
    CHECK(gone.arm(source.token()));
  }
  source.cancel();
  CHECK(order.empty());
}

TEST_CASE("arming with a cancelled token says so and never calls") {
  std::vector<int> order;
  cancel_source source;
  source.cancel();
  called_in_order late{&order, 1, {}};
  CHECK_FALSE(late.arm(source.token()));
  CHECK(order.empty());
}

TEST_CASE("a default token is never cancelled") {
  std::vector<int> order;
  called_in_order waiting{&order, 1, {}};
  CHECK(waiting.arm(cancel_token()));
  CHECK_FALSE(cancel_token().cancelled());
}

TEST_CASE("a callback may destroy other registrations and the source itself") {
  std::vector<int> order;
  auto source = std::make_unique<cancel_source>();
  auto victim = std::make_unique<called_in_order>(&order, 2);
  struct destroyer {
    std::unique_ptr<cancel_source>& source;
    std::unique_ptr<called_in_order>& victim;
  } both{source, victim};
  cancel_registration killer;
  const auto kill = [](void* argument) noexcept {
    auto& held = *static_cast<destroyer*>(argument);
    held.victim.reset();
    held.source.reset();
  };
  CHECK(killer.arm(source->token(), kill, &both));
  CHECK(victim->arm(source->token()));
  source->cancel();
  CHECK(order.empty());
  CHECK(source == nullptr);
}

TEST_CASE("a source is cancelled with its parent, before and after its making") {
  cancel_source parent;
  cancel_source child(parent.token());
  cancel_source grandchild(child.token());
  parent.cancel();
  CHECK(child.cancelled());
  CHECK(grandchild.cancelled());
  cancel_source late(parent.token());
  CHECK(late.cancelled());
}

TEST_CASE("cancelling a child leaves its parent alone") {
  cancel_source parent;
  cancel_source child(parent.token());
  child.cancel();
  CHECK_FALSE(parent.cancelled());
}

TEST_CASE("an awaitable ends as cancelled and its frame runs to its end") {
  cancel_source source;
  testing::gate at;
  bool tidied = false;
  auto body = [](testing::gate& waited, cancel_token token, bool& done) -> task<bool> {
    const bool opened = co_await waited.wait(token);
    done = true;
    co_return opened;
  };
  task<bool> root = body(at, source.token(), tidied);
  CHECK_FALSE(root.start(nullptr, nullptr));
  source.cancel();
  CHECK(tidied);
  CHECK_FALSE(root.result());
}

TEST_CASE("until_cancelled ends with the cancellation and at once afterwards") {
  cancel_source source;
  auto body = [](cancel_token token) -> task<int> {
    co_await until_cancelled(token);
    co_return 1;
  };
  task<int> before = body(source.token());
  CHECK_FALSE(before.start(nullptr, nullptr));
  source.cancel();
  CHECK(before.done());
  task<int> after = body(source.token());
  CHECK(after.start(nullptr, nullptr));
}
