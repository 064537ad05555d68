// Our side of the protocol against a server that says what the test wants it to say.
#include <array>
#include <string>
#include <vector>

#include "tests/db/wire_fixture.hpp"

using namespace candela;
using namespace candela::testing;
using db::sql_type;
using namespace std::chrono_literals;

namespace {

constexpr db::statement other{"SELECT name FROM t", db::read_only};
constexpr db::statement change{"UPDATE t SET id = $1"};

task<std::expected<std::uint64_t, db::error>> update(const db::queries& from, int id) {
  co_return co_await from.execute(change, id);
}

}  // namespace

TEST_CASE("a statement is prepared and described once, with its first use") {
  scripted_server server;
  started<number> first(ask(server, 5));
  CHECK(server.take_kinds() == "PDBES");
  server.say(first_answer(5));
  CHECK(first.result().value() == 5);
  started<number> second(ask(server, 6));
  CHECK(server.take_kinds() == "BES");
  server.say(next_answer(6));
  CHECK(second.result().value() == 6);
}

TEST_CASE("what is asked in one turn leaves in one write, each query with its own Sync") {
  scripted_server server;
  warm_up(server);
  started<number> first(ask(server, 1));
  started<number> second(ask(server, 2));
  started<number> third(ask(server, 3));
  CHECK(server.take_kinds() == "BESBESBES");
}

TEST_CASE("answers are understood wherever the bytes are cut") {
  server_bytes said = first_answer(77);
  said.notice("by the way").message('3', {});
  said.prepared({sql_type::int4}, {{"id", sql_type::int4}}).bound().row({78}).complete("SELECT 1").ready();
  for (std::size_t cut = 1; cut < said.bytes().size(); ++cut) {
    INFO("cut at " << cut);
    scripted_server server;
    started<number> first(ask(server, 77));
    started<number> second(ask(server, 78));
    static_cast<void>(server.take());
    server.say(std::string_view(said.bytes()).substr(0, cut));
    CHECK_FALSE(second.done());
    server.say(std::string_view(said.bytes()).substr(cut));
    CHECK(first.result().value() == 77);
    CHECK(second.result().value() == 78);
  }
}

TEST_CASE("answers that come byte by byte are understood") {
  scripted_server server;
  started<number> first(ask(server, 5));
  static_cast<void>(server.take());
  const server_bytes said = first_answer(5);
  for (const char byte : said.bytes()) {
    CHECK_FALSE(first.done());
    server.say(std::string_view(&byte, 1));
  }
  CHECK(first.result().value() == 5);
}

TEST_CASE("an error in the middle of a pipeline stays with its query") {
  scripted_server server;
  warm_up(server);
  started<number> first(ask(server, 1));
  started<number> second(ask(server, 2));
  started<number> third(ask(server, 3));
  static_cast<void>(server.take());
  server_bytes said = next_answer(1);
  said.failure("22012", "division by zero").ready().bound().row({3}).complete("SELECT 1").ready();
  server.say(said);
  CHECK(first.result().value() == 1);
  const number failed = second.result();
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().sqlstate() == "22012");
  CHECK(failed.error().message() == "division by zero");
  CHECK(third.result().value() == 3);
  CHECK_FALSE(server.lost());
}

TEST_CASE("an error that comes after the command's end, when it is committed, counts") {
  scripted_server server;
  started<std::expected<std::uint64_t, db::error>> changed(update(server, 5));
  static_cast<void>(server.take());
  server_bytes said;
  said.prepared({sql_type::int4}, {}).bound().complete("UPDATE 1").failure("23505", "duplicate").ready();
  server.say(said);
  const auto outcome = changed.result();
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().is_unique_violation());
  CHECK(outcome.error() == db::errc::constraint);
}

TEST_CASE("uses of a statement behind its failed first use don't depend on it") {
  scripted_server server;
  started<number> first(ask(server, 1));
  started<number> second(ask(server, 2));
  // The second use closes the name and brings the statement along.
  CHECK(server.take_kinds() == "PDBESCPDBES");
  server_bytes said;
  said.failure("57014", "canceling statement").ready();
  said.message('3', {});
  said.prepared({sql_type::int4}, {{"id", sql_type::int4}}).bound().row({2}).complete("SELECT 1").ready();
  server.say(said);
  CHECK_FALSE(first.result().has_value());
  CHECK(second.result().value() == 2);
  started<number> third(ask(server, 3));
  CHECK(server.take_kinds() == "BES");
}

TEST_CASE("a message that is longer than any buffer is read") {
  scripted_server server;
  started<std::expected<std::optional<std::string>, db::error>> asked(
      [](const db::queries& from) -> task<std::expected<std::optional<std::string>, db::error>> {
        co_return co_await from.query_one<std::string>(other);
      }(server));
  static_cast<void>(server.take());
  std::string large(3'000'000, 'x');
  large.back() = 'y';
  server_bytes said;
  said.prepared({}, {{"name", sql_type::text}}).bound().text_row(large).complete("SELECT 1").ready();
  server.say(said);
  CHECK(asked.result().value() == large);
  warm_up(server);
}

TEST_CASE("a message over the limit ends the connection with a clear error") {
  db::settings settings;
  settings.max_message_bytes = 1'000'000;
  scripted_server server(settings);
  started<number> asked(ask(server, 1));
  static_cast<void>(server.take());
  server.say(std::string_view("D\x00\x10\x00\x00", 5));
  REQUIRE(asked.done());
  CHECK(asked.result().error() == db::errc::protocol);
  CHECK(server.lost());
}

TEST_CASE("a server that dies fails every query under way, and those only") {
  scripted_server server;
  warm_up(server);
  started<number> first(ask(server, 1));
  started<number> second(ask(server, 2));
  static_cast<void>(server.take());
  server.say(next_answer(1));
  server.die();
  CHECK(first.result().value() == 1);
  CHECK(second.result().error() == db::errc::connection_lost);
  CHECK(server.lost());
}

TEST_CASE("a server that says why it goes is quoted") {
  scripted_server server;
  started<number> asked(ask(server, 1));
  static_cast<void>(server.take());
  server.say(server_bytes().failure("57P01", "terminating connection due to administrator command", "FATAL"));
  const number outcome = asked.result();
  CHECK(outcome.error() == db::errc::connection_lost);
  CHECK(outcome.error().message() == "terminating connection due to administrator command");
}

TEST_CASE("messages that do not belong there end the connection") {
  const server_bytes wrong[] = {
      server_bytes().message('?', "what"),
      server_bytes().message('Z', "II"),
      server_bytes().message('T', "\x7f\xff"),
      server_bytes().message('t', "\x00"),
      server_bytes().message('C', "no end"),
      server_bytes().message('E', "M"),
      server_bytes().message('S', "client_encoding"),
      server_bytes().message('S', std::string_view("client_encoding\0LATIN1\0", 23)),
      server_bytes().message('G', ""),
      server_bytes().message('s', ""),
      server_bytes().row({1}),
      server_bytes()
          .prepared({sql_type::int4}, {{"id", sql_type::int4}})
          .bound()
          .row({1})
          .prepared({sql_type::int4}, {{"id", sql_type::int4}, {"more", sql_type::int4}}),
      server_bytes().prepared({sql_type::int4}, {{"id", sql_type::int4}}).bound().row({1, 2}),
      server_bytes().prepared({sql_type::int4}, {{"id", sql_type::int4}}).bound().message('D', "\x00\x01\x00\x00\x00"),
  };
  for (const server_bytes& each : wrong) {
    scripted_server server;
    started<number> asked(ask(server, 1));
    static_cast<void>(server.take());
    server.say(each);
    INFO("message " << each.bytes().front());
    REQUIRE(asked.done());
    CHECK_FALSE(asked.result().has_value());
    CHECK(server.lost());
  }
}

TEST_CASE("an answer that nobody asked for ends the connection") {
  scripted_server server;
  server.say(next_answer(1));
  CHECK(server.lost());
}

TEST_CASE("an answer to what has not left yet ends the connection") {
  const server_bytes early[] = {server_bytes().failure("22012", "division by zero").ready(), server_bytes().row({2}),
                                server_bytes().bound()};
  for (const server_bytes& each : early) {
    db::settings settings;
    settings.batch = db::sharing::reads;
    scripted_server server(settings);
    warm_up(server);
    started<number> asked([](const db::queries& from) -> task<number> {
      const number first = co_await ask(from, 1);
      CHECK(first.value() == 1);
      co_return co_await ask(from, 2);
    }(server));
    static_cast<void>(server.take());
    // The second is asked when the first has ended, and leaves at the end of the turn.
    server.say(next_answer(1).bytes() + each.bytes());
    REQUIRE(asked.done());
    CHECK_FALSE(asked.result().has_value());
    CHECK(server.lost());
  }
}

TEST_CASE("a stream that the server has ended by itself is not asked for more") {
  struct chunked : db::operation {
    bool done = false;
  };
  scripted_server server;
  server.link().set_exclusive();
  chunked stream;
  stream.what = &other;
  stream.chunk_rows = 1;
  stream.on_done = [](db::operation& self) noexcept { static_cast<chunked&>(self).done = true; };
  REQUIRE(server.submit(stream));
  CHECK(server.take_kinds() == "PDBEH");
  server_bytes said;
  said.prepared({}, {{"name", sql_type::text}}).bound().text_row("a").message('s', {});
  server.say(said);
  REQUIRE(stream.done);
  REQUIRE(stream.more);
  server.say(server_bytes().complete("SELECT 1").ready());
  CHECK_FALSE(server.link().go_on(stream));
  REQUIRE(stream.failure.has_value());
  CHECK(*stream.failure == db::errc::connection_lost);
}

TEST_CASE("a shared connection that is left in a transaction is closed") {
  scripted_server server;
  started<number> asked(ask(server, 1));
  static_cast<void>(server.take());
  server_bytes said;
  said.prepared({sql_type::int4}, {{"id", sql_type::int4}}).bound().row({1}).complete("SELECT 1").ready('T');
  server.say(said);
  CHECK(asked.result().value() == 1);
  CHECK(server.lost());
}

TEST_CASE("a late query is given up, its answer dropped, and the next one heard") {
  scripted_server server;
  warm_up(server);
  started<number> late(ask(server, 1));
  static_cast<void>(server.take());
  server.pass(6s);
  CHECK(late.result().error() == db::errc::timed_out);
  started<number> next(ask(server, 2));
  static_cast<void>(server.take());
  server.say(next_answer(1));
  CHECK_FALSE(next.done());
  server.say(next_answer(2));
  CHECK(next.result().value() == 2);
}

TEST_CASE("a server that stays silent for long is given up") {
  scripted_server server;
  warm_up(server);
  started<number> asked(ask(server, 1));
  static_cast<void>(server.take());
  for (int i = 0; i != 12 && !server.lost(); ++i) server.pass(1s);
  CHECK(asked.done());
  CHECK(server.lost());
}

TEST_CASE("a frame that is destroyed leaves nothing behind that an answer could reach") {
  scripted_server server;
  warm_up(server);
  {
    started<number> given_up(ask(server, 1));
    static_cast<void>(server.take());
  }
  started<number> next(ask(server, 2));
  static_cast<void>(server.take());
  server_bytes said = next_answer(1);
  said.bound().row({2}).complete("SELECT 1").ready();
  server.say(said);
  CHECK(next.result().value() == 2);
}

TEST_CASE("parameters are encoded as the server asked for them") {
  scripted_server server;
  started<number> first(ask(server, 258));
  CHECK(server.take().find(std::string_view("\0\0\0\003258", 7)) != std::string::npos);
  server.say(first_answer(258));
  started<number> second(ask(server, 258));
  CHECK(server.take().find(std::string_view("\0\0\0\4\0\0\1\2", 8)) != std::string::npos);
}
