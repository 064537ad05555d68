// COPY from the server, and what both directions have in common, over every way to PostgreSQL.
#include <optional>
#include <string>

#include "tests/db/copy_fixture.hpp"

using namespace candela;
using namespace candela::testing;

namespace {

constexpr db::statement fill_item{"INSERT INTO item SELECT g, repeat('x', 100) FROM generate_series(1, 50000) g"};
constexpr db::statement count_copied{"SELECT count(*)::integer FROM copied", db::read_only};
constexpr db::statement is_alive{"SELECT count(*)::integer FROM pg_stat_activity WHERE pid = $1"};
constexpr db::statement copied_in_binary{"COPY copied FROM STDIN (FORMAT binary)"};
constexpr db::statement item_out_csv{"COPY (SELECT * FROM item ORDER BY id) TO STDOUT (FORMAT csv)"};
constexpr db::statement item_out_binary{"COPY item TO STDOUT (FORMAT binary)"};
constexpr db::statement fails_late{"COPY (SELECT 1 / (5000 - g) FROM generate_series(1, 10000) g) TO STDOUT"};
constexpr db::statement twice{"COPY item FROM STDIN; COPY item FROM STDIN"};

task<std::string> read_all(db::copy_reader& from) {
  std::string all;
  for (;;) {
    const auto chunk = (co_await from.next_chunk()).value();
    if (!chunk) co_return all;
    all += *chunk;
  }
}

}  // namespace

TEST_CASE("a writer that outlives its session is told so") {
  over_postgres([](test_database& base) {
    make_tables(base);
    base.run([](db::database data) -> task<void> {
      std::optional<db::copy_writer> writer;
      std::optional<db::copy_reader> reader;
      {
        db::dedicated own = (co_await data.session()).value();
        writer.emplace((co_await own.copy_in(item_in)).value());
        db::dedicated other = (co_await data.session()).value();
        reader.emplace((co_await other.copy_out(endless_out)).value());
      }
      const counted finished = co_await writer->finish();
      CHECK(finished.error() == db::errc::cancelled);
      const auto next = co_await reader->next_row();
      CHECK(next.error() == db::errc::cancelled);
    });
  });
}

TEST_CASE("nothing else can be asked while a COPY is under way") {
  on_session([](db::dedicated& own) -> task<void> {
    db::copy_writer copy = (co_await own.copy_in(item_in)).value();
    const auto query = co_await own.query_one<int>(own_process);
    REQUIRE_FALSE(query.has_value());
    CHECK(query.error() == db::errc::unsupported);
    CHECK(query.error().message() == "a COPY is under way on this connection");
    const auto second = co_await own.copy_out(item_out);
    CHECK(second.error() == db::errc::unsupported);
    (co_await copy.write_row(1, "one")).value();
    CHECK((co_await copy.finish()).value() == 1);
    const done behind = co_await copy.write_row(2, "two");
    CHECK(behind.error().message() == "the COPY has ended");
    CHECK(co_await number(own, count_items) == 1);
  });
}

TEST_CASE("a statement that is no COPY, or another one, is refused by name") {
  on_session([](db::dedicated& own) -> task<void> {
    const auto none = co_await own.copy_in(count_items);
    CHECK(none.error().message() == "the statement is no COPY from STDIN");
    const auto no_reader = co_await own.copy_out(count_items);
    CHECK(no_reader.error().message() == "the statement is no COPY to STDOUT");
    CHECK(co_await number(own, count_items) == 0);
    const auto wrong_way = co_await own.copy_in(item_out);
    CHECK(wrong_way.error() == db::errc::unsupported);
    CHECK(wrong_way.error().message() == "the statement is not the one COPY that was asked for");
  });
  on_session([](db::dedicated& own) -> task<void> {
    db::copy_writer copy = (co_await own.copy_in(twice)).value();
    const counted finished = co_await copy.finish();
    CHECK(finished.error() == db::errc::unsupported);
  });
}

TEST_CASE("a COPY to us gives whole rows") {
  on_session([](db::dedicated& own) -> task<void> {
    (co_await own.execute(add_item, 1, "one")).value();
    (co_await own.execute(add_item, 2, "new\nline")).value();
    (co_await own.execute(add_item, 3, std::optional<std::string>())).value();
    {
      db::copy_reader copy = (co_await own.copy_out(item_out_csv)).value();
      CHECK((co_await copy.next_row()).value() == "1,one\n");
      CHECK((co_await copy.next_row()).value() == "2,\"new\nline\"\n");
      CHECK((co_await copy.next_chunk()).value() == "3,\n");
      CHECK_FALSE((co_await copy.next_row()).value().has_value());
      CHECK_FALSE((co_await copy.next_chunk()).value().has_value());
    }
    db::copy_reader text = (co_await own.copy_out(item_out)).value();
    CHECK(co_await read_all(text) == "1\tone\n2\tnew\\nline\n3\t\\N\n");
  });
}

TEST_CASE("a table goes out and in again in the binary format") {
  over_postgres([](test_database& base) {
    make_tables(base);
    base.run([](db::database data) -> task<void> {
      (co_await data.execute(fill_item)).value();
      db::dedicated from = (co_await data.session()).value();
      db::dedicated to = (co_await data.session()).value();
      db::copy_reader reader = (co_await from.copy_out(item_out_binary)).value();
      db::copy_writer writer = (co_await to.copy_in(copied_in_binary)).value();
      for (;;) {
        const auto chunk = (co_await reader.next_chunk()).value();
        if (!chunk) break;
        (co_await writer.write(*chunk)).value();
      }
      CHECK((co_await writer.finish()).value() == 50000);
      CHECK(co_await number(data, count_copied) == 50000);
    });
  });
}

TEST_CASE("an error in the middle of a COPY to us comes behind its rows") {
  on_session([](db::dedicated& own) -> task<void> {
    {
      db::copy_reader copy = (co_await own.copy_out(fails_late)).value();
      int rows = 0;
      auto next = co_await copy.next_row();
      for (; next && *next; next = co_await copy.next_row()) ++rows;
      CHECK(rows == 4999);
      REQUIRE_FALSE(next.has_value());
      CHECK(next.error().sqlstate() == "22012");
      const auto behind = co_await copy.next_row();
      CHECK(behind.error().sqlstate() == "22012");
    }
    CHECK(co_await number(own, count_items) == 0);
  });
}

TEST_CASE("a reader that ends early ends its session, and the server stops") {
  over_postgres([](test_database& base) {
    base.run([](db::database data) -> task<void> {
      int process = 0;
      {
        db::dedicated own = (co_await data.session()).value();
        process = co_await number(own, own_process);
        db::copy_reader copy = (co_await own.copy_out(endless_out)).value();
        CHECK((co_await copy.next_row()).value() == "row\t1\n");
      }
      // Each question takes a moment, and the server's process is gone after a few.
      while (*(co_await data.query_one<int>(is_alive, process)).value() != 0) {
      }
    });
  });
}

TEST_CASE("COPY on a shared connection, or in a query, is refused with a word on what to use") {
  over_postgres([](test_database& base) {
    make_tables(base);
    for (const db::statement* each : {&item_in, &item_out}) {
      const counted shared =
          base.run([each](db::database data) -> task<counted> { co_return co_await data.execute(*each); });
      REQUIRE_FALSE(shared.has_value());
      INFO(shared.error().text());
      CHECK(shared.error() == db::errc::unsupported);
    }
    CHECK(number_of_items(base) == 0);
  });
}

TEST_CASE("a database without COPY says so") {
  over_every_database([](test_database& base) {
    if (base.driver().dialect() == db::dialect::postgres) return;
    base.run([](db::database data) -> task<void> {
      db::dedicated own = (co_await data.session()).value();
      const auto in = co_await own.copy_in(item_in);
      CHECK(in.error() == db::errc::unsupported);
      CHECK(in.error().message() == "the database has no COPY");
      const auto out = co_await own.copy_out(item_out);
      CHECK(out.error() == db::errc::unsupported);
    });
  });
}
