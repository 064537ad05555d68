// Transactions, streams and connections of one's own, over every database that has them.
#include <candela/core/when.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/db/test_database.hpp"

using namespace candela;
using namespace candela::testing;

namespace {

using outcome = std::expected<int, db::error>;

constexpr db::statement drop_table{"DROP TABLE IF EXISTS account"};
constexpr db::statement make_table{"CREATE TABLE account (id integer PRIMARY KEY, balance integer NOT NULL)"};
constexpr db::statement insert{"INSERT INTO account (id, balance) VALUES ($1, $2)"};
constexpr db::statement add{"UPDATE account SET balance = balance + $2 WHERE id = $1"};
constexpr db::statement balance_of{"SELECT balance FROM account WHERE id = $1", db::read_only};
constexpr db::statement all_of_account{"SELECT * FROM account", db::read_only};
constexpr db::statement endless{
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000) SELECT i FROM n",
    db::read_only};
constexpr db::statement widen{"ALTER TABLE account ADD COLUMN note text"};
constexpr db::statement many{"SELECT g, repeat('x', 100) FROM generate_series(1, $1::int4) g", db::read_only};
constexpr db::statement fails_late{"SELECT 1 / (5000 - g) FROM generate_series(1, 10000) g", db::read_only};
constexpr db::statement set_zone{"SET TIME ZONE 'Asia/Tokyo'"};
constexpr db::statement zone{"SHOW TIME ZONE"};

// What returns errors of its own kind would be committed with them.
template <class Value>
using working = task<Value> (*)(db::transaction&);
static_assert(db::transaction_function<working<void>>);
static_assert(db::transaction_function<working<std::expected<int, db::error>>>);
static_assert(!db::transaction_function<working<std::expected<int, std::string>>>);

void make_accounts(test_database& base) {
  base.run([](db::database data) -> task<void> {
    (co_await data.execute(drop_table)).value();
    (co_await data.execute(make_table)).value();
    (co_await data.execute(insert, 1, 100)).value();
    (co_await data.execute(insert, 2, 100)).value();
  });
}

int balance(test_database& base, int id) {
  return *base.run([&](db::database data) -> task<std::optional<int>> {
    co_return (co_await data.query_one<int>(balance_of, id)).value();
  });
}

}  // namespace

TEST_CASE("a transaction commits when its function returns") {
  over_every_database([](test_database& base) {
    make_accounts(base);
    const outcome moved = base.run([](db::database data) -> task<outcome> {
      co_return co_await data.transaction([](db::transaction& change) -> task<outcome> {
        (co_await change.execute(add, 1, -30)).value();
        (co_await change.execute(add, 2, 30)).value();
        co_return 30;
      });
    });
    CHECK(moved.value() == 30);
    CHECK(balance(base, 1) == 70);
    CHECK(balance(base, 2) == 130);
  });
}

TEST_CASE("a transaction rolls back when its function throws, and what it threw is thrown on") {
  over_every_database([](test_database& base) {
    make_accounts(base);
    CHECK_THROWS_WITH(base.run([](db::database data) -> task<void> {
      static_cast<void>(co_await data.transaction([](db::transaction& change) -> task<void> {
        (co_await change.execute(add, 1, -30)).value();
        throw std::runtime_error("changed my mind");
      }));
    }),
                      "changed my mind");
    CHECK(balance(base, 1) == 100);
  });
}

TEST_CASE("a transaction rolls back when its function returns an error") {
  over_every_database([](test_database& base) {
    make_accounts(base);
    const outcome failed = base.run([](db::database data) -> task<outcome> {
      co_return co_await data.transaction([](db::transaction& change) -> task<outcome> {
        (co_await change.execute(add, 1, -30)).value();
        const auto twice = co_await change.execute(insert, 2, 5);
        if (!twice) co_return std::unexpected(twice.error());
        co_return 1;
      });
    });
    REQUIRE_FALSE(failed.has_value());
    CHECK(failed.error().is_unique_violation());
    CHECK(balance(base, 1) == 100);
  });
}

TEST_CASE("a transaction whose failed statement nobody looked at is not taken for committed") {
  over_postgres([](test_database& base) {
    make_accounts(base);
    const outcome result = base.run([](db::database data) -> task<outcome> {
      co_return co_await data.transaction([](db::transaction& change) -> task<outcome> {
        (co_await change.execute(add, 1, -30)).value();
        static_cast<void>(co_await change.execute(insert, 2, 5));
        co_return 1;
      });
    });
    CHECK_FALSE(result.has_value());
    CHECK(balance(base, 1) == 100);
  });
}

TEST_CASE("transactions that collide are run again when that is asked for") {
  over_postgres([](test_database& base) {
    make_accounts(base);
    int runs = 0;
    const auto one = [&](db::database data) -> task<outcome> {
      db::transaction_options options;
      options.level = db::isolation::serializable;
      options.retries = 50;
      co_return co_await data.transaction(
          [&runs](db::transaction& change) -> task<outcome> {
            ++runs;
            const int before = (co_await change.query_one<int>(balance_of, 1)).value().value();
            (co_await change.execute(add, 1, 1)).value();
            co_return before;
          },
          options);
    };
    base.run([&](db::database data) -> task<void> {
      std::vector<task<outcome>> all;
      for (int i = 0; i != 8; ++i) all.push_back(one(data));
      for (const outcome& each : co_await when_all(std::move(all))) CHECK(each.has_value());
    });
    CHECK(balance(base, 1) == 108);
    CHECK(runs >= 8);
  });
}

TEST_CASE("a deadlock is broken by running one of the two again") {
  over_postgres([](test_database& base) {
    make_accounts(base);
    const auto cross = [](db::database data, int from, int to) -> task<outcome> {
      db::transaction_options options;
      options.retries = 10;
      co_return co_await data.transaction(
          [from, to](db::transaction& change) -> task<outcome> {
            (co_await change.execute(add, from, -1)).value();
            const auto second = co_await change.execute(add, to, 1);
            if (!second) co_return std::unexpected(second.error());
            co_return 1;
          },
          options);
    };
    base.run([&](db::database data) -> task<void> {
      const auto [left, right] = co_await when_all(cross(data, 1, 2), cross(data, 2, 1));
      CHECK(left.has_value());
      CHECK(right.has_value());
    });
    CHECK(balance(base, 1) == 100);
  });
}

TEST_CASE("more transactions than connections wait for one another") {
  over_every_database([](test_database& base) {
    make_accounts(base);
    const auto one = [](db::database data) -> task<outcome> {
      co_return co_await data.transaction([](db::transaction& change) -> task<outcome> {
        (co_await change.execute(add, 1, 1)).value();
        co_return 1;
      });
    };
    base.run([&](db::database data) -> task<void> {
      std::vector<task<outcome>> all;
      for (int i = 0; i != 40; ++i) all.push_back(one(data));
      for (const outcome& each : co_await when_all(std::move(all))) CHECK(each.has_value());
    });
    CHECK(balance(base, 1) == 140);
    CHECK(base.driver().usage().sessions == 0);
  });
}

TEST_CASE("a cancelled transaction is rolled back and its connection is not used again in that state") {
  over_postgres([](test_database& base) {
    make_accounts(base);
    cancel_source source;
    const outcome result = base.run_task([](db::database data, cancel_source& cancel) -> task<outcome> {
      co_return co_await data.transaction([&cancel](db::transaction& change) -> task<outcome> {
        (co_await change.execute(add, 1, -30)).value();
        cancel.cancel();
        const auto second = co_await change.execute(add, 2, 30);
        if (!second) co_return std::unexpected(second.error());
        co_return 1;
      });
    }(base.database(source.token()), source));
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error() == db::errc::cancelled);
    CHECK(balance(base, 1) == 100);
    CHECK(base.driver().usage().sessions == 0);
  });
}

TEST_CASE("a statement whose columns changed fails in one transaction at most") {
  over_postgres([](test_database& base) {
    make_accounts(base);
    const auto look = [&] {
      return base.run([](db::database data) -> task<bool> {
        const auto seen =
            co_await data.transaction([](db::transaction& change) -> task<std::expected<void, db::error>> {
              const auto rows = co_await change.query(all_of_account);
              if (!rows) co_return std::unexpected(rows.error());
              co_return std::expected<void, db::error>();
            });
        co_return seen.has_value();
      });
    };
    CHECK(look());
    base.run([](db::database data) -> task<void> { (co_await data.execute(widen)).value(); });
    static_cast<void>(look());
    CHECK(look());
    CHECK(look());
  });
}

TEST_CASE("a stream whose columns changed fails once at most") {
  over_postgres([](test_database& base) {
    make_accounts(base);
    const auto look = [&] {
      return base.run([](db::database data) -> task<bool> {
        const auto rows = co_await data.stream(all_of_account);
        co_return rows.has_value();
      });
    };
    CHECK(look());
    base.run([](db::database data) -> task<void> { (co_await data.execute(widen)).value(); });
    static_cast<void>(look());
    CHECK(look());
    CHECK(look());
  });
}

TEST_CASE("a stream ends at the deadline of the handle that opened it") {
  over_every_database([](test_database& base) {
    const db::errc ended = base.run([&](db::database data) -> task<db::errc> {
      const auto until = base.worker().time().steady() + std::chrono::seconds(1);
      auto opened = co_await data.until(until).stream(endless);
      REQUIRE(opened.has_value());
      for (;;) {
        const auto next = co_await opened->next();
        if (!next) co_return next.error().code();
      }
    });
    CHECK(ended == db::errc::timed_out);
  });
}

TEST_CASE("a large result is streamed, a chunk at a time, in constant memory") {
  over_postgres([](test_database& base) {
    const auto [count, total] = base.run([](db::database data) -> task<std::pair<int, std::int64_t>> {
      auto opened = co_await data.stream(many, 100'000);
      REQUIRE(opened.has_value());
      std::pair<int, std::int64_t> seen{0, 0};
      for (;;) {
        const auto next = co_await opened->next();
        REQUIRE(next.has_value());
        if (!*next) break;
        ++seen.first;
        seen.second += (*next)->get<int>(0).value();
        CHECK((*next)->get<std::string_view>(1).value().size() == 100);
      }
      const auto after = co_await opened->next();
      CHECK_FALSE(after.value().has_value());
      co_return seen;
    });
    CHECK(count == 100'000);
    CHECK(total == 5'000'050'000);
    CHECK(base.memory().reserved_bytes() < 1'000'000);
  });
}

TEST_CASE("a stream that ends early, or fails in the middle, gives its connection back") {
  over_postgres([](test_database& base) {
    base.run([](db::database data) -> task<void> {
      for (int i = 0; i != 10; ++i) {
        auto opened = co_await data.stream(many, 100'000);
        REQUIRE(opened.has_value());
        CHECK((co_await opened->next()).value().has_value());
      }
      auto failing = co_await data.stream(fails_late);
      REQUIRE(failing.has_value());
      int rows = 0;
      for (;;) {
        const auto next = co_await failing->next();
        if (next && *next) {
          ++rows;
          continue;
        }
        REQUIRE_FALSE(next.has_value());
        CHECK(next.error().sqlstate() == "22012");
        break;
      }
      CHECK(rows > 0);
      CHECK(rows < 5000);
    });
    CHECK(base.driver().usage().sessions <= 4);
    make_accounts(base);
    CHECK(balance(base, 1) == 100);
  });
}

TEST_CASE("a script runs as one, and a session that was altered is made as new") {
  over_postgres([](test_database& base) {
    base.run([](db::database data) -> task<void> {
      {
        auto own = co_await data.session();
        REQUIRE(own.has_value());
        const auto made = co_await own->script(
            "DROP TABLE IF EXISTS script_test; CREATE TABLE script_test (a integer); INSERT INTO script_test VALUES "
            "(1), "
            "(2)");
        CHECK(made.has_value());
        const auto wrong = co_await own->script("INSERT INTO script_test VALUES (3); SELECT 1/0");
        REQUIRE_FALSE(wrong.has_value());
        CHECK(wrong.error().sqlstate() == "22012");
        (co_await own->execute(set_zone)).value();
        own->mark_altered();
        CHECK((co_await own->query_one<std::string>(zone)).value() == "Asia/Tokyo");
      }
      for (int i = 0; i != 6; ++i) {
        auto own = co_await data.session();
        REQUIRE(own.has_value());
        CHECK((co_await own->query_one<std::string>(zone)).value() != "Asia/Tokyo");
      }
    });
  });
}
