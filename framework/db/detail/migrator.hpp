// Private to the room: applies migrations on a session.
#pragma once

#include <candela/db/dedicated.hpp>
#include <candela/db/detail/sql_pieces.hpp>
#include <candela/db/migrations.hpp>
#include <span>
#include <string>
#include <vector>

namespace candela::db::detail {

/// A row of the table of what was applied.
struct applied_migration {
  int number = 0;
  std::string name;
  std::string checksum;
  bool ended = false;
};
CANDELA_DESCRIBE(applied_migration, number, name, checksum, ended)

/// Throws when there are any: the names of migrations that a database lacks.
void refuse_missing(std::span<const std::string> names);

/// Lives as long as its coroutines.
class migrator {
 public:
  migrator(dedicated& session, dialect database, std::span<const migration> files) noexcept
      : session_(session), dialect_(database), files_(files) {}

  [[nodiscard]] task<migration_report> apply();
  /// Throws when something is missing.
  [[nodiscard]] task<migration_report> check();

 private:
  [[nodiscard]] task<void> prepare();
  [[nodiscard]] task<void> look();
  [[nodiscard]] task<void> apply_one(const migration& file, migration_report& report);
  [[nodiscard]] task<void> run_file(const migration& file);
  [[nodiscard]] task<void> record(const migration& file, bool ended);
  [[nodiscard]] task<void> say(std::string_view sql);
  [[nodiscard]] bool is_applied(const migration& file) const;
  void check_order(const migration& file) const;

  dedicated& session_;
  dialect dialect_;
  std::span<const migration> files_;
  std::vector<applied_migration> applied_;
};

}  // namespace candela::db::detail
