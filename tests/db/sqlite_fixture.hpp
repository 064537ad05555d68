// SQLite databases in a folder of their own that goes with the test.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "tests/db/test_database.hpp"

namespace candela::testing {

class scratch_folder {
 public:
  scratch_folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "candela-db-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder can be made");
    path_ = pattern;
  }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;
  ~scratch_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

[[nodiscard]] inline db::settings sqlite_settings(const std::filesystem::path& file) {
  db::settings settings;
  settings.url = "sqlite:" + file.string();
  settings.query_timeout = unhurried;
  return settings;
}

/// A new database file in a folder of its own.
struct sqlite_database {
  scratch_folder folder;
  db::settings settings = sqlite_settings(folder.path() / "test.db");

  [[nodiscard]] std::filesystem::path file() const { return folder.path() / "test.db"; }
};

/// Runs a script, or ends the test with its error.
inline void prepare(test_database& base, std::string_view script) {
  base.run([script](db::database data) -> task<void> {
    auto own = co_await data.session();
    REQUIRE(own.has_value());
    const auto ran = co_await own->script(script);
    INFO((ran ? std::string() : ran.error().text()));
    REQUIRE(ran.has_value());
  });
}

}  // namespace candela::testing
