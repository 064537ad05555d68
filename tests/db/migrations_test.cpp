// Schema migrations over SQLite and PostgreSQL.
#include <candela/db/migrations.hpp>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "tests/db/sqlite_fixture.hpp"

using namespace candela;
using namespace candela::testing;

namespace {

using names = std::vector<std::string>;

/// A folder of migrations, and an empty database.
struct scene {
  explicit scene(db::settings where) : settings(std::move(where)) {}

  void write(const std::string& name, std::string_view sql) const {
    std::ofstream(folder.path() / name, std::ios::binary) << sql;
  }
  [[nodiscard]] db::migration_report migrate(db::migration_mode mode = db::migration_mode::apply) const {
    const auto source = db::make_source(settings);
    return db::migrate(*source, {folder.path(), mode});
  }
  [[nodiscard]] std::string failure(db::migration_mode mode = db::migration_mode::apply) const {
    try {
      static_cast<void>(migrate(mode));
    } catch (const db::migration_error& failed) {
      return failed.what();
    }
    return "nothing failed";
  }
  [[nodiscard]] std::string path(const std::string& name) const { return (folder.path() / name).string(); }
  /// What a query of one number gives; -1 when it fails.
  [[nodiscard]] int number(const db::statement& what) const {
    test_database base(settings);
    return base.run([&](db::database data) -> task<int> {
      const auto found = co_await data.query_one<int>(what);
      co_return found ? found->value_or(-1) : -1;
    });
  }

  db::settings settings;
  scratch_folder folder;
};

db::settings new_postgres_database() {
  static int made = 0;
  const std::string name = "migrated_" + std::to_string(++made);
  db::settings settings = postgres_settings();
  test_database base(settings);
  const std::string create = "CREATE DATABASE " + name;
  prepare(base, create);
  settings.url += " dbname=" + name;
  return settings;
}

void over_both(const std::function<void(scene&)>& test) {
  {
    INFO("SQLite");
    const sqlite_database made;
    scene here(made.settings);
    test(here);
  }
  INFO("PostgreSQL");
  scene here(new_postgres_database());
  test(here);
}

constexpr db::statement count_items{"SELECT CAST(count(*) AS integer) FROM item", db::read_only};
constexpr db::statement count_parts{"SELECT CAST(count(*) AS integer) FROM part", db::read_only};
constexpr db::statement count_migrations{"SELECT CAST(count(*) AS integer) FROM candela_migrations", db::read_only};

}  // namespace

TEST_CASE("migrations are applied once, in the order of their numbers") {
  over_both([](scene& here) {
    here.write("2_fill.sql", "INSERT INTO item VALUES (1); INSERT INTO item VALUES (2);");
    here.write("0001_create.sql", "-- the first one\nCREATE TABLE item(id integer PRIMARY KEY);\n");
    here.write("README.md", "not a migration");
    CHECK(here.migrate().applied == names{"0001_create", "2_fill"});
    CHECK(here.number(count_items) == 2);
    here.write("003_more.sql", "INSERT INTO item VALUES (3)");
    const db::migration_report second = here.migrate();
    CHECK(second.applied == names{"003_more"});
    CHECK(second.known == 2);
    CHECK(here.migrate().applied.empty());
    CHECK(here.number(count_items) == 3);
  });
}

TEST_CASE("a check changes nothing and names what is missing") {
  over_both([](scene& here) {
    here.write("0001_create.sql", "CREATE TABLE item(id integer PRIMARY KEY);");
    CHECK(here.failure(db::migration_mode::check) == "the database lacks the migrations 0001_create");
    CHECK(here.number(count_migrations) == -1);
    static_cast<void>(here.migrate());
    CHECK(here.migrate(db::migration_mode::check).known == 1);
  });
}

TEST_CASE("a failure in the middle undoes the file, keeps those before it, and names file and line") {
  over_both([](scene& here) {
    here.write("0001_create.sql", "CREATE TABLE item(id integer PRIMARY KEY);");
    here.write("0002_broken.sql",
               "CREATE TABLE part(id integer);\nINSERT INTO item VALUES (1);\n\n  SELECT 'ä;',\n "
               "nothing_of_that_name\n FROM item;\n");
    const std::string said = here.failure();
    CHECK(said.starts_with(here.path("0002_broken.sql") + ":5: "));
    CHECK(said.contains("nothing_of_that_name"));
    CHECK(said.contains("42703"));
    CHECK(here.number(count_items) == 0);
    CHECK(here.number(count_parts) == -1);
    CHECK(here.number(count_migrations) == 1);
    here.write("0002_broken.sql", "INSERT INTO item VALUES (1);\n\n\nINSERT INTO item VALUES (1);");
    const std::string duplicate = here.failure();
    CHECK(duplicate.starts_with(here.path("0002_broken.sql") + ":4: "));
    CHECK(duplicate.contains("23505"));
    here.write("0002_broken.sql", "INSERT INTO item VALUES (1);");
    CHECK(here.migrate().applied == names{"0002_broken"});
  });
}

TEST_CASE("a file that was changed after it had been applied is refused, line ends apart") {
  over_both([](scene& here) {
    here.write("0001_create.sql", "CREATE TABLE item(id integer);\n");
    static_cast<void>(here.migrate());
    here.write("0001_create.sql", "CREATE TABLE item(id integer);\r\n");
    CHECK(here.migrate().known == 1);
    here.write("0001_create.sql", "CREATE TABLE item(id bigint);\n");
    CHECK(here.failure().contains("it was changed after it had been applied"));
    CHECK(here.failure(db::migration_mode::check).contains("it was changed after it had been applied"));
  });
}

TEST_CASE("two at once apply each file once") {
  over_both([](scene& here) {
    here.write("0001_create.sql", "CREATE TABLE item(id integer);");
    for (int i = 2; i != 8; ++i) here.write(std::to_string(i) + "_more.sql", "INSERT INTO item VALUES (1)");
    std::vector<db::migration_report> reports(3);
    std::vector<std::thread> threads;
    for (db::migration_report& each : reports) threads.emplace_back([&] { each = here.migrate(); });
    for (std::thread& each : threads) each.join();
    std::size_t applied = 0;
    for (const db::migration_report& each : reports) {
      applied += each.applied.size();
      CHECK(each.applied.size() + each.known == 7);
    }
    CHECK(applied == 7);
    CHECK(here.number(count_items) == 6);
  });
}

TEST_CASE("each database has its own file where one is written for it") {
  over_both([](scene& here) {
    here.write("0001_create.sql", "this is for nobody");
    here.write("0001_create.sqlite.sql", "CREATE TABLE item(id INTEGER PRIMARY KEY AUTOINCREMENT)");
    here.write("0001_create.postgres.sql", "CREATE TABLE item(id serial PRIMARY KEY)");
    here.write("0002_extra.postgres.sql", "COMMENT ON TABLE item IS 'only here'");
    here.write("0003_fill.sql", "INSERT INTO item(id) VALUES (1)");
    const bool file = here.settings.url.starts_with("sqlite:");
    const names expected = file ? names{"0001_create", "0003_fill"} : names{"0001_create", "0002_extra", "0003_fill"};
    CHECK(here.migrate().applied == expected);
    CHECK(here.number(count_items) == 1);
  });
}

TEST_CASE("a file without a transaction is run statement by statement, and is not taken for done when it fails") {
  over_both([](scene& here) {
    here.write("0001_create.sql", "CREATE TABLE item(id integer);");
    here.write("0002_tidy.sql", "-- candela: no transaction\nVACUUM;\nINSERT INTO item VALUES (1);\n");
    CHECK(here.migrate().applied.size() == 2);
    here.write("0003_broken.sql", "-- candela: no transaction\nINSERT INTO item VALUES (2);\nSELECT wrong;\n");
    CHECK(here.failure().starts_with(here.path("0003_broken.sql") + ":3: "));
    CHECK(here.number(count_items) == 2);
    CHECK(here.failure().contains("it was begun without a transaction and has not ended"));
  });
}

TEST_CASE("a file that ends the transaction around it is refused") {
  over_both([](scene& here) {
    here.write("0001_create.sql", "CREATE TABLE item(id integer);\nCOMMIT;");
    CHECK(here.failure().starts_with(here.path("0001_create.sql") + ":2: a file is one transaction already"));
    CHECK(here.number(count_items) == -1);
  });
}

TEST_CASE("a file may go back to a savepoint of its own") {
  over_both([](scene& here) {
    here.write("0001_create.sql",
               "CREATE TABLE item(begin integer);\nSAVEPOINT a;\nINSERT INTO item VALUES (1);\n"
               "ROLLBACK TO SAVEPOINT a;\nINSERT INTO item VALUES (2);\nINSERT INTO item VALUES (3);");
    CHECK(here.migrate().applied.size() == 1);
    CHECK(here.number(count_items) == 2);
  });
}

TEST_CASE("a byte order mark at the start of a file is none of its text") {
  over_both([](scene& here) {
    here.write("0001_create.sql", "\xEF\xBB\xBF-- candela: no transaction\nCREATE TABLE item(id integer);\n");
    CHECK(here.migrate().applied.size() == 1);
    CHECK(here.number(count_items) == 0);
    here.write("0001_create.sql", "-- candela: no transaction\nCREATE TABLE item(id integer);\n");
    CHECK(here.migrate().known == 1);
  });
}

TEST_CASE("a check makes no file for a database that is not there") {
  const sqlite_database made;
  scene here(made.settings);
  here.write("1_a.sql", "CREATE TABLE item(id integer)");
  const db::migration_plan check{here.folder.path(), db::migration_mode::check};
  CHECK_THROWS_WITH_AS(static_cast<void>(db::migrate(made.settings, check)), "the database lacks the migrations 1_a",
                       db::migration_error);
  CHECK_FALSE(std::filesystem::exists(made.file()));
  const db::migration_plan apply{here.folder.path(), db::migration_mode::apply};
  CHECK(db::migrate(made.settings, apply).applied.size() == 1);
  CHECK(db::migrate(made.settings, check).known == 1);
}

TEST_CASE("a trigger's body belongs to its statement") {
  const sqlite_database made;
  scene here(made.settings);
  here.write(
      "0001_create.sql",
      "CREATE TABLE item(id integer);\nCREATE TABLE part(id integer);\nCREATE TRIGGER copy AFTER INSERT ON item BEGIN\n"
      "  INSERT INTO part VALUES (new.id);\n  DELETE FROM part WHERE id = 7;\nEND;\nINSERT INTO item VALUES (1);");
  CHECK(here.migrate().applied.size() == 1);
  CHECK(here.number(count_parts) == 1);
}

TEST_CASE("gaps, doubles and names without a number are refused before anything is done") {
  const sqlite_database made;
  const auto said = [&](const std::vector<std::string>& files) {
    const scene here(made.settings);
    for (const std::string& each : files) here.write(each, "CREATE TABLE item(id integer)");
    return here.failure();
  };
  CHECK(said({"1_a.sql", "3_c.sql"}).contains("3_c.sql: the migration before it is missing, number 2"));
  CHECK(said({"2_b.sql"}).contains("number 1"));
  CHECK(said({"1_a.sql", "01_b.sql"}).contains("the number 1 stands twice"));
  CHECK(said({"1_a.sql", "1_b.sqlite.sql"}).contains("the number 1 stands twice"));
  CHECK(said({}).ends_with(" has no NUMBER_NAME.sql"));
  CHECK(said({"README.md"}).ends_with(" has no NUMBER_NAME.sql"));
  for (const char* wrong : {"create.sql", "0_a.sql", "1.sql", "1_.sql", "1a.sql", "-1_a.sql"}) {
    CHECK(said({wrong}).contains("a migration is named NUMBER_NAME.sql"));
  }
  CHECK(scene(made.settings).number(count_migrations) == -1);
  const db::migration_plan nowhere{made.folder.path() / "nowhere", db::migration_mode::apply};
  const auto source = db::make_source(made.settings);
  CHECK_THROWS_AS(static_cast<void>(db::migrate(*source, nowhere)), db::migration_error);
}

TEST_CASE("a migration that turns up behind later ones is refused") {
  const sqlite_database made;
  scene here(made.settings);
  here.write("1_a.sql", "CREATE TABLE item(id integer)");
  here.write("2_b.postgres.sql", "SELECT 1");
  here.write("3_c.sql", "INSERT INTO item VALUES (1)");
  CHECK(here.migrate().applied.size() == 2);
  here.write("2_b.sqlite.sql", "SELECT 1");
  CHECK(here.failure().contains("it was not applied before 3_c, which was"));
}

TEST_CASE("the migrations of a newer program do not stop an older one") {
  const sqlite_database made;
  scene here(made.settings);
  here.write("1_a.sql", "CREATE TABLE item(id integer)");
  here.write("2_b.sql", "INSERT INTO item VALUES (1)");
  static_cast<void>(here.migrate());
  std::filesystem::remove(here.path("2_b.sql"));
  CHECK(here.migrate().known == 1);
}
