#include "tests/techempower/service_under_test.hpp"

#include <doctest/doctest.h>

#include <candela/db/source.hpp>
#include <candela/json/json.hpp>
#include <candela/net/worker.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "tests/db/postgres_server.hpp"

namespace techempower::testing {

namespace {

namespace db = candela::db;
namespace system_test = candela::system_test;

// Longer than the service takes for anything.
constexpr std::chrono::seconds patience{40};

/// A folder that is gone with the object.
class scratch_folder {
 public:
  scratch_folder() {
    std::string pattern = std::filesystem::temp_directory_path() / "candela-techempower-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder");
    path_ = pattern;
  }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;
  ~scratch_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

// Limits that a busy machine does not reach: what is tested here is not time.
std::string unhurried_configuration() {
  static const scratch_folder folder;
  const std::string file = folder.path() / "service.yml";
  std::ofstream(file) << "db: {query_timeout: 25s}\n";
  return file;
}

system_test::process_options options_for(const std::string& url) {
  return {.program = TECHEMPOWER_PROGRAM,
          .arguments = {"--port", "0", "--workers", "2", "--config", unhurried_configuration(), "--db", url}};
}

template <class Type>
Type parsed(std::string_view body) {
  candela::arena memory;
  auto value = candela::json::parse<Type>(body, memory);
  INFO(body);
  REQUIRE(value.has_value());
  return *value;
}

void check_range(const world& each) {
  CHECK(each.id >= 1);
  CHECK(each.id <= world_count);
  CHECK(each.random_number >= 1);
  CHECK(each.random_number <= world_count);
}

}  // namespace

service_under_test::service_under_test(const std::string& url)
    : url_(url), process_(options_for(url)), port_(process_.port()) {}

service_under_test& service_under_test::on_sqlite() {
  static const scratch_folder folder;
  static service_under_test service("sqlite:" + (folder.path() / "worlds.db").string());
  return service;
}

service_under_test& service_under_test::on_postgres() {
  using server = candela::testing::postgres_server;
  static server database(server::reach::socket, {"shared_preload_libraries=pg_stat_statements"});
  static service_under_test service(database.url());
  return service;
}

system_test::client service_under_test::connect() {
  system_test::client client(port_);
  client.set_patience(patience);
  return client;
}

system_test::response service_under_test::get(std::string_view target) {
  system_test::client client = connect();
  REQUIRE(client.send(request_for(target)));
  return system_test::read_response(client);
}

std::optional<system_test::exit_code> service_under_test::end() {
  process_.signal(SIGTERM);
  return process_.wait(patience);
}

void service_under_test::run(const std::function<candela::task<void>(db::database&)>& work) {
  db::settings settings;
  settings.url = url_;
  candela::net::worker worker(0);
  const auto source = db::make_source(settings);
  {
    const auto driver = source->open(worker);
    candela::arena memory;
    db::database data(*driver, memory);
    candela::task<void> running = work(data);
    const auto end = [](void* loop) noexcept { static_cast<candela::net::loop*>(loop)->stop(); };
    if (!running.start(end, &worker.loop())) worker.loop().run();
    running.result();
  }
  source->shut_down();
}

std::vector<std::int64_t> service_under_test::ask(const db::statement& what) {
  std::vector<std::int64_t> values;
  const auto work = [&](db::database& data) -> candela::task<void> {
    const auto rows = co_await data.query_as<std::int64_t>(what);
    values.assign(rows.value().begin(), rows.value().end());
  };
  run(work);
  return values;
}

std::vector<std::int64_t> service_under_test::ask(const db::statement& what, std::int64_t parameter) {
  std::vector<std::int64_t> values;
  const auto work = [&](db::database& data) -> candela::task<void> {
    const auto rows = co_await data.query_as<std::int64_t>(what, parameter);
    values.assign(rows.value().begin(), rows.value().end());
  };
  run(work);
  return values;
}

void service_under_test::script(std::string_view sql) {
  const auto work = [&](db::database& data) -> candela::task<void> {
    auto session = co_await data.session();
    const auto done = co_await session.value().script(sql);
    done.value();
  };
  run(work);
}

void over_each_database(const std::function<void(service_under_test&)>& test) {
  {
    INFO("SQLite");
    test(service_under_test::on_sqlite());
  }
  INFO("PostgreSQL");
  test(service_under_test::on_postgres());
}

std::string request_for(std::string_view target) {
  return "GET " + std::string(target) +
         " HTTP/1.1\r\nHost: tfb-server:8080\r\nAccept: "
         "application/json,text/html;q=0.9,application/xhtml+xml;q=0.9,application/xml;q=0.8,*/*;q=0.7\r\n"
         "Connection: keep-alive\r\n\r\n";
}

std::vector<world> worlds_of(const system_test::response& answer) {
  CHECK(answer.status == 200);
  const auto worlds = parsed<std::vector<world>>(answer.body);
  for (const world& each : worlds) check_range(each);
  return worlds;
}

world world_of(const system_test::response& answer) {
  CHECK(answer.status == 200);
  const auto one = parsed<world>(answer.body);
  check_range(one);
  return one;
}

}  // namespace techempower::testing
