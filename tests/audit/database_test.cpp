// Trails in a table.
#include <doctest/doctest.h>
#include <candela/audit/database.hpp>

#include <candela/audit/trail.hpp>
#include <candela/audit/verifier.hpp>

#include "tests/audit/trails.hpp"
#include "tests/db/test_database.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;

namespace {

// Runs a script on a database of the test's.
void run_script(test_database& base, std::string sql) {
  base.run([&sql](db::database data) -> task<void> {
    auto own = co_await data.session();
    REQUIRE(own.has_value());
    const auto ran = co_await own->script(sql);
    INFO((ran ? std::string() : ran.error().text()));
    REQUIRE(ran.has_value());
  });
}

audit::trail_options named(std::string stream) {
  audit::trail_options options;
  options.stream = std::move(stream);
  options.retry = 1ms;
  options.end_patience = 1ms;
  return options;
}

void put(audit::trail& into, std::string_view id) {
  audit::record what;
  what.id = id;
  REQUIRE(into.recorder_of(nullptr).admit());
  into.recorder_of(nullptr).put(what);
}

std::string verdict_of(const std::string& url, const std::string& stream = "shop") {
  audit::database_reader reader(url);
  audit::verifier checked(&audit_signer().verifiers());
  const auto lines = reader.lines(stream, 1);
  if (!lines) return lines.error();
  for (const std::string& each : *lines) {
    if (const auto right = checked.read(each); !right) return right.error().text();
  }
  return checked.summary().at.ended ? std::to_string(checked.summary().at.requests) + " requests" : "no end";
}

// Every database that the machine has, with the table and without anything in it.
void over_tables(const std::function<void(test_database&, const std::string&)>& test) {
  const scratch_folder folder;
  db::settings file;
  file.url = "sqlite:" + folder.file("audit.db");
  for (const db::settings& each : {file, postgres_settings()}) {
    CAPTURE(each.url);
    test_database base(each);
    run_script(base, "DROP TABLE IF EXISTS candela_audit;" + std::string(audit::table_sql()));
    test(base, each.url);
  }
}

}  // namespace

TEST_CASE("a trail in a table is linked and signed as one in files, over several lives") {
  over_tables([](test_database&, const std::string& url) {
    for (int i = 0; i != 3; ++i) {
      audit::trail trail(named("shop"), audit_key(), audit::make_database_sink(url));
      put(trail, "c-" + std::to_string(i));
      put(trail, "d");
      CHECK(trail.flush());
    }
    CHECK(verdict_of(url) == "6 requests");
    audit::database_reader reader(url);
    CHECK(reader.streams().value() == std::vector<std::string>{"shop"});
    CHECK(reader.records_of("c-1").value().size() == 1);
    CHECK(reader.records_of("d").value().size() == 3);
  });
}

TEST_CASE("a row that is changed or removed is seen") {
  over_tables([](test_database& base, const std::string& url) {
    {
      audit::trail trail(named("shop"), audit_key(), audit::make_database_sink(url));
      for (int i = 0; i != 4; ++i) put(trail, "c-" + std::to_string(i));
    }
    REQUIRE(verdict_of(url) == "4 requests");
    run_script(base, "UPDATE candela_audit SET line = replace(line, 'c-1', 'c-9') WHERE seq = 4");
    CHECK(verdict_of(url) == "line 5: sequence 5: the link to the line before is broken: one of the two was changed");
    run_script(base, "DELETE FROM candela_audit WHERE seq = 4");
    CHECK(verdict_of(url) == "line 4: sequence 4: line 4 is not here: removed, or moved");
    // Nor is it gone on with.
    audit::trail trail(named("shop"), audit_key(), audit::make_database_sink(url));
    put(trail, "c-5");
    CHECK_FALSE(trail.flush());
  });
}

TEST_CASE("a trail that a killed process left is signed as it was found") {
  over_tables([](test_database& base, const std::string& url) {
    {
      audit::trail trail(named("shop"), audit_key(), audit::make_database_sink(url));
      put(trail, "c-1");
    }
    run_script(base, "DELETE FROM candela_audit WHERE seq = 4");
    {
      audit::trail trail(named("shop"), audit_key(), audit::make_database_sink(url));
      put(trail, "c-2");
    }
    CHECK(verdict_of(url) == "2 requests");
    audit::database_reader reader(url);
    CHECK(reader.lines("shop", 4).value().front().find(R"("what":"recovered","unsigned":1)") != std::string::npos);
  });
}

TEST_CASE("two processes that write one trail meet, and one of them stops") {
  over_tables([](test_database&, const std::string& url) {
    audit::trail first(named("shop"), audit_key(), audit::make_database_sink(url));
    audit::trail second(named("shop"), audit_key(), audit::make_database_sink(url));
    put(first, "c-1");
    REQUIRE(first.flush());
    put(second, "c-2");
    REQUIRE(second.flush());
    put(first, "c-3");
    CHECK_FALSE(first.flush());
    second.shut_down();
    first.shut_down();
    CHECK(verdict_of(url) == "2 requests");
  });
}

TEST_CASE("a place without its table is told before anything is written, with the migration that makes it") {
  over_tables([](test_database& base, const std::string& url) {
    const auto sink = audit::make_database_sink(url);
    CHECK(sink->check());
    run_script(base, "DROP TABLE candela_audit");
    const auto missing = sink->check();
    REQUIRE_FALSE(missing);
    CHECK(missing.error().find("has no table candela_audit") != std::string::npos);
    CHECK(missing.error().find("`candela audit schema`") != std::string::npos);
    run_script(base, "CREATE TABLE candela_audit (stream text, seq bigint)");
    const auto other = sink->check();
    REQUIRE_FALSE(other);
    CHECK(other.error().find("the table candela_audit cannot be used: ") == 0);
  });
}

TEST_CASE("a file that is not there has no table, and is not made to find that out") {
  const scratch_folder folder;
  const auto sink = audit::make_database_sink("sqlite:" + folder.file("none.db"));
  CHECK_FALSE(sink->check());
  CHECK(std::filesystem::is_empty(folder.file("")));
}

TEST_CASE("a database that is away may have the table") {
  CHECK(audit::make_database_sink("host=/nonexistent dbname=audit")->check());
}

TEST_CASE("without its table nothing is taken, and the reason is told") {
  over_tables([](test_database& base, const std::string& url) {
    run_script(base, "DROP TABLE candela_audit");
    audit::trail trail(named("shop"), audit_key(), audit::make_database_sink(url));
    put(trail, "c-1");
    CHECK_FALSE(trail.flush());
    run_script(base, std::string(audit::table_sql()));
    while (!trail.flush()) {
    }
    trail.shut_down();
    CHECK(verdict_of(url) == "1 requests");
  });
}
