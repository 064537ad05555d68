// What those are told who wait for a connection that ends, or that cannot be had.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <candela/core/when.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/db/postgres_server.hpp"
#include "tests/db/test_database.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;

namespace {

constexpr db::statement number{"SELECT CAST($1 AS integer)", db::read_only};
constexpr db::statement nap{"SELECT pg_sleep($1)"};
constexpr db::statement own_process{"SELECT pg_backend_pid()"};
constexpr db::statement running_naps{
    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND state = 'active' AND pid <> "
    "pg_backend_pid()"};
constexpr db::statement terminate{"SELECT pg_terminate_backend($1)"};

using outcome = std::expected<std::optional<int>, db::error>;

task<outcome> ask(db::database data, int value) { co_return co_await data.query_one<int>(number, value); }

db::settings settings_of(db::wire_protocol protocol) {
  db::settings settings = postgres_settings();
  settings.protocol = protocol;
  return settings;
}

// Takes the place of a server's socket, and lets whoever connects wait.
class deaf_socket {
 public:
  explicit deaf_socket(std::filesystem::path path) : path_(std::move(path)), kept_(path_.string() + ".kept") {
    std::filesystem::rename(path_, kept_);
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    path_.string().copy(name.sun_path, sizeof name.sun_path - 1);
    REQUIRE(::bind(socket_, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0);
    REQUIRE(::listen(socket_, 16) == 0);
    ::chmod(path_.c_str(), 0777);
  }
  deaf_socket(const deaf_socket&) = delete;
  deaf_socket& operator=(const deaf_socket&) = delete;
  ~deaf_socket() {
    ::close(socket_);
    if (first_ >= 0) ::close(first_);
  }
  // Waits for somebody to come.
  void take_one() { first_ = ::accept(socket_, nullptr, nullptr); }
  void give_back() { std::filesystem::rename(kept_, path_); }

 private:
  std::filesystem::path path_;
  std::filesystem::path kept_;
  int socket_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int first_ = -1;
};

}  // namespace

TEST_CASE("of two queries that race, the one that lost is not told of the end of their connection") {
  for (const db::wire_protocol protocol : {db::wire_protocol::native, db::wire_protocol::libpq}) {
    test_database base(settings_of(protocol));
    test_database second(settings_of(protocol));
    const int process = *base.run([](db::database data) -> task<std::optional<int>> {
      co_return (co_await data.query_one<int>(own_process)).value();
    });
    const auto racing = [&](cancel_source& others) -> task<std::size_t> {
      const auto napping = [](db::database with) -> task<bool> {
        co_return (co_await with.query(nap, 30.0)).has_value();
      };
      const auto first =
          co_await when_any(others, napping(base.database(others.token())), napping(base.database(others.token())));
      co_return first.index();
    };
    cancel_source others;
    task<std::size_t> race = racing(others);
    bool over = base.run([&](db::database) -> task<bool> { co_return race.start([](void*) noexcept {}, nullptr); });
    REQUIRE_FALSE(over);
    base.worker().loop().turn();
    second.run([&](db::database data) -> task<void> { (co_await data.query(terminate, process)).value(); });
    // The end of the connection is heard here, and the next query goes over another one.
    base.run([&](db::database data) -> task<void> {
      outcome next = co_await ask(data, 1);
      if (!next) next = co_await ask(data, 1);
      CHECK(next.value() == 1);
    });
    CHECK(race.result() == 0);
  }
}

TEST_CASE("who asks for a session when no connection can be opened is told so in a later turn") {
  net::worker worker(0);
  const std::unique_ptr<db::source> source = db::make_source(postgres_settings());
  const std::unique_ptr<db::driver> driver = source->open(worker);
  source->shut_down();
  arena memory;
  const db::database data(*driver, memory);
  const auto asking = [](db::database from) -> task<db::errc> {
    const auto own = co_await from.session();
    co_return own.has_value() ? db::errc::closed : own.error().code();
  };
  task<db::errc> asked = asking(data);
  REQUIRE_FALSE(asked.start([](void* loop) noexcept { static_cast<net::loop*>(loop)->stop(); }, &worker.loop()));
  worker.loop().run();
  CHECK(asked.result() == db::errc::connection_lost);
}

TEST_CASE(
    "a server that is told to stop and does not listen keeps nobody from connecting, nor the service from ending") {
  postgres_server server;
  std::unique_ptr<deaf_socket> deaf;
  db::settings settings;
  settings.url = server.url();
  std::optional<test_database> kept(settings);
  test_database& base = *kept;
  const auto nap_alone = [](db::database data) -> task<db::errc> {
    auto own = co_await data.session();
    co_return (co_await own->query(nap, 30.0)).error().code();
  };
  cancel_source enough;
  std::vector<task<db::errc>> naps;
  for (unsigned i = 0; i != settings.sessions; ++i) naps.push_back(nap_alone(base.database(enough.token())));
  base.run([&](db::database data) -> task<void> {
    const auto stop = [&]() -> task<void> {
      std::int64_t running = 0;
      while (running != settings.sessions) running = *(co_await data.query_one<std::int64_t>(running_naps)).value();
      deaf = std::make_unique<deaf_socket>(server.folder() / (".s.PGSQL." + std::to_string(server.port())));
      enough.cancel();
      deaf->take_one();
      deaf->give_back();
    };
    const auto wait = [&]() -> task<void> {
      for (const db::errc each : co_await when_all(std::move(naps))) CHECK(each == db::errc::cancelled);
    };
    co_await when_all(wait(), stop());
    const auto own = co_await data.session();
    CHECK(own.has_value());
  });
  // The request to stop still waits there.
  const auto before = std::chrono::steady_clock::now();
  kept.reset();
  CHECK(std::chrono::steady_clock::now() - before < 30s);
}
