// LISTEN and NOTIFY: what a session is told, and how waiting for it ends.
#include <candela/core/when.hpp>
#include <string>
#include <type_traits>
#include <utility>

#include "tests/db/test_database.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;

namespace {

constexpr db::statement notify{"SELECT pg_notify($1, $2)"};
constexpr db::statement notify_often{"SELECT pg_notify('news', g::text) FROM generate_series(1, 2000) g"};
constexpr db::statement own_process{"SELECT pg_backend_pid()"};
constexpr db::statement end_process{"SELECT pg_terminate_backend($1)"};
constexpr db::statement one{"SELECT 1"};

using told = std::expected<db::notification, db::error>;

task<told> next(const db::dedicated& from) { co_return co_await from.next_notification(); }

task<told> next_until(const db::dedicated& from, std::chrono::steady_clock::time_point until) {
  co_return co_await from.next_notification(until);
}

// A session that listens to `news`.
task<db::dedicated> listener(db::database data) {
  auto own = co_await data.session();
  (co_await own.value().listen("news")).value();
  co_return std::move(*own);
}

template <class Work>
auto listening(test_database& base, Work work) {
  return base.run([&](db::database data) -> std::invoke_result_t<Work, db::dedicated&> {
    db::dedicated own = co_await listener(data);
    co_return co_await work(own);
  });
}

}  // namespace

TEST_CASE("a session is told what is notified on its channels, in order") {
  over_postgres([](test_database& base) {
    base.run([&](db::database data) -> task<void> {
      constexpr std::string_view odd = "of \"today\"";
      auto own = co_await data.session();
      (co_await own.value().listen("news")).value();
      (co_await own->listen(odd)).value();
      (co_await data.execute(notify, "news", "first")).value();
      (co_await data.execute(notify, "unheard", "never")).value();
      (co_await data.execute(notify, odd, "")).value();
      (co_await own->execute(one)).value();  // by then both have come
      const told first = co_await own->next_notification();
      CHECK(first.value().channel == "news");
      CHECK(first->payload == "first");
      CHECK(first->process == (co_await data.query_one<int>(own_process)).value());
      const told second = co_await own->next_notification();
      CHECK(second.value().channel == odd);
      CHECK(second->payload.empty());
    });
  });
}

TEST_CASE("who waits for a notification is told when it comes") {
  over_postgres([](test_database& base) {
    const told came = listening(base, [&](db::dedicated& own) -> task<told> {
      const auto send = [](db::database data) -> task<std::uint64_t> {
        co_return (co_await data.execute(notify, "news", "at last")).value();
      };
      auto both = co_await when_all(next(own), send(base.database()));
      co_return std::get<0>(std::move(both));
    });
    CHECK(came.value().payload == "at last");
  });
}

TEST_CASE("a wait for a notification ends at its time, and the session goes on") {
  over_postgres([](test_database& base) {
    listening(base, [&](db::dedicated& own) -> task<void> {
      const told none = co_await next_until(own, std::chrono::steady_clock::now() + 20ms);
      CHECK(none.error() == db::errc::timed_out);
      (co_await own.execute(notify, "news", "to itself")).value();
      CHECK((co_await own.next_notification()).value().payload == "to itself");
    });
  });
}

TEST_CASE("a wait for a notification is called off, and the session goes on") {
  over_postgres([](test_database& base) {
    cancel_source source;
    base.run([&](db::database data) -> task<void> {
      auto own = co_await db::database(base.driver(), base.memory(), source.token()).session();
      (co_await own.value().listen("news")).value();
      const auto call_off = [](db::database other, cancel_source& asked) -> task<void> {
        (co_await other.execute(one)).value();
        asked.cancel();
      };
      auto both = co_await when_all(next(*own), call_off(data, source));
      CHECK(std::get<0>(both).error() == db::errc::cancelled);
      own->ignore_cancellation();
      (co_await own->execute(notify, "news", "later")).value();
      CHECK((co_await own->next_notification()).value().payload == "later");
    });
  });
}

TEST_CASE("a session that listened hears nothing for its next user") {
  db::settings settings = postgres_settings();
  settings.sessions = 1;
  for (const db::wire_protocol each : {db::wire_protocol::native, db::wire_protocol::libpq}) {
    settings.protocol = each;
    test_database base(settings);
    listening(base, [&](db::dedicated& own) -> task<void> { (co_await own.execute(notify, "news", "old")).value(); });
    base.run([](db::database data) -> task<void> {
      auto own = co_await data.session();
      (co_await data.execute(notify, "news", "new")).value();
      (co_await own.value().execute(one)).value();
      const told none = co_await next_until(*own, std::chrono::steady_clock::now() + 20ms);
      CHECK(none.error() == db::errc::timed_out);
    });
  }
}

TEST_CASE("a wait for a notification ends with its connection") {
  over_postgres([](test_database& base) {
    const told lost = listening(base, [&](db::dedicated& own) -> task<told> {
      const auto end = [](db::database data, int process) -> task<std::uint64_t> {
        co_return (co_await data.execute(end_process, process)).value();
      };
      const int process = (co_await own.query_one<int>(own_process)).value().value();
      auto both = co_await when_all(next(own), end(base.database(), process));
      CHECK((co_await own.next_notification()).error() == db::errc::connection_lost);
      co_return std::get<0>(std::move(both));
    });
    CHECK(lost.error() == db::errc::connection_lost);
  });
}

TEST_CASE("a session whose notifications nobody takes ends, so that none is missed") {
  over_postgres([](test_database& base) {
    listening(base, [&](db::dedicated& own) -> task<void> {
      (co_await base.database().execute(notify_often)).value();
      while ((co_await own.execute(one)).has_value()) {
      }
      CHECK((co_await own.next_notification()).error() == db::errc::connection_lost);
    });
  });
}

TEST_CASE("a channel without a usable name, and a database without notifications, are refused") {
  const auto code = [](test_database& base, const std::string& channel) {
    return base.run([&](db::database data) -> task<db::errc> {
      auto own = co_await data.session();
      const auto refused = co_await own.value().listen(channel);
      REQUIRE_FALSE(refused.has_value());
      co_return refused.error().code();
    });
  };
  test_database postgres(postgres_settings());
  for (const std::string& each : {std::string(), std::string(64, 'x'), std::string("a\0b", 3)}) {
    CHECK(code(postgres, each) == db::errc::wrong_type);
  }
  db::settings settings;
  settings.url = "sqlite::memory:";
  test_database sqlite(settings);
  CHECK(code(sqlite, "news") == db::errc::unsupported);
  const auto none = sqlite.run([](db::database data) -> task<told> {
    auto own = co_await data.session();
    co_return co_await own.value().next_notification();
  });
  CHECK(none.error() == db::errc::unsupported);
}
