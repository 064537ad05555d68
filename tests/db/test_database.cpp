#include "tests/db/test_database.hpp"

#include <cstdlib>
#include <filesystem>

#include "tests/db/postgres_server.hpp"

namespace candela::testing {

namespace {

class temporary_folder {
 public:
  temporary_folder() : path_(std::filesystem::temp_directory_path() / "candela-db-XXXXXX") {
    std::string name = path_;
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  ~temporary_folder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace

db::settings postgres_settings() {
  db::settings settings;
  settings.url = postgres_server::shared().url();
  settings.query_timeout = unhurried;
  settings.connect_timeout = unhurried;
  return settings;
}

void over_postgres(const std::function<void(test_database&)>& test) {
  struct way {
    const char* name;
    db::wire_protocol protocol;
    db::sharing batch;
  };
  constexpr way ways[] = {{"native protocol", db::wire_protocol::native, db::sharing::none},
                          {"native protocol, reads in batches", db::wire_protocol::native, db::sharing::reads},
                          {"libpq", db::wire_protocol::libpq, db::sharing::none}};
  for (const way& each : ways) {
    db::settings settings = postgres_settings();
    settings.protocol = each.protocol;
    settings.batch = each.batch;
    INFO(each.name);
    test_database database(settings);
    test(database);
  }
}

void over_every_database(const std::function<void(test_database&)>& test) {
  over_postgres(test);
  const temporary_folder folder;
  db::settings settings;
  settings.url = "sqlite:" + (folder.path() / "test.db").string();
  settings.query_timeout = unhurried;
  INFO("SQLite");
  test_database database(settings);
  test(database);
}

}  // namespace candela::testing
