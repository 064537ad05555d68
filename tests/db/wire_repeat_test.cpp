// Queries that are asked again, and those whose answers then come in another order.
#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

#include "tests/db/wire_fixture.hpp"

using namespace candela;
using namespace candela::testing;

TEST_CASE("a statement that the server has forgotten is prepared anew, and its caller doesn't notice") {
  scripted_server server;
  warm_up(server);
  started<number> asked(ask(server, 1));
  CHECK(server.take_kinds() == "BES");
  server.say(server_bytes().failure("26000", "prepared statement \"s1\" does not exist").ready());
  CHECK_FALSE(asked.done());
  CHECK(server.take_kinds() == "CPDBES");
  server_bytes said;
  said.message('3', {});
  said.prepared({db::sql_type::int4}, {{"id", db::sql_type::int4}}).bound().row({1}).complete("SELECT 1").ready();
  server.say(said);
  CHECK(asked.result().value() == 1);
}

TEST_CASE("a server that never knows the statement gets an end") {
  scripted_server server;
  warm_up(server);
  started<number> asked(ask(server, 1));
  for (int i = 0; i != 5 && !asked.done(); ++i) {
    static_cast<void>(server.take());
    server.say(server_bytes().failure("26000", "prepared statement does not exist").ready());
  }
  REQUIRE(asked.done());
  CHECK(asked.result().error().sqlstate() == "26000");
}

TEST_CASE("when one of a batch fails, the others are asked again one by one") {
  db::settings settings;
  settings.batch = db::sharing::reads;
  scripted_server server(settings);
  warm_up(server);
  started<number> first(ask(server, 1));
  started<number> second(ask(server, 2));
  started<number> third(ask(server, 3));
  started<number> fourth(ask(server, 4));
  CHECK(server.take_kinds() == "BEBEBEBES");
  server_bytes said;
  said.bound().row({1}).complete("SELECT 1").failure("22012", "division by zero").ready();
  server.say(said);
  CHECK(first.result().value() == 1);
  CHECK_FALSE(second.result().has_value());
  CHECK_FALSE(third.done());
  CHECK(server.take_kinds() == "BESBES");
  server_bytes again = next_answer(3);
  again.bound().row({4}).complete("SELECT 1").ready();
  server.say(again);
  CHECK(third.result().value() == 3);
  CHECK(fourth.result().value() == 4);
}

TEST_CASE("queries of one call that a batch tore apart are answered in their order") {
  db::settings settings;
  settings.batch = db::sharing::reads;
  scripted_server server(settings);
  warm_up(server);
  constexpr int most_in_batch = 1024;
  constexpr int together = most_in_batch - 1;
  std::vector<int> ids(together + 50);
  std::iota(ids.begin(), ids.end(), 0);
  using numbers = std::expected<db::list<int>, db::error>;
  const auto ask_each = [](const db::queries& from, const std::vector<int>& of) -> task<numbers> {
    co_return co_await from.query_each<int>(find, of);
  };
  // The first of them share a Sync with a query that fails; the others are answered before those have been sent again.
  started<number> fails(ask(server, 1));
  started<numbers> asked(ask_each(server, ids));
  static_cast<void>(server.take());
  server_bytes said;
  said.failure("22012", "division by zero").ready();
  for (int i = together; i != together + 50; ++i) said.bound().row({i}).complete("SELECT 1");
  said.ready();
  server.say(said);
  static_cast<void>(server.take());
  server_bytes again;
  for (int i = 0; i != together; ++i) again.bound().row({i}).complete("SELECT 1").ready();
  server.say(again);
  CHECK_FALSE(fails.result().has_value());
  const numbers answered = asked.result();
  REQUIRE(answered.has_value());
  CHECK(std::ranges::equal(*answered, ids));
}

TEST_CASE("a row too many, or one that is missing, is noticed in whatever order the queries are answered") {
  scripted_server server;
  warm_up(server);
  const auto ask_each = [](const db::queries& from, const std::array<int, 2>& of) -> task<db::errc> {
    const auto answered = co_await from.query_each<int>(find, of);
    co_return answered ? db::errc::server : answered.error().code();
  };
  const std::array<int, 2> ids{1, 2};
  started<db::errc> many(ask_each(server, ids));
  started<db::errc> missing(ask_each(server, ids));
  started<db::errc> good(ask_each(server, ids));
  static_cast<void>(server.take());
  server_bytes said;
  said.bound().row({1}).row({1}).complete("SELECT 2").ready().bound().row({2}).complete("SELECT 1").ready();
  said.bound().complete("SELECT 0").ready().bound().row({2}).complete("SELECT 1").ready();
  said.bound().row({1}).complete("SELECT 1").ready().bound().row({2}).complete("SELECT 1").ready();
  server.say(said);
  CHECK(many.result() == db::errc::too_many_rows);
  CHECK(missing.result() == db::errc::no_rows);
  CHECK(good.result() == db::errc::server);
}

TEST_CASE("a query that has begun is not asked again, whatever it failed with") {
  scripted_server server;
  warm_up(server);
  started<number> asked(ask(server, 1));
  static_cast<void>(server.take());
  // A procedure may have committed by then.
  server.say(server_bytes().bound().failure("26000", "prepared statement \"inner\" does not exist").ready());
  REQUIRE(asked.done());
  CHECK(asked.result().error().sqlstate() == "26000");
  CHECK(server.take_kinds().empty());
}
