// A service brings its database up to date before it serves.
#include <doctest/doctest.h>

#include <candela/candela.hpp>
#include <candela/config/parse.hpp>
#include <candela/service/test_client.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/service/child.hpp"

using candela::exchange;
using candela::task;
namespace db = candela::db;

namespace {

constexpr db::statement count_notes{"SELECT count(*) FROM note", db::read_only};

task<void> show_count(exchange& x) {
  const db::database data = x.db();
  const auto found = co_await data.query_one<int>(count_notes);
  x.text(std::to_string(found.value().value_or(-1)));
}

/// A folder with one migration, a database beside it, and the service.yml that names both.
class place {
 public:
  place() {
    std::filesystem::create_directory(folder());
    write("0001_create_note.sql", "CREATE TABLE note(id integer PRIMARY KEY); INSERT INTO note VALUES (1);");
  }
  place(const place&) = delete;
  place& operator=(const place&) = delete;
  ~place() { std::filesystem::remove_all(folder()); }

  void write(const std::string& name, std::string_view sql) const { std::ofstream(folder() / name) << sql; }
  [[nodiscard]] std::string answer(const std::string& url, const std::string& more = "") const {
    const std::string text = "db:\n  url: \"" + url + "\"\n  migrations: " + folder().string() + "\n" + more;
    candela::service service(candela::config::parse_text(text, "service.yml"));
    service.get("/count", show_count);
    try {
      candela::test_client client(service);
      return std::string(client.get("/count").body);
    } catch (const std::exception& wrong) {
      return wrong.what();
    }
  }
  [[nodiscard]] std::string url() const { return "sqlite:" + (folder() / "notes.db").string(); }

 private:
  [[nodiscard]] std::filesystem::path folder() const { return file_.path() + ".d"; }

  candela::testing::scratch_file file_{""};
};

}  // namespace

TEST_CASE("migrations are applied before a service serves, each once") {
  const place here;
  CHECK(here.answer(here.url()) == "1");
  CHECK(here.answer(here.url()) == "1");
  here.write("0002_more.sql", "INSERT INTO note VALUES (2)");
  CHECK(here.answer(here.url()) == "2");
  CHECK(here.answer("sqlite::memory:") == "2");
}

TEST_CASE("a service that only checks does not start on a database that lacks something") {
  const place here;
  CHECK(here.answer(here.url(), "  migrate: check\n") == "the database lacks the migrations 0001_create_note");
  CHECK(here.answer(here.url(), "  migrate: true\n") == "1");
  CHECK(here.answer(here.url(), "  migrate: check\n") == "1");
  here.write("0002_more.sql", "INSERT INTO note VALUES (2)");
  CHECK(here.answer(here.url(), "  migrate: false\n") == "1");
}

TEST_CASE("a migration that fails keeps the service from starting, with file and line") {
  const place here;
  here.write("0002_wrong.sql", "INSERT INTO note VALUES (2);\nINSERT INTO nowhere VALUES (1);");
  CHECK(here.answer(here.url()).contains("0002_wrong.sql:2: no such table: nowhere"));
}

TEST_CASE("migrations need a folder") {
  candela::service service(candela::config::parse_text("db: {url: \"sqlite::memory:\", migrate: true}", "service.yml"));
  const auto start = [&] { const candela::test_client client(service); };
  CHECK_THROWS_WITH(start(), doctest::Contains("there are no migrations: name their folder in `migrations`"));
  candela::service misspelt(
      candela::config::parse_text("db: {url: \"sqlite::memory:\", migration: x, migrate: true}", "service.yml"));
  const auto start_misspelt = [&] { const candela::test_client client(misspelt); };
  CHECK_THROWS_WITH(start_misspelt(), doctest::Contains("unknown key \"migration\" (did you mean \"migrations\"?)\n"));
}
