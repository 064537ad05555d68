// Schema migrations: numbered SQL files, each applied once, in order, under a lock.
#pragma once

#include <candela/config/reader.hpp>
#include <candela/core/task.hpp>
#include <candela/db/database.hpp>
#include <candela/db/migration_folder.hpp>
#include <candela/db/settings.hpp>
#include <candela/db/source.hpp>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace candela::db {

enum class migration_mode : std::uint8_t {
  off,
  apply,  ///< what is missing is applied
  check,  ///< what is missing is an error, and nothing is changed
};

/// `db.migrations` (a folder) and `db.migrate` (`true`, the default with a folder, `false` or `check`) of service.yml.
struct migration_plan {
  std::filesystem::path folder;
  migration_mode mode = migration_mode::off;

  /// Reads both keys. Throws `config::error`.
  [[nodiscard]] static migration_plan read(config::reader& section);
};

struct migration_report {
  std::vector<std::string> applied;  ///< names, in their order
  std::size_t known = 0;             ///< files that had been applied before
};

/// Brings the database up to what the folder says, or checks that it is. Each file is one transaction, unless it says
/// `-- candela: no transaction` on a line of its own; what was applied stands in the table `candela_migrations` with
/// its checksum. Several at once, in any number of processes, apply each file once: PostgreSQL by an advisory lock,
/// SQLite by its only writer.
///
/// Throws `migration_error` for what `read_migrations` refuses, a file that was changed after it had been applied, one
/// that stands before others that were applied already, one without a transaction that was begun and has not ended
/// (somebody has to look at that), and a statement that fails, with file and line; `std::bad_expected_access<error>`
/// when the database cannot be asked. Migrations that the database has and the folder lacks are a newer program's
/// matter.
[[nodiscard]] task<migration_report> migrate(database data, migration_plan plan);

/// The same on the calling thread, which has no loop of its own, with a worker made for it.
[[nodiscard]] migration_report migrate(source& on, const migration_plan& plan, unsigned worker_index = 0);

/// The same with a source of its own, which is patient. A check does not make a SQLite file that is missing.
[[nodiscard]] migration_report migrate(const settings& where, const migration_plan& plan);

/// Throws the `migration_error` that `migrate` would throw for the plan's folder, without asking the database. Nothing
/// when the plan is `off`.
void check_folder(const settings& where, const migration_plan& plan);

/// The same settings with as much time as building an index takes.
[[nodiscard]] settings patient(settings usual);

}  // namespace candela::db
