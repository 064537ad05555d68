// What happens when the server is slow, full, away or comes back.
#include <array>
#include <atomic>
#include <candela/core/metrics.hpp>
#include <candela/core/when.hpp>
#include <candela/net/sleep.hpp>
#include <memory>
#include <string>
#include <vector>

#include "tests/db/postgres_server.hpp"
#include "tests/db/test_database.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;

namespace {

constexpr db::statement number{"SELECT CAST($1 AS integer)", db::read_only};
// Longer than any test.
constexpr db::statement nap{"SELECT pg_sleep(3600)"};
constexpr db::statement running_naps{"SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"};
constexpr db::statement take_turn{"SELECT pg_advisory_xact_lock(20)"};
constexpr db::statement waiting_for_turn{
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 20 AND NOT granted"};
constexpr db::statement own_process{"SELECT pg_backend_pid()"};
constexpr db::statement terminate{"SELECT pg_terminate_backend($1)"};
constexpr db::statement begin_here{"BEGIN"};

using outcome = std::expected<std::optional<int>, db::error>;

task<outcome> ask(db::database data, int value) { co_return co_await data.query_one<int>(number, value); }

// Asks until there is an answer; what comes before it has to be an excuse.
task<std::optional<int>> ask_patiently(db::database data, int value) {
  outcome answer = co_await ask(data, value);
  while (!answer) {
    CHECK(answer.error().is_unavailable());
    answer = co_await ask(data, value);
  }
  co_return *answer;
}

// Asks until there are so many.
task<void> wait_for_count(const db::queries& from, const db::statement& what, std::int64_t wanted) {
  std::int64_t seen = -1;
  while (seen != wanted) seen = (co_await from.query_one<std::int64_t>(what)).value().value();
}

db::settings patient(db::wire_protocol protocol) {
  db::settings settings = postgres_settings();
  settings.protocol = protocol;
  settings.reconnect_delay = 20ms;
  settings.reconnect_delay_max = 100ms;
  return settings;
}

// One that tests may end. Making a server takes longer than starting it again.
postgres_server& mortal_server() {
  static postgres_server server;
  if (!server.running()) server.start();
  return server;
}

constexpr db::wire_protocol protocols[] = {db::wire_protocol::native, db::wire_protocol::libpq};

}  // namespace

TEST_CASE("a query beyond its deadline ends with timed_out, and the shared connection goes on") {
  for (const db::wire_protocol protocol : protocols) {
    db::settings settings = patient(protocol);
    settings.query_timeout = 300ms;
    test_database base(settings);
    base.run([](db::database data) -> task<void> {
      CHECK(co_await ask_patiently(data, 3) == 3);
      const auto late = co_await data.query(nap);
      REQUIRE_FALSE(late.has_value());
      CHECK(late.error() == db::errc::timed_out);
      CHECK(late.error().is_unavailable());
      CHECK(co_await ask_patiently(data, 4) == 4);
    });
    CHECK(base.driver().usage().connections == 1);
  }
}

TEST_CASE("a cancelled query ends at once and the connection serves others") {
  for (const db::wire_protocol protocol : protocols) {
    test_database base(patient(protocol));
    base.run([&](db::database data) -> task<void> {
      // What the query waits for is let go only when it has ended.
      auto holder = co_await data.session();
      REQUIRE(holder.has_value());
      (co_await holder->script("BEGIN; SELECT pg_advisory_xact_lock(20)")).value();
      cancel_source source;
      const auto waiting = [](db::database with) -> task<db::errc> {
        co_return (co_await with.query(take_turn)).error().code();
      };
      const auto cancelling = [](cancel_source& of, const db::queries& from) -> task<void> {
        co_await wait_for_count(from, waiting_for_turn, 1);
        of.cancel();
      };
      const auto [code, nothing] =
          co_await when_all(waiting(base.database(source.token())), cancelling(source, *holder));
      CHECK(code == db::errc::cancelled);
      (co_await holder->script("COMMIT")).value();
      CHECK((co_await ask(data, 2)).value() == 2);
    });
  }
}

TEST_CASE("a query on a session that is cancelled is stopped at the server") {
  for (const db::wire_protocol protocol : protocols) {
    test_database base(patient(protocol));
    base.run([&](db::database data) -> task<void> {
      cancel_source source;
      const auto napping = [](db::database with) -> task<db::errc> {
        auto own = co_await with.session();
        co_return (co_await own->query(nap)).error().code();
      };
      const auto cancelling = [](cancel_source& of, db::database with) -> task<void> {
        co_await wait_for_count(with, running_naps, 1);
        of.cancel();
      };
      const auto [code, nothing] = co_await when_all(napping(base.database(source.token())), cancelling(source, data));
      CHECK(code == db::errc::cancelled);
      co_await wait_for_count(data, running_naps, 0);
    });
  }
}

TEST_CASE("a full queue sheds with the time to come again, and what it took is answered") {
  for (const db::wire_protocol protocol : protocols) {
    db::settings settings = patient(protocol);
    settings.queue_limit = 10;
    settings.retry_after = 7s;
    metrics::registry registry;
    test_database base(settings, &registry);
    base.run([](db::database data) -> task<void> {
      std::vector<task<outcome>> all;
      for (int i = 0; i != 25; ++i) all.push_back(ask(data, i));
      int answered = 0;
      int shed = 0;
      for (const outcome& each : co_await when_all(std::move(all))) {
        answered += each.has_value();
        shed += !each && each.error() == db::errc::overloaded && each.error().retry_after() == 7s;
      }
      CHECK(answered == 10);
      CHECK(shed == 15);
    });
    std::string text;
    registry.render(text);
    CHECK(text.find("db_errors_total{code=\"overloaded\"} 15") != std::string::npos);
    CHECK(text.find("db_queries_total 10") != std::string::npos);
    CHECK(text.find("db_query_seconds_count 10") != std::string::npos);
    CHECK(text.find("db_queries_in_flight 0") != std::string::npos);
  }
}

TEST_CASE("a connection that the server cuts is replaced") {
  for (const db::wire_protocol protocol : protocols) {
    test_database base(patient(protocol));
    test_database second(patient(protocol));
    const int process = *base.run([](db::database data) -> task<std::optional<int>> {
      co_return (co_await data.query_one<int>(own_process)).value();
    });
    second.run([&](db::database data) -> task<void> { (co_await data.query(terminate, process)).value(); });
    base.run([&](db::database data) -> task<void> {
      // The server ends a process when that notices; meanwhile it still answers.
      outcome next = co_await data.query_one<int>(own_process);
      while (!next || *next == process) {
        if (!next) CHECK(next.error().is_unavailable());
        next = co_await data.query_one<int>(own_process);
      }
      CHECK(base.driver().usage().connections == 1);
    });
  }
}

TEST_CASE("a shared connection does not stay in a transaction that a statement began") {
  for (const db::wire_protocol protocol : protocols) {
    test_database base(patient(protocol));
    base.run([](db::database data) -> task<void> {
      const auto before = (co_await data.query_one<int>(own_process)).value();
      static_cast<void>(co_await data.execute(begin_here));
      auto after = co_await data.query_one<int>(own_process);
      if (!after) after = co_await data.query_one<int>(own_process);
      CHECK(after.value() != before);
    });
  }
}

TEST_CASE("a query in flight when the server dies ends with connection_lost") {
  postgres_server& server = mortal_server();
  for (const db::wire_protocol protocol : protocols) {
    db::settings settings = patient(protocol);
    settings.url = server.url();
    test_database base(settings);
    base.run([&](db::database data) -> task<void> {
      const auto napping = [](db::database with) -> task<db::errc> {
        co_return (co_await with.query(nap)).error().code();
      };
      const auto killing = [](db::database with, postgres_server& which) -> task<void> {
        {
          auto watcher = co_await with.session();
          co_await wait_for_count(watcher.value(), running_naps, 1);
        }
        which.kill();
      };
      const auto [code, nothing] = co_await when_all(napping(data), killing(data, server));
      CHECK(code == db::errc::connection_lost);
    });
    server.start();
  }
}

TEST_CASE("while the server is away queries fail within their deadline, and it is found again when it returns") {
  postgres_server& server = mortal_server();
  for (const db::wire_protocol protocol : protocols) {
    db::settings settings = patient(protocol);
    settings.url = server.url();
    settings.query_timeout = 400ms;
    test_database base(settings);
    const auto patiently = [](db::database data) { return ask_patiently(data, 1); };
    CHECK(base.run(patiently) == 1);
    server.kill();
    base.run([](db::database data) -> task<void> {
      // The first one may still go to the connection that was.
      const outcome noticed = co_await ask(data, 2);
      REQUIRE_FALSE(noticed.has_value());
      CHECK(noticed.error().is_unavailable());
      const outcome away = co_await ask(data, 2);
      REQUIRE_FALSE(away.has_value());
      CHECK(away.error() == db::errc::connection_lost);
    });
    const auto moved = base.run([](db::database data) -> task<std::expected<void, db::error>> {
      co_return co_await data.transaction([](db::transaction&) -> task<void> { co_return; });
    });
    REQUIRE_FALSE(moved.has_value());
    CHECK(moved.error().is_unavailable());
    server.start();
    CHECK(base.run(patiently) == 1);
  }
}

TEST_CASE("a server that is killed under load leaves no query without an end, and all go on when it is back") {
  postgres_server& server = mortal_server();
  for (const db::wire_protocol protocol : protocols) {
    db::settings settings = patient(protocol);
    settings.url = server.url();
    settings.query_timeout = 2s;
    test_database base(settings);
    int answered = 0;
    int failed = 0;
    bool back = false;
    // Each asks until it was answered twenty times by the server that has returned.
    const auto asking = [&](db::database data) -> task<void> {
      for (int good = 0; good != 20;) {
        const std::array<int, 5> values{1, 2, 3, 4, 5};
        const auto all = co_await data.query_each<int>(number, values);
        const auto moved = co_await data.query_one<int>(own_process);
        (all ? answered : failed) += 1;
        if (!all) CHECK(all.error().is_unavailable());
        if (back && all && moved) ++good;
      }
    };
    const auto restarting = [&](net::worker& on) -> task<void> {
      while (answered < 500) static_cast<void>(co_await net::sleep_for(on, 1ms));
      server.kill();
      while (failed < 64) static_cast<void>(co_await net::sleep_for(on, 1ms));
      server.start();
      back = true;
    };
    base.run([&](db::database data) -> task<void> {
      std::vector<task<void>> all;
      for (int i = 0; i != 64; ++i) all.push_back(asking(data));
      all.push_back(restarting(base.worker()));
      static_cast<void>(co_await when_all(std::move(all)));
    });
    const db::driver_usage usage = base.driver().usage();
    CHECK(usage.in_flight == 0);
    CHECK(usage.queued == 0);
    CHECK(usage.connections == 1);
  }
}

TEST_CASE("workers share a source and nothing else") {
  const std::unique_ptr<db::source> source = db::make_source(postgres_settings());
  std::atomic<int> right = 0;
  {
    std::vector<std::unique_ptr<net::worker>> workers;
    std::vector<std::unique_ptr<db::driver>> drivers;
    std::vector<task<void>> tasks;
    const auto asking = [&right](db::driver& driver, net::worker& on) -> task<void> {
      arena memory;
      const db::database data(driver, memory);
      for (int i = 0; i != 200; ++i) {
        const outcome answer = co_await ask(data, i);
        if (answer && *answer == i) right.fetch_add(1);
      }
      on.loop().stop();
    };
    for (unsigned i = 0; i != 3; ++i) {
      net::worker& made = *workers.emplace_back(std::make_unique<net::worker>(i));
      db::driver& driver = *drivers.emplace_back(source->open(made));
      task<void>& work = tasks.emplace_back(asking(driver, made));
      static_cast<void>(work.start([](void*) noexcept {}, nullptr));
    }
    for (const auto& each : workers) each->start();
    for (const auto& each : workers) each->join();
    source->shut_down();
    drivers.clear();
  }
  CHECK(right == 600);
}

TEST_CASE("a server that cannot be reached at all is told in its own words") {
  db::settings settings;
  settings.url = "host=" + postgres_server::shared().folder().string() + " port=1 user=candela dbname=postgres";
  settings.query_timeout = 200ms;
  test_database base(settings);
  base.run([](db::database data) -> task<void> {
    outcome away = co_await ask(data, 2);
    // Until it was tried once, there are no words of its own.
    while (!away && away.error().message() == "there is no connection yet") away = co_await ask(data, 2);
    REQUIRE_FALSE(away.has_value());
    CHECK(away.error() == db::errc::connection_lost);
    CHECK(away.error().message().find(".s.PGSQL.1") != std::string_view::npos);
  });
}

TEST_CASE("the readiness check tells whether the server answers") {
  test_database base(patient(db::wire_protocol::native));
  CHECK(base.run_task(db::ping(base.driver())).has_value());
  base.driver().close();
  const auto closed = base.run_task(db::ping(base.driver()));
  REQUIRE_FALSE(closed.has_value());
  CHECK(closed.error() == db::errc::closed);
}

TEST_CASE("the server is spoken to over TCP and TLS as over its socket") {
  postgres_server server(postgres_server::reach::tcp);
  for (const db::wire_protocol protocol : protocols) {
    db::settings settings = patient(protocol);
    settings.url = server.url();
    test_database base(settings);
    base.run([](db::database data) -> task<void> {
      static constexpr db::statement secure{"SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"};
      static constexpr db::statement large{"SELECT repeat('y', 3000000)"};
      static constexpr db::statement echo{"SELECT length(CAST($1 AS text))"};
      CHECK((co_await data.query_one<bool>(secure)).value() == true);
      CHECK((co_await data.query_one<std::string>(large)).value()->size() == 3'000'000);
      CHECK((co_await data.query_one<int>(echo, std::string(2'000'000, 'z'))).value() == 2'000'000);
      std::vector<int> values(500);
      const auto all = co_await data.query_each<int>(number, values);
      CHECK(all.value().size() == 500);
    });
  }
}
