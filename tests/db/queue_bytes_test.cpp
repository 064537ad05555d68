// How many bytes of parameters wait in a worker at most.
#include <candela/core/when.hpp>
#include <string>
#include <vector>

#include "tests/db/sqlite_fixture.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;

namespace {

constexpr db::statement length_of{"SELECT length(CAST($1 AS text))", db::read_only};
constexpr std::size_t megabyte = 1 << 20;

using outcome = std::expected<std::optional<int>, db::error>;

task<outcome> ask(db::database data, const std::string& text) {
  co_return co_await data.query_one<int>(length_of, text);
}

struct counts {
  int answered = 0;
  int shed = 0;
};

// Asks ten times in one turn, with a megabyte each.
counts ask_ten(test_database& base) {
  return base.run([](db::database data) -> task<counts> {
    const std::string text(megabyte, 'x');
    std::vector<task<outcome>> all;
    for (int i = 0; i != 10; ++i) all.push_back(ask(data, text));
    counts found;
    for (const outcome& each : co_await when_all(std::move(all))) {
      found.answered += each && *each == static_cast<int>(megabyte);
      found.shed += !each && each.error() == db::errc::overloaded && each.error().retry_after() == 7s;
    }
    co_return found;
  });
}

}  // namespace

TEST_CASE("queries beyond the bytes that may wait are shed, those before are answered") {
  const sqlite_database made;
  std::vector<db::settings> ways(3, postgres_settings());
  ways[1].protocol = db::wire_protocol::libpq;
  ways[2] = made.settings;
  for (db::settings& settings : ways) {
    INFO(settings.url);
    settings.queue_bytes = 4 * megabyte;
    settings.retry_after = 7s;
    test_database base(settings);
    // First while there is no connection yet, then over one.
    for (int i = 0; i != 2; ++i) {
      const counts found = ask_ten(base);
      CHECK(found.answered == 4);
      CHECK(found.shed == 6);
    }
  }
}

TEST_CASE("a single query may be larger than what may wait") {
  const sqlite_database made;
  for (db::settings settings : {postgres_settings(), made.settings}) {
    settings.queue_bytes = megabyte / 2;
    settings.retry_after = 7s;
    test_database base(settings);
    const counts found = ask_ten(base);
    CHECK(found.answered == 1);
    CHECK(found.shed == 9);
  }
}
