// COPY against a server that says what the test wants it to say: how one side holds up the other.
#include <string>

#include "tests/db/scripted_server.hpp"

using namespace candela;
using namespace candela::testing;

namespace {

constexpr char copy_in = 'G';
constexpr char copy_out = 'H';
constexpr char copy_both = 'W';
constexpr char copy_data = 'd';
constexpr char copy_done = 'c';
const std::string text_format(3, '\0');  // and no column, as far as we care

/// A COPY whose steps the test does itself.
struct copy_steps : db::operation {
  copy_steps(scripted_server& at, db::copying way) : server(at) {
    server.link().set_exclusive();
    script = "COPY t";
    copy = way;
    on_row = [](db::operation& self, std::uint32_t, const db::cell* bytes) noexcept {
      static_cast<copy_steps&>(self).came += bytes->bytes();
    };
    on_done = [](db::operation& self) noexcept { ++static_cast<copy_steps&>(self).steps; };
    REQUIRE(server.submit(*this));
    CHECK(server.take_kinds() == "Q");
    server.say(server_bytes().message(way == db::copying::in ? copy_in : copy_out, text_format));
    REQUIRE(steps == 1);
    REQUIRE(more);
  }

  void go_on(std::string_view bytes = {}, bool ends = false) {
    script = bytes;
    copy_ends = ends;
    deadline = std::chrono::steady_clock::time_point::max();
    REQUIRE(server.link().go_on(*this));
  }

  /// One step, while the server says as much of `left` as it can.
  void hear(std::string_view& left) {
    const int before = steps;
    go_on();
    while (steps == before) left.remove_prefix(server.offer(left));
  }

  scripted_server& server;
  std::string came;
  int steps = 0;
};

}  // namespace

TEST_CASE("a writer waits until the server has taken its bytes") {
  scripted_server server;
  copy_steps copy(server, db::copying::in);
  const std::string much(8'000'000, 'x');
  copy.go_on(much);
  for (int i = 0; i != 10; ++i) server.turn();
  CHECK(copy.steps == 1);
  std::size_t taken = 0;
  while (copy.steps == 1) taken += server.take().size();
  CHECK(copy.more);
  taken += server.take().size();
  CHECK(taken == much.size() + 5);
  copy.go_on("end", true);
  CHECK(server.take_kinds() == "dc");
  CHECK(copy.steps == 2);
  server.say(server_bytes().complete("COPY 7").ready());
  CHECK(copy.steps == 3);
  CHECK_FALSE(copy.more);
  CHECK(copy.affected == 7);
  CHECK(server.link().is_idle());
}

TEST_CASE("a reader that takes nothing holds up the server") {
  scripted_server server;
  copy_steps copy(server, db::copying::out);
  const std::string row(100'000, 'x');
  server_bytes said;
  for (int i = 0; i != 100; ++i) said.message(copy_data, row);
  said.message(copy_done, {}).complete("COPY 100").ready();
  std::string_view left = said.bytes();
  // Nothing is looked at until the reader asks, and then no more than one reading.
  while (const std::size_t sent = server.offer(left)) left.remove_prefix(sent);
  CHECK(copy.came.empty());
  CHECK_FALSE(left.empty());
  copy.hear(left);
  CHECK(copy.came.size() < 5 * row.size());
  while (const std::size_t sent = server.offer(left)) left.remove_prefix(sent);
  CHECK_FALSE(left.empty());
  while (copy.more) copy.hear(left);
  CHECK(copy.came.size() == 100 * row.size());
  CHECK(server.link().is_idle());
}

TEST_CASE("what came at once is given at once, and the rest when it is asked for") {
  scripted_server server;
  copy_steps copy(server, db::copying::out);
  server.say(server_bytes().message(copy_data, "1\n").message(copy_data, "2\n"));
  CHECK(copy.came.empty());
  std::string_view nothing;
  copy.hear(nothing);
  CHECK(copy.came == "1\n2\n");
  CHECK(copy.steps == 2);
  copy.go_on();
  server.say(server_bytes().message(copy_data, "3\n").message(copy_done, {}).complete("COPY 3").ready());
  CHECK(copy.came == "1\n2\n3\n");
  CHECK(copy.steps == 3);
  CHECK_FALSE(copy.more);
  CHECK_FALSE(copy.failure.has_value());
}

TEST_CASE("an error behind the last rows that came waits for the end of the COPY") {
  scripted_server server;
  copy_steps copy(server, db::copying::out);
  copy.go_on();
  server.say(server_bytes().message(copy_data, "1\n").failure("22012", "division by zero"));
  CHECK(copy.came == "1\n");
  CHECK(copy.steps == 1);
  server.say(server_bytes().ready());
  CHECK(copy.steps == 2);
  CHECK_FALSE(copy.more);
  CHECK(copy.failure->sqlstate() == "22012");
}

TEST_CASE("a COPY that fails while its writer does something else is told at once, and once") {
  scripted_server server;
  copy_steps copy(server, db::copying::in);
  copy.go_on("wrong\n");
  CHECK(server.take_kinds() == "d");
  CHECK(copy.steps == 2);
  server.say(server_bytes().failure("22P02", "wrong").ready());
  CHECK(copy.steps == 3);
  CHECK_FALSE(copy.more);
  REQUIRE(copy.failure.has_value());
  CHECK(copy.failure->sqlstate() == "22P02");
  CHECK(server.link().is_idle());
}

TEST_CASE("a COPY that is given up fails at the server") {
  scripted_server server;
  {
    copy_steps copy(server, db::copying::in);
    server.link().give_up(copy);
  }
  CHECK(server.take_kinds() == "f");
  CHECK_FALSE(server.link().is_idle());
  server.say(server_bytes().failure("57014", "COPY from stdin failed").ready());
  CHECK(server.link().is_idle());
}

TEST_CASE("a COPY that nobody asked for ends the connection, whichever way it goes") {
  for (const char kind : {copy_in, copy_out, copy_both}) {
    scripted_server server;
    static constexpr db::statement anything{"SELECT 1"};
    const auto ask = [](scripted_server& at) -> task<std::expected<std::uint64_t, db::error>> {
      co_return co_await at.execute(anything);
    };
    started<std::expected<std::uint64_t, db::error>> asked(ask(server));
    static_cast<void>(server.take());
    server.say(server_bytes().message(kind, text_format));
    CHECK(server.lost());
    CHECK(asked.result().error() == db::errc::unsupported);
  }
}

TEST_CASE("bytes of a COPY that nobody asked for end the connection") {
  for (const char kind : {copy_in, copy_out, copy_data, copy_done}) {
    scripted_server server;
    server.say(server_bytes().message(kind, text_format));
    CHECK(server.lost());
  }
  for (const char kind : {copy_data, copy_done}) {
    scripted_server server;
    copy_steps copy(server, db::copying::in);
    server.say(server_bytes().message(kind, text_format));
    CHECK(server.lost());
    REQUIRE(copy.failure.has_value());
    CHECK(*copy.failure == db::errc::protocol);
  }
}
