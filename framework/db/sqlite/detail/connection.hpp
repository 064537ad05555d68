// Private to the room: one connection to a SQLite database, with what it has prepared.
#pragma once

#include <candela/db/sqlite/detail/database_file.hpp>
#include <candela/db/sqlite/detail/prepared.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

struct sqlite3;

namespace candela::db::sqlite {

enum class access : std::uint8_t { reader, writer };

/// Used by one thread at a time.
class connection {
 public:
  /// Opens the file: a writer makes it when it is missing, and sets its WAL mode.
  [[nodiscard]] static std::expected<std::unique_ptr<connection>, error> open(database_file& file, access how);
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection();

  /// The statement, prepared at its first use. Valid as long as the connection.
  [[nodiscard]] std::expected<prepared*, error> find(const statement& what);
  /// Begins, commits or rolls back, by one of the room's own statements.
  [[nodiscard]] std::optional<error> run(const statement& what);

  /// What runs from here on is interrupted once the flag is raised; null for none.
  void watch(bool* abandoned) noexcept { abandoned_ = abandoned; }
  /// Whether what runs is not wanted any more.
  [[nodiscard]] bool unwanted() const noexcept {
    return file_.stopping.load(std::memory_order_relaxed) || (abandoned_ != nullptr && is_raised(*abandoned_));
  }

  [[nodiscard]] bool in_transaction() const noexcept;
  /// Whether a foreign key is violated that the transaction's end will look at.
  [[nodiscard]] bool has_deferred_violations() const noexcept;
  /// Rows that were inserted, updated and deleted so far, by triggers and foreign keys, too.
  [[nodiscard]] std::int64_t changes_so_far() const noexcept;
  /// Of those, the last statement's own.
  [[nodiscard]] std::uint64_t last_changes() const noexcept;

  [[nodiscard]] sqlite3* native() const noexcept { return native_; }
  [[nodiscard]] database_file& file() const noexcept { return file_; }

 private:
  connection(sqlite3* native, database_file& file);
  [[nodiscard]] std::optional<error> set_up(access how);
  [[nodiscard]] std::optional<error> pragma(const char* sql, std::string* answer);
  static int on_progress(void* self) noexcept;
  static int on_busy(void* self, int attempts) noexcept;

  sqlite3* native_;
  database_file& file_;
  bool* abandoned_ = nullptr;
  std::chrono::steady_clock::time_point busy_since_;
  std::vector<std::unique_ptr<prepared>> prepared_;  // by the statement's number
};

}  // namespace candela::db::sqlite
