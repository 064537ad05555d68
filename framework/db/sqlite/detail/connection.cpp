#include <algorithm>
#include <candela/db/sqlite/detail/connection.hpp>
#include <candela/db/sqlite/detail/error_map.hpp>
#include <candela/db/sqlite/detail/libsqlite3.hpp>
#include <chrono>
#include <mutex>
#include <thread>

namespace candela::db::sqlite {

namespace {

// Between two looks at whether a statement is still wanted: some ten microseconds.
constexpr int instructions_between_looks = 1000;

// Before the library's first use: its count of allocated bytes is one lock that all threads would meet at.
void configure_once() {
  static std::once_flag done;
  std::call_once(done, [] { libsqlite3().config(SQLITE_CONFIG_MEMSTATUS, 0); });
}

// Extended codes tell more in their upper bytes.
bool is_busy(int code) noexcept { return (code & 0xFF) == SQLITE_BUSY; }

}  // namespace

connection::connection(sqlite3* native, database_file& file) : native_(native), file_(file) {
  file_.connections->fetch_add(1, std::memory_order_relaxed);
}

connection::~connection() {
  prepared_.clear();
  libsqlite3().close(native_);
  file_.connections->fetch_sub(1, std::memory_order_relaxed);
}

std::expected<std::unique_ptr<connection>, error> connection::open(database_file& file, access how) {
  configure_once();
  // Each connection is used by one thread at a time, so it needs no lock of its own.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (how == access::writer ? SQLITE_OPEN_CREATE : 0);
  sqlite3* native = nullptr;
  const int code = libsqlite3().open_v2(file.path.c_str(), &native, flags, nullptr);
  if (code != SQLITE_OK) {
    error failed = opening_error(native, code, file.path);
    libsqlite3().close(native);
    return std::unexpected(std::move(failed));
  }
  std::unique_ptr<connection> opened(new connection(native, file));
  if (std::optional<error> failed = opened->set_up(how)) return std::unexpected(std::move(*failed));
  return opened;
}

std::optional<error> connection::set_up(access how) {
  libsqlite3().progress_handler(native_, instructions_between_looks, on_progress, this);
  libsqlite3().busy_handler(native_, on_busy, this);
  // A schema is data: it shall not run functions that have effects.
  libsqlite3().db_config(native_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  libsqlite3().db_config(native_, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
  // In WAL mode a crash of the machine may undo the last commits, and harms nothing else.
  std::string mode;
  std::optional<error> failed =
      how == access::writer ? pragma("PRAGMA journal_mode = WAL", &mode) : pragma("PRAGMA query_only = ON", nullptr);
  if (!failed) failed = pragma("PRAGMA synchronous = NORMAL", nullptr);
  if (!failed && how == access::writer && !file_.in_memory() && mode != "wal") {
    failed = refused(
        "0A000", "the database " + file_.path + " cannot be kept in WAL mode where it stands; it is in mode " + mode);
  }
  return failed;
}

std::optional<error> connection::pragma(const char* sql, std::string* answer) {
  const auto keep = [](void* target, int, char** values, char**) {
    if (target != nullptr) *static_cast<std::string*>(target) = values[0];
    return 0;
  };
  // Where waiting with a lock could keep both from going on, as when two make a file at once, SQLite does not ask the
  // busy handler. Here nothing is held between two attempts.
  int code = libsqlite3().exec(native_, sql, keep, answer, nullptr);
  for (int attempts = 0; is_busy(code) && on_busy(this, attempts) != 0; ++attempts) {
    code = libsqlite3().exec(native_, sql, keep, answer, nullptr);
  }
  if (code == SQLITE_OK) return std::nullopt;
  return opening_error(native_, code, file_.path);
}

int connection::on_progress(void* self) noexcept { return static_cast<connection*>(self)->unwanted() ? 1 : 0; }

// Another process has the lock. Readers and the writer of this one don't meet in WAL mode.
int connection::on_busy(void* self, int attempts) noexcept {
  auto& waiting = *static_cast<connection*>(self);
  const auto now = std::chrono::steady_clock::now();
  if (attempts == 0) waiting.busy_since_ = now;
  if (waiting.unwanted() || now - waiting.busy_since_ >= waiting.file_.busy_timeout) return 0;
  std::this_thread::sleep_for(std::chrono::microseconds(200) * std::min(attempts + 1, 50));
  return 1;
}

std::expected<prepared*, error> connection::find(const statement& what) {
  const std::uint32_t number = what.number();
  if (number < prepared_.size() && prepared_[number]) return prepared_[number].get();
  auto made = prepared::make(native_, what.text(), file_.shapes);
  if (!made) return std::unexpected(std::move(made).error());
  if (prepared_.size() <= number) prepared_.resize(number + std::size_t{1});
  return (prepared_[number] = std::move(*made)).get();
}

std::optional<error> connection::run(const statement& what) {
  const auto found = find(what);
  if (!found) return found.error();
  const int code = (*found)->step();
  std::optional<error> failed;
  if (code != SQLITE_DONE) failed = error_of(native_, code, what.text());
  (*found)->reset();
  return failed;
}

bool connection::in_transaction() const noexcept { return libsqlite3().get_autocommit(native_) == 0; }

bool connection::has_deferred_violations() const noexcept {
  int none = 0;
  int violated = 0;
  libsqlite3().db_status(native_, SQLITE_DBSTATUS_DEFERRED_FKS, &violated, &none, 0);
  return violated != 0;
}

std::int64_t connection::changes_so_far() const noexcept { return libsqlite3().total_changes64(native_); }

std::uint64_t connection::last_changes() const noexcept {
  return static_cast<std::uint64_t>(libsqlite3().changes64(native_));
}

}  // namespace candela::db::sqlite
