#include <doctest/doctest.h>

#include <candela/candela.hpp>
#include <candela/config/error.hpp>
#include <candela/config/parse.hpp>
#include <candela/service/test_client.hpp>
#include <stdexcept>
#include <string>

#include "tests/service/child.hpp"

using candela::exchange;
using candela::task;
using candela::config::parse_text;
namespace db = candela::db;

namespace {

constexpr db::statement find_note{"SELECT text FROM note WHERE id = $1", db::read_only};

task<void> show_note(exchange& x) {
  const db::database data = x.db();
  const auto found = co_await data.query_one<std::string_view>(find_note, 1);
  x.text(found.value().value_or("none"));
}

task<void> make_notes(db::database& data) {
  auto session = co_await data.session();
  const auto made = co_await session.value().script(
      "CREATE TABLE note (id integer PRIMARY KEY, text text NOT NULL); INSERT INTO note VALUES (1, 'buy tea')");
  made.value();
}

task<void> fail_to_prepare(db::database& data) {
  auto session = co_await data.session();
  const auto made = co_await session.value().script("CREATE TABLE");
  made.value();
}

/// A file in a folder of its own as a URL.
class scratch_database {
 public:
  [[nodiscard]] std::string url() const { return "sqlite:" + file_.path() + ".db"; }

 private:
  candela::testing::scratch_file file_{""};
};

/// What a service says about that service.yml, with a database declared by code or not.
std::string complaint(const std::string& text, bool declared = false) {
  candela::service service(parse_text(text, "service.yml"));
  if (declared) service.database();
  try {
    const candela::test_client client(service);
    return "nothing";
  } catch (const std::exception& wrong) {
    return wrong.what();
  }
}

bool begins_with(const std::string& text, const std::string& start) {
  INFO(text);
  CHECK(text.substr(0, start.size()) == start);
  return text.starts_with(start);
}

}  // namespace

TEST_CASE("a handler asks the database that service.yml names") {
  const scratch_database scratch;
  candela::service service(parse_text("db: {url: \"" + scratch.url() + "\"}", "service.yml"));
  service.prepare_database(make_notes).get("/note", show_note);
  candela::test_client client(service);
  CHECK(client.get("/note").body == "buy tea");
}

TEST_CASE("a handler asks the database that the program names, and the file's goes before it") {
  const scratch_database first;
  const scratch_database second;
  {
    candela::service service;
    service.database(first.url()).prepare_database(make_notes).get("/note", show_note);
    candela::test_client client(service);
    CHECK(client.get("/note").body == "buy tea");
  }
  candela::service service(parse_text("db: {url: \"" + second.url() + "\"}", "service.yml"));
  service.database(first.url()).get("/note", show_note);
  candela::test_client client(service);
  CHECK(client.get("/note").status == 500);  // there is no such table
}

TEST_CASE("the section's other settings are laid over the program's") {
  const auto limit = candela::config::node::map({{"queue_limit", 17}});
  candela::service service(parse_text("db: {queue_limit: none}", "service.yml"));
  service.database("sqlite::memory:", limit);
  CHECK_THROWS_AS(candela::test_client{service}, candela::config::error);
}

TEST_CASE("readiness asks the database") {
  const scratch_database scratch;
  candela::service service;
  service.database(scratch.url()).route(candela::http::method::get, "/ready", "health");
  candela::test_client client(service);
  const auto answer = client.get("/ready");
  CHECK(answer.status == 200);
  CHECK(answer.body == R"({"status":"up","checks":{"database":{"status":"up"}}})");
}

TEST_CASE("a service without a database has none, and no check of one") {
  candela::service service;
  service.get("/note", show_note).route(candela::http::method::get, "/ready", "health");
  candela::test_client client(service);
  CHECK(client.dispatcher().database() == nullptr);
  CHECK(client.get("/note").status == 500);
  CHECK(client.get("/ready").body == R"({"status":"up","checks":{}})");
}

TEST_CASE("a mistake in the section is told with its place") {
  CHECK(
      begins_with(complaint("db:\n  url: \"sqlite:x\"\n  readers: many\n"), "service.yml:3:12: db.readers: expected"));
  CHECK(begins_with(complaint("db:\n  url: \"sqlite:x\"\n  colour: red\n"),
                    "service.yml:3:3: db: unknown key \"colour\""));
  CHECK(begins_with(complaint("db:\n  url: \"oracle://x\"\n"), "service.yml:2:8: db.url: "));
  CHECK(begins_with(complaint("db:\n  readers: 2\n"), "service.yml:2:3: db.url: expected"));
  CHECK(begins_with(complaint("db: sqlite\n"), "service.yml:1:5: db: expected a map"));
}

TEST_CASE("a declared database without a URL is a mistake") {
  CHECK(complaint("", true).find("db.url") != std::string::npos);
}

TEST_CASE("a wrong URL in the configuration does not show its password") {
  CHECK(complaint("db: {url: \"mysql://me:secret@host/x\"}").find("secret") == std::string::npos);
}

TEST_CASE("a database is declared once") {
  candela::service service;
  service.database("sqlite:x");
  CHECK_THROWS_AS(service.database("sqlite:y"), std::invalid_argument);
}

TEST_CASE("preparation that fails keeps the service from serving, and says why in words") {
  const scratch_database scratch;
  candela::service service;
  service.database(scratch.url()).prepare_database(fail_to_prepare);
  CHECK_THROWS_WITH_AS(candela::test_client{service}, doctest::Contains("the database is not ready for this service: "),
                       std::runtime_error);
}
