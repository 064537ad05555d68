// SQLite under load: deadlines, cancellation, shedding, sessions, workers side by side.
#include <candela/core/when_all.hpp>
#include <string>
#include <thread>
#include <vector>

#include "tests/db/sqlite_fixture.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;

namespace {

// Runs until it is interrupted.
constexpr db::statement endless{
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", db::read_only};
constexpr db::statement endless_write{
    "INSERT INTO item(name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"};
constexpr db::statement count_to{
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) SELECT count(*) FROM n",
    db::read_only};
constexpr db::statement answer{"SELECT 42", db::read_only};
constexpr db::statement insert_item{"INSERT INTO item(name) VALUES ($1)"};
constexpr db::statement count_items{"SELECT count(*) FROM item", db::read_only};
constexpr const char* items = "CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT)";

}  // namespace

TEST_CASE("a query that takes too long is interrupted, and its thread goes on with others") {
  sqlite_database made;
  made.settings.readers = 1;
  test_database base(made.settings);
  prepare(base, items);
  base.run([](db::database data) -> task<void> {
    const db::database hasty = data.until(std::chrono::steady_clock::now() + 50ms);
    CHECK((co_await hasty.execute(endless)).error() == db::errc::timed_out);
    CHECK((co_await data.query_one<int>(answer)).value() == 42);
    const db::database again = data.until(std::chrono::steady_clock::now() + 50ms);
    CHECK((co_await again.execute(endless_write)).error() == db::errc::timed_out);
    CHECK((co_await data.execute(insert_item, "a")).value() == 1);
    CHECK((co_await data.query_one<int>(count_items)).value() == 1);
  });
}

TEST_CASE("the configured limit ends a query that has no deadline of its own") {
  sqlite_database made;
  made.settings.query_timeout = 1ms;
  test_database base(made.settings);
  base.run(
      [](db::database data) -> task<void> { CHECK((co_await data.execute(endless)).error() == db::errc::timed_out); });
}

TEST_CASE("a deadline in a transaction ends the session and undoes its changes") {
  sqlite_database made;
  test_database base(made.settings);
  prepare(base, items);
  base.run([](db::database data) -> task<void> {
    const auto too_long = [](db::transaction& change) -> task<std::expected<int, db::error>> {
      static_cast<void>((co_await change.execute(insert_item, "a")).value());
      const auto late = co_await change.execute(endless_write);
      CHECK(late.error() == db::errc::timed_out);
      CHECK((co_await change.execute(insert_item, "b")).error() == db::errc::connection_lost);
      co_return std::unexpected(late.error());
    };
    // Time enough for the first change on a busy machine.
    const db::database hasty = data.until(std::chrono::steady_clock::now() + 2s);
    CHECK((co_await hasty.transaction(too_long)).error() == db::errc::timed_out);
    CHECK((co_await data.query_one<int>(count_items)).value() == 0);
    CHECK((co_await data.execute(insert_item, "c")).value() == 1);
  });
}

TEST_CASE("whoever waits too long for the writer is told so, and the writer goes to the next one") {
  sqlite_database made;
  test_database base(made.settings);
  prepare(base, items);
  base.run([](db::database data) -> task<void> {
    {
      const auto holder = co_await data.session();
      REQUIRE(holder.has_value());
      const db::database hasty = data.until(std::chrono::steady_clock::now() + 20ms);
      const auto second = co_await hasty.session();
      CHECK(second.error() == db::errc::timed_out);
      CHECK((co_await hasty.execute(insert_item, "a")).error() == db::errc::timed_out);
      CHECK((co_await data.query_one<int>(answer)).value() == 42);
    }
    CHECK((co_await data.session()).has_value());
    CHECK((co_await data.execute(insert_item, "b")).value() == 1);
  });
}

TEST_CASE("a cancelled query ends at once and is interrupted") {
  sqlite_database made;
  made.settings.readers = 1;
  test_database base(made.settings);
  prepare(base, items);
  base.run([&](db::database data) -> task<void> {
    cancel_source source;
    const auto cancelling = [&]() -> task<void> {
      // The writer's answer comes in a later turn: by then the query has left for its thread.
      CHECK((co_await data.execute(insert_item, "a")).value() == 1);
      source.cancel();
    };
    const db::database cancelled = base.database(source.token());
    const auto asking = [&]() -> task<void> {
      CHECK((co_await cancelled.execute(endless)).error() == db::errc::cancelled);
    };
    task<void> canceller = cancelling();
    task<void> asker = asking();
    co_await when_all(std::move(canceller), std::move(asker));
    CHECK((co_await data.query_one<int>(answer)).value() == 42);
  });
}

TEST_CASE("a query that is known to be slow holds up no other one") {
  sqlite_database made;
  test_database base(made.settings);
  base.run([&](db::database data) -> task<void> {
    // That it is slow shows when it runs.
    CHECK((co_await data.query_one<int>(count_to, 50'000)).value() == 50'000);
    cancel_source source;
    const db::database cancelled = base.database(source.token());
    int answered = 0;
    const auto slow = [&]() -> task<void> {
      // Without an end: it has to be stopped by those who would wait for it.
      CHECK((co_await cancelled.execute(count_to, INT64_MAX)).error() == db::errc::cancelled);
    };
    const auto fast = [&]() -> task<void> {
      CHECK((co_await data.query_one<int>(answer)).value() == 42);
      if (++answered == 2) source.cancel();
    };
    std::vector<task<void>> asked;
    asked.push_back(slow());
    asked.push_back(fast());
    asked.push_back(slow());
    asked.push_back(fast());
    co_await when_all(std::move(asked));
    CHECK(answered == 2);
  });
}

TEST_CASE("more queries than may wait are shed") {
  sqlite_database made;
  made.settings.queue_limit = 4;
  made.settings.retry_after = 3s;
  test_database base(made.settings);
  base.run([](db::database data) -> task<void> {
    int shed = 0;
    int answered = 0;
    const auto ask = [&]() -> task<void> {
      const auto answer_of = co_await data.query_one<int>(answer);
      if (answer_of) {
        ++answered;
      } else {
        CHECK(answer_of.error() == db::errc::overloaded);
        CHECK(answer_of.error().retry_after() == 3s);
        ++shed;
      }
    };
    std::vector<task<void>> asked;
    for (int i = 0; i != 10; ++i) asked.push_back(ask());
    co_await when_all(std::move(asked));
    CHECK(answered == 4);
    CHECK(shed == 6);
    CHECK((co_await data.query_one<int>(answer)).value() == 42);
  });
}

TEST_CASE("more reading sessions than there may be wait for each other") {
  sqlite_database made;
  made.settings.sessions = 1;
  test_database base(made.settings);
  base.run([](db::database data) -> task<void> {
    int running = 0;
    int ended = 0;
    db::transaction_options options;
    options.read_only = true;
    const auto one = [&](db::transaction& look) -> task<std::expected<int, db::error>> {
      CHECK(++running == 1);
      const auto found = co_await look.query_one<int>(answer);
      --running;
      ++ended;
      co_return found.value().value();
    };
    const auto ask = [&]() -> task<void> { CHECK((co_await data.transaction(one, options)).value() == 42); };
    std::vector<task<void>> asked;
    for (int i = 0; i != 5; ++i) asked.push_back(ask());
    co_await when_all(std::move(asked));
    CHECK(ended == 5);
  });
}

TEST_CASE("workers write one after the other, and lose nothing") {
  sqlite_database made;
  const std::unique_ptr<db::source> source = db::make_source(made.settings);
  {
    net::worker worker(9);
    arena memory;
    const auto driver = source->open(worker);
    const db::database data(*driver, memory);
    static constexpr db::statement table{"CREATE TABLE counter(value INTEGER)"};
    static constexpr db::statement zero{"INSERT INTO counter VALUES (0)"};
    const auto set_up = [&]() -> task<void> {
      static_cast<void>((co_await data.execute(table)).value());
      static_cast<void>((co_await data.execute(zero)).value());
      worker.loop().stop();
    };
    task<void> work = set_up();
    if (!work.start([](void*) noexcept {}, nullptr)) worker.loop().run();
  }
  static constexpr db::statement read_value{"SELECT value FROM counter", db::read_only};
  static constexpr db::statement write_value{"UPDATE counter SET value = $1"};
  constexpr int workers = 4;
  constexpr int rounds = 50;
  const auto count = [&](unsigned index) {
    net::worker worker(index);
    arena memory;
    const auto driver = source->open(worker);
    const db::database data(*driver, memory);
    const auto add_one = [](db::transaction& change) -> task<std::expected<std::uint64_t, db::error>> {
      const auto value = co_await change.query_one<int>(read_value);
      if (!value) co_return std::unexpected(value.error());
      co_return co_await change.execute(write_value, **value + 1);
    };
    const auto run = [&]() -> task<void> {
      for (int i = 0; i != rounds; ++i) CHECK((co_await data.transaction(add_one)).value_or(0) == 1);
      worker.loop().stop();
    };
    task<void> work = run();
    if (!work.start([](void*) noexcept {}, nullptr)) worker.loop().run();
  };
  std::vector<std::thread> threads;
  for (unsigned i = 0; i != workers; ++i) threads.emplace_back(count, i);
  for (std::thread& each : threads) each.join();
  source->shut_down();

  test_database base(made.settings);
  base.run([](db::database data) -> task<void> {
    CHECK((co_await data.query_one<int>(read_value)).value() == workers * rounds);
  });
}
