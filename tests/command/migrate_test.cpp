// candela migrate.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "asking.hpp"

using namespace candela::command;

namespace {

answer migrate(const scratch& here, std::vector<std::string> more = {}) {
  std::vector<std::string> words{"migrate", "--url", "sqlite:" + (here / "test.db").string(), "--folder",
                                 (here / "steps").string()};
  words.insert(words.end(), more.begin(), more.end());
  return ask(words);
}

}  // namespace

TEST_CASE("migrations are applied, and then there is nothing left to do") {
  const scratch here;
  here.write("steps/1_create.sql", "CREATE TABLE item(id integer)");
  here.write("steps/2_fill.sql", "INSERT INTO item VALUES (1)");
  const answer checked = migrate(here, {"--check"});
  CHECK(checked.status == failure);
  CHECK(checked.error == "candela migrate: the database lacks the migrations 1_create, 2_fill\n");
  CHECK_FALSE(std::filesystem::exists(here / "test.db"));
  const answer first = migrate(here);
  CHECK(first.status == success);
  CHECK(first.out == "applied 1_create\napplied 2_fill\nthe database is up to date: 2 migrations, 2 of them new\n");
  const answer second = migrate(here, {"--check"});
  CHECK(second.status == success);
  CHECK(second.out == "the database is up to date: 2 migrations, 0 of them new\n");
}

TEST_CASE("a service.yml says which database and which folder") {
  const scratch here;
  here.write("steps/1_create.sql", "CREATE TABLE item(id integer)");
  here.write("service.yml", "db:\n  url: \"sqlite:" + (here / "test.db").string() + "\"\n  migrations: steps\n");
  const answer given = ask({"migrate", "--config", (here / "service.yml").string()});
  CHECK(given.error == "");
  CHECK(given.out == "applied 1_create\nthe database is up to date: 1 migration, 1 of them new\n");
}

TEST_CASE("what cannot be migrated is told in one line") {
  const scratch here;
  const std::string none = (here / "none.yml").string();
  here.write("none.yml", "server: {}\n");
  CHECK(ask({"migrate", "--config", none}).error ==
        "candela migrate: no database: name one by --url, or in db.url of service.yml\n");
  const answer missing = migrate(here);
  CHECK(missing.status == failure);
  CHECK(missing.error == "candela migrate: the folder of migrations " + (here / "steps").string() +
                             " cannot be read: No such file or directory\n");
  here.write("steps/1_create.sql", "CREATE TABLE item(id integer);\nnonsense;");
  CHECK(migrate(here).error.starts_with("candela migrate: " + (here / "steps/1_create.sql").string() + ":2: "));
  CHECK(ask({"migrate", "--url", "mysql://x", "--folder", here.name()}).status == failure);
}
