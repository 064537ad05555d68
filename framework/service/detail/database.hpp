// Private to the room: a service's database, from what says which one it is to the check of its readiness.
#pragma once

#include <candela/config/reader.hpp>
#include <candela/core/metrics.hpp>
#include <candela/core/task.hpp>
#include <candela/db/database.hpp>
#include <candela/db/migrations.hpp>
#include <candela/db/source.hpp>
#include <candela/server/health_registry.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace candela::detail {

/// Which database, and who said so.
struct database_plan {
  db::settings settings;
  config::node url;  // as it is written in the file or the program
  db::migration_plan migrations;
  config::node folder;    // of them
  bool is_given = false;  // by the command line
};

/// Reads the section `db`; `given` is the URL of the command line. Nothing when there is no such section. Throws
/// `config::error`.
[[nodiscard]] std::optional<database_plan> read_database(config::reader& root, const std::optional<std::string>& given);

/// Throws what `make_database` would throw, without asking the database and without making its file, and
/// `config::error` for a folder of migrations that cannot be used.
void check_database(const database_plan& plan);

/// The process-wide part of the database. Throws `config::error`, or `std::runtime_error` when the URL is not the
/// file's, for a URL that no database has.
[[nodiscard]] std::unique_ptr<db::source> make_database(const database_plan& plan, metrics::registry& metrics);

/// Applies, or checks, what the section's `migrations` say, on the calling thread and a worker of its own with that
/// index. Throws `std::runtime_error` in words.
db::migration_report migrate_database(const database_plan& plan, db::source& own, unsigned worker_index);

/// What is done with the database before the service listens.
using database_work = std::function<task<void>(db::database& data)>;

/// Does it on the calling thread, on a worker of its own with that index. Throws what the work throws; an error of the
/// database becomes a `std::runtime_error` that says in words what was wrong.
void prepare_database(db::source& from, const database_work& work, unsigned worker_index);

/// The check `database`: ready when the asking worker's driver gets an answer.
class database_check {
 public:
  /// The driver that serves a worker; null when it has none.
  using lookup = std::function<db::driver*(net::worker&)>;

  /// Adds the check when it is called first; from then on `find` is asked. Must outlive the registry's use.
  void watch(health_registry& health, lookup find);

 private:
  lookup find_;
};

}  // namespace candela::detail
