#include <doctest/doctest.h>

#include <candela/net/worker.hpp>
#include <functional>
#include <string>
#include <thread>
#include <vector>

using candela::net::flush_order;
using candela::net::flushable;
using candela::net::worker;

namespace {

struct writer final : flushable {
  explicit writer(std::function<void()> called) : on_flush(std::move(called)) {}
  void flush() override { on_flush(); }
  std::function<void()> on_flush;
};

}  // namespace

TEST_CASE("a worker runs what is posted on its own thread until it is stopped") {
  worker one(3);
  std::thread::id home;
  one.loop().post([&] { home = std::this_thread::get_id(); });
  one.start();
  one.stop();
  one.join();
  CHECK(home != std::thread::id());
  CHECK(home != std::this_thread::get_id());
  CHECK(one.index() == 3);
}

TEST_CASE("a worker that is destroyed while it runs stops first") {
  int ran = 0;
  {
    worker one(0);
    one.loop().post([&] { ++ran; });
    one.start();
  }
  CHECK(ran <= 1);
}

TEST_CASE("databases are flushed before connections, each in the order of marking") {
  worker one(0);
  std::string order;
  writer connection([&] { order += 'c'; });
  writer other([&] { order += 'o'; });
  writer database([&] { order += 'd'; });
  one.mark_dirty(connection, flush_order::connections);
  one.mark_dirty(other, flush_order::connections);
  one.mark_dirty(database, flush_order::databases);
  one.mark_dirty(connection, flush_order::connections);
  one.loop().turn_again();
  one.loop().turn();
  CHECK(order == "dco");
}

TEST_CASE("who is dirtied by a flush is flushed in the same turn") {
  worker one(0);
  std::string order;
  writer second([&] { order += 's'; });
  writer first([&] {
    order += 'f';
    one.mark_dirty(second, flush_order::databases);
  });
  one.mark_dirty(first, flush_order::connections);
  one.loop().turn_again();
  one.loop().turn();
  CHECK(order == "fs");
}

TEST_CASE("who is always dirty does not keep the turn from ending, and is flushed again in the next") {
  worker one(0);
  int flushes = 0;
  writer endless([&] {
    ++flushes;
    one.mark_dirty(endless, flush_order::connections);
  });
  one.mark_dirty(endless, flush_order::connections);
  one.loop().turn_again();
  one.loop().turn();
  const int in_one_turn = flushes;
  CHECK(in_one_turn >= 1);
  CHECK(in_one_turn < 20);
  one.loop().turn();
  CHECK(flushes > in_one_turn);
  one.unmark_dirty(endless);
}

TEST_CASE("a flush that withdraws the last of its round still lets the round end") {
  worker one(0);
  int flushes = 0;
  writer last([] { FAIL("withdrawn before its turn came"); });
  writer endless([&] {
    one.unmark_dirty(last);
    // A defect here shows as a turn without an end.
    REQUIRE(++flushes < 100);
    one.mark_dirty(endless, flush_order::connections);
  });
  one.mark_dirty(endless, flush_order::connections);
  one.mark_dirty(last, flush_order::connections);
  one.loop().turn_again();
  one.loop().turn();
  CHECK(flushes >= 1);
  one.unmark_dirty(endless);
}

TEST_CASE("who is withdrawn from the middle leaves the others in place") {
  worker one(0);
  std::string order;
  writer a([&] { order += 'a'; });
  writer b([&] { order += 'b'; });
  writer c([&] { order += 'c'; });
  for (writer* each : {&a, &b, &c}) one.mark_dirty(*each, flush_order::connections);
  one.unmark_dirty(b);
  one.unmark_dirty(b);
  one.loop().turn_again();
  one.loop().turn();
  CHECK(order == "ac");
}

TEST_CASE("one caller in a turn may hold up the loop") {
  worker one(0);
  CHECK(one.claim_turn());
  CHECK(!one.claim_turn());
  one.loop().turn_again();
  one.loop().turn();
  CHECK(one.claim_turn());
  CHECK(!one.claim_turn());
}
