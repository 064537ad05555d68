#include <candela/db/sqlite/detail/driver.hpp>
#include <candela/db/sqlite/detail/libsqlite3.hpp>
#include <candela/db/sqlite/detail/pool.hpp>
#include <candela/db/sqlite/source.hpp>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace candela::db::sqlite {

namespace {

class file_source final : public source {
 public:
  file_source(const settings& chosen, std::string path, metrics::registry* metrics)
      : settings_(chosen), metrics_(metrics), pool_(chosen, std::move(path)) {
    if (metrics == nullptr) return;
    const auto count = [open = pool_.file().connections] {
      return static_cast<double>(open->load(std::memory_order_relaxed));
    };
    driver_metrics::count_connections(*metrics, count);
  }

  std::unique_ptr<db::driver> open(net::worker& worker) override {
    return std::make_unique<driver>(worker, pool_, settings_, metrics_);
  }

  void shut_down() override { pool_.shut_down(); }

 private:
  const settings settings_;
  metrics::registry* metrics_;
  pool pool_;
};

}  // namespace

void check_source(const std::string& path) {
  if (path.empty()) throw std::invalid_argument("a SQLite URL names a file, as sqlite:data/service.db");
  static_cast<void>(libsqlite3());
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    throw std::invalid_argument("the database " + path + " cannot be opened: it is a folder");
  }
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (folder.empty() || std::filesystem::is_directory(folder, ignored)) return;
  throw std::invalid_argument("the database " + path + " cannot be opened: there is no folder " + folder.string());
}

std::unique_ptr<source> make_source(const settings& settings, std::string path, metrics::registry* metrics) {
  check_source(path);
  return std::make_unique<file_source>(settings, std::move(path), metrics);
}

}  // namespace candela::db::sqlite
