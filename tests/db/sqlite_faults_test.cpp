// SQLite in trouble: locks, full disks, damaged files, and the end.
#include <candela/core/when_all.hpp>
#include <fstream>
#include <latch>
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
constexpr db::statement answer{"SELECT 42", db::read_only};
constexpr db::statement insert_item{"INSERT INTO item(name) VALUES ($1)"};
constexpr const char* items = "CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT)";

}  // namespace

TEST_CASE("another process' lock is waited for, and told when it stays") {
  sqlite_database made;
  // To SQLite, a second source is as good as another process.
  test_database other(made.settings);
  prepare(other, items);
  made.settings.query_timeout = 1s;
  test_database base(made.settings);
  other.run([&](db::database theirs) -> task<void> {
    auto holder = co_await theirs.session();
    REQUIRE(holder.has_value());
    REQUIRE((co_await holder->script("BEGIN IMMEDIATE")).has_value());
    base.run([](db::database ours) -> task<void> {
      const auto blocked = co_await ours.execute(insert_item, "a");
      REQUIRE_FALSE(blocked.has_value());
      const bool told = blocked.error() == db::errc::timed_out || blocked.error().is_serialization_failure();
      CHECK(told);
    });
    REQUIRE((co_await holder->script("COMMIT")).has_value());
  });
  base.run([](db::database ours) -> task<void> {
    auto inserted = co_await ours.execute(insert_item, "b");
    while (!inserted) {
      CHECK(inserted.error() == db::errc::timed_out);
      inserted = co_await ours.execute(insert_item, "b");
    }
    CHECK(*inserted == 1);
  });
}

TEST_CASE("a full database says that it is full, and works again when it is not") {
  sqlite_database made;
  test_database base(made.settings);
  prepare(base, items);
  base.run([](db::database data) -> task<void> {
    static constexpr db::statement limit{"PRAGMA max_page_count = 8"};
    static constexpr db::statement no_limit{"PRAGMA max_page_count = 100000"};
    const std::string large(100'000, 'x');
    static_cast<void>((co_await data.execute(limit)).value());
    const auto full = co_await data.execute(insert_item, large);
    REQUIRE_FALSE(full.has_value());
    CHECK(full.error().sqlstate() == "53100");
    static_cast<void>((co_await data.execute(no_limit)).value());
    CHECK((co_await data.execute(insert_item, large)).value() == 1);
  });
}

TEST_CASE("damage in the file is reported as such") {
  sqlite_database made;
  {
    test_database base(made.settings);
    prepare(base, items);
    base.run([](db::database data) -> task<void> {
      const std::vector<std::string> names(2000, std::string(100, 'a'));
      static_cast<void>((co_await data.execute_each(insert_item, names)).value());
    });
  }
  {
    std::fstream file(made.file(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(8 * 4096, '\x5A');
  }
  test_database base(made.settings);
  base.run([](db::database data) -> task<void> {
    static constexpr db::statement all{"SELECT name FROM item", db::read_only};
    const auto read = co_await data.execute(all);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().sqlstate() == "XX001");
    CHECK((co_await data.query_one<int>(answer)).value() == 42);
  });
}

TEST_CASE("closing ends what is under way, and what comes later") {
  sqlite_database made;
  test_database base(made.settings);
  prepare(base, items);
  base.run([&](db::database data) -> task<void> {
    const auto ask = [&](const db::statement& what) -> task<void> {
      CHECK((co_await data.execute(what)).error() == db::errc::closed);
    };
    const auto hold = [&]() -> task<void> {
      auto own = co_await data.session();
      CHECK((co_await own->script("SELECT 1")).has_value());
      base.driver().close();
      CHECK((co_await own->script("SELECT 1")).error() == db::errc::connection_lost);
    };
    const auto wait = [&]() -> task<void> {
      const auto second = co_await data.session();
      CHECK(second.error() == db::errc::closed);
    };
    std::vector<task<void>> asked;
    asked.push_back(ask(endless));
    asked.push_back(hold());
    asked.push_back(wait());
    co_await when_all(std::move(asked));
    CHECK((co_await data.execute(answer)).error() == db::errc::closed);
    CHECK((co_await data.session()).error() == db::errc::closed);
  });
}

TEST_CASE("the end of the threads does not wait for an endless query") {
  sqlite_database made;
  const std::unique_ptr<db::source> source = db::make_source(made.settings);
  net::worker worker(0);
  arena memory;
  auto driver = source->open(worker);
  const db::database data(*driver, memory);
  const auto ask = [&]() -> task<void> {
    CHECK((co_await data.execute(endless)).error() == db::errc::closed);
    worker.loop().stop();
  };
  task<void> work = ask();
  REQUIRE_FALSE(work.start([](void*) noexcept {}, nullptr));
  worker.loop().turn();
  source->shut_down();
  worker.loop().run();
  driver.reset();
}

TEST_CASE("a file that several make at once opens for all of them") {
  for (int round = 0; round != 20; ++round) {
    const sqlite_database made;
    constexpr std::size_t openers = 6;
    std::latch ready(openers);
    std::vector<std::string> complaints(openers);
    {
      std::vector<std::jthread> threads;
      for (std::string& complaint : complaints) {
        threads.emplace_back([&made, &ready, &complaint] {
          ready.arrive_and_wait();
          try {
            db::make_source(made.settings)->shut_down();
          } catch (const std::exception& refused) {
            complaint = refused.what();
          }
        });
      }
    }
    for (const std::string& complaint : complaints) CHECK(complaint == "");
  }
}
