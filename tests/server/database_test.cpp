// What handlers reach as x.db(), and what becomes of its errors that they don't look at.
#include <doctest/doctest.h>

#include <candela/db/database.hpp>
#include <tests/server/fixture.hpp>

using namespace candela;
using namespace candela::testing;

namespace {

constexpr db::statement anything{"SELECT 1"};

// Fails what it is asked, or keeps it.
class scripted_driver final : public db::driver {
 public:
  explicit scripted_driver(net::worker& worker) : worker_(worker) {}

  [[nodiscard]] bool submit(db::operation& asked) override {
    if (!answer) return (kept = &asked) != nullptr;
    asked.fail(*answer);
    return false;
  }
  void detach(db::operation& asked) noexcept override {
    if (kept == &asked) kept = nullptr;
    ++detached;
  }
  [[nodiscard]] net::worker& worker() noexcept override { return worker_; }
  [[nodiscard]] db::dialect dialect() const noexcept override { return db::dialect::sqlite; }
  [[nodiscard]] db::driver_usage usage() const noexcept override { return {}; }
  [[nodiscard]] std::uint32_t stream_rows() const noexcept override { return 1; }
  [[nodiscard]] bool acquire(db::session_request& wish) override {
    wish.failure.emplace(db::errc::closed);
    return false;
  }
  void withdraw(db::session_request&) noexcept override {}
  void release(db::session&, bool) noexcept override {}
  [[nodiscard]] const db::statement& begin_statement(const db::transaction_options&) const noexcept override {
    return anything;
  }
  void close() noexcept override {}

  std::optional<db::error> answer;
  db::operation* kept = nullptr;
  int detached = 0;

 private:
  net::worker& worker_;
};

struct database_fixture {
  explicit database_fixture(bool has_database = true) {
    if (has_database) server.dispatcher().use_database(&driver);
    server.get("/ask", [](exchange& x) -> task<void> {
      const auto count = (co_await x.db().execute(anything)).value();
      x.text("affected ", count);
    });
    server.serve();
  }

  server_fixture server;
  scripted_driver driver{server.worker()};
};

}  // namespace

TEST_CASE("a query's answer resumes the handler") {
  database_fixture fixture;
  net::memory_peer peer;
  fixture.server.connect(peer);
  peer.send(get_request("/ask"));
  fixture.server.turns(2);
  REQUIRE(fixture.driver.kept != nullptr);
  fixture.driver.kept->affected = 3;
  fixture.driver.kept->on_done(*fixture.driver.kept);
  fixture.server.turns(2);
  CHECK(body_of(peer.take()) == "affected 3");
}

TEST_CASE("a database that cannot be asked makes a 503 that says when to come again") {
  database_fixture fixture;
  fixture.driver.answer = db::error::overloaded(std::chrono::seconds(7));
  const std::string shed = fixture.server.ask(get_request("/ask"));
  CHECK(status_of(shed) == "HTTP/1.1 503 Service Unavailable");
  CHECK(shed.find("Retry-After: 7") != std::string::npos);
  fixture.driver.answer = db::error(db::errc::connection_lost, "the secret server db17 is away");
  const std::string away = fixture.server.ask(get_request("/ask"));
  CHECK(status_of(away) == "HTTP/1.1 503 Service Unavailable");
  CHECK(away.find("Retry-After: 1") != std::string::npos);
  CHECK(away.find("db17") == std::string::npos);
}

TEST_CASE("an error that the handler did not look at makes a 500 that tells nothing of it") {
  database_fixture fixture;
  fixture.driver.answer = db::error(db::errc::constraint, "duplicate key value alice@example.org");
  const std::string answer = fixture.server.ask(get_request("/ask"));
  CHECK(status_of(answer) == "HTTP/1.1 500 Internal Server Error");
  CHECK(answer.find("alice") == std::string::npos);
}

TEST_CASE("a client that goes takes its query back") {
  database_fixture fixture;
  {
    net::memory_peer peer;
    fixture.server.connect(peer);
    peer.send(get_request("/ask"));
    fixture.server.turns(2);
    REQUIRE(fixture.driver.kept != nullptr);
  }
  fixture.server.turns(4);
  CHECK(fixture.driver.kept == nullptr);
  CHECK(fixture.driver.detached == 1);
  CHECK(fixture.server.dispatcher().running() == 0);
}

TEST_CASE("a service without a database says so to its developer") {
  database_fixture fixture(false);
  CHECK(status_of(fixture.server.ask(get_request("/ask"))) == "HTTP/1.1 500 Internal Server Error");
}
