// Reads that share a Sync, on our side of the protocol.
#include "tests/db/wire_fixture.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;

namespace {

constexpr db::statement change{"UPDATE t SET id = $1"};

task<std::expected<std::uint64_t, db::error>> update(const db::queries& from, int id) {
  co_return co_await from.execute(change, id);
}

task<std::expected<std::uint64_t, db::error>> rename(const db::queries& from, std::string_view name) {
  constexpr static db::statement asked{"UPDATE t SET name = $1"};
  co_return co_await from.execute(asked, name);
}

db::settings reads_in_batches() {
  db::settings made;
  made.batch = db::sharing::reads;
  return made;
}

/// Two batches of one read each, so that those that are asked next gather.
class two_under_way {
 public:
  explicit two_under_way(scripted_server& server) : first(ask(server, 1)), first_sent_(server.take()) {
    second.emplace(ask(server, 2));
    static_cast<void>(server.take());
  }

  started<number> first;
  std::optional<started<number>> second;

 private:
  std::string first_sent_;  // before the second is asked
};

}  // namespace

TEST_CASE("read-only queries share a Sync where that is set, others never") {
  scripted_server server(reads_in_batches());
  warm_up(server);
  started<number> first(ask(server, 1));
  started<number> second(ask(server, 2));
  started<std::expected<std::uint64_t, db::error>> changed(update(server, 3));
  started<number> third(ask(server, 4));
  CHECK(server.take_kinds() == "BEBESPDBESBES");
  server_bytes said;
  said.bound().row({1}).complete("SELECT 1").bound().row({2}).complete("SELECT 1").ready();
  server.say(said);
  CHECK(first.result().value() == 1);
  CHECK(second.result().value() == 2);
  CHECK_FALSE(changed.done());
  CHECK_FALSE(third.done());
}

TEST_CASE("reads gather while two batches are under way, and leave when one of them has ended") {
  scripted_server server(reads_in_batches());
  warm_up(server);
  started<number> first(ask(server, 1));
  CHECK(server.take_kinds() == "BES");
  started<number> second(ask(server, 2));
  CHECK(server.take_kinds() == "BES");
  started<number> third(ask(server, 3));
  CHECK(server.take_kinds().empty());
  started<number> fourth(ask(server, 4));
  CHECK(server.take_kinds().empty());
  server.say(next_answer(1));
  CHECK(server.take_kinds() == "BEBES");
  server.say(next_answer(2).bytes() + server_bytes().bound().row({3}).complete("SELECT 1").bytes() +
             server_bytes().bound().row({4}).complete("SELECT 1").ready().bytes());
  CHECK(first.result().value() == 1);
  CHECK(second.result().value() == 2);
  CHECK(third.result().value() == 3);
  CHECK(fourth.result().value() == 4);
}

TEST_CASE("what may not share a Sync does not wait, and takes along what has gathered") {
  scripted_server server(reads_in_batches());
  warm_up(server);
  two_under_way before(server);
  started<number> third(ask(server, 3));
  CHECK(server.take_kinds().empty());
  started<std::expected<std::uint64_t, db::error>> changed(update(server, 4));
  CHECK(server.take_kinds() == "BESPDBES");
}

TEST_CASE("what has gathered leaves though what would have taken it along cannot be sent") {
  scripted_server server(reads_in_batches());
  warm_up(server);
  started<std::expected<std::uint64_t, db::error>> known(rename(server, "a"));
  static_cast<void>(server.take());
  server.say(server_bytes().prepared({db::sql_type::text}, {}).bound().complete("UPDATE 1").ready());
  REQUIRE(known.result().has_value());
  two_under_way before(server);
  started<number> third(ask(server, 3));
  CHECK(server.take_kinds().empty());
  started<std::expected<std::uint64_t, db::error>> refused(rename(server, std::string_view("a\0b", 3)));
  CHECK(refused.result().error() == db::errc::wrong_type);
  CHECK(server.take_kinds() == "BES");
}

TEST_CASE("reads that have gathered fail with their connection") {
  scripted_server server(reads_in_batches());
  warm_up(server);
  two_under_way before(server);
  started<number> third(ask(server, 3));
  server.die();
  CHECK(before.first.result().error() == db::errc::connection_lost);
  CHECK(third.result().error() == db::errc::connection_lost);
}
