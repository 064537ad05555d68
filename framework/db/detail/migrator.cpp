#include <algorithm>
#include <candela/db/detail/migrator.hpp>
#include <chrono>
#include <utility>

namespace candela::db::detail {

namespace {

// The letters of "candela": such locks have a number, and others may use them in the same database.
constexpr std::int64_t lock_number = 0x63'61'6E'64'65'6C'61;

constexpr statement lock{"SELECT pg_advisory_lock($1)"};
constexpr statement unlock{"SELECT pg_advisory_unlock($1)"};
constexpr statement all_applied{
    "SELECT number, name, checksum, applied_at IS NOT NULL AS ended FROM candela_migrations ORDER BY number"};
constexpr statement insert{
    "INSERT INTO candela_migrations(number, name, checksum, applied_at) VALUES ($1, $2, $3, $4)"};
constexpr statement complete{"UPDATE candela_migrations SET applied_at = $2 WHERE number = $1"};

constexpr std::string_view table =
    "CREATE TABLE IF NOT EXISTS candela_migrations("
    "number integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz)";
constexpr std::string_view no_such_table = "42P01";

timestamp now() { return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()); }

// Counts the lines before the character that stands `characters` behind `at`.
std::size_t line_of(std::string_view text, std::size_t at, std::uint32_t position) {
  std::size_t end = at;
  for (std::uint32_t passed = 1; passed < position && end < text.size(); ++passed) {
    do ++end;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80);
  }
  return 1 + static_cast<std::size_t>(std::ranges::count(text.substr(0, end), '\n'));
}

[[noreturn]] void fail(const migration& file, const sql_piece& where, std::uint32_t position, std::string_view why) {
  const std::size_t line = line_of(file.sql, where.at, position);
  throw migration_error(file.file.string() + ":" + std::to_string(line) + ": " + std::string(why));
}

// Otherwise a file's COMMIT would end the transaction that also records it.
void refuse_transaction_words(const migration& file, const sql_piece& piece) {
  if (!ends_transaction(piece.text)) return;
  fail(file, piece, 0,
       "a file is one transaction already; one that begins its own says so on a line: -- candela: no transaction");
}

}  // namespace

void refuse_missing(std::span<const std::string> names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  if (!all.empty()) throw migration_error("the database lacks the migrations " + all);
}

task<void> migrator::say(std::string_view sql) {
  auto said = co_await session_.script(sql);
  static_cast<void>(said.value());
}

task<void> migrator::look() {
  auto rows = co_await session_.query_as<applied_migration>(all_applied);
  applied_.clear();
  if (!rows && rows.error().sqlstate() == no_such_table) co_return;
  for (applied_migration& row : rows.value()) applied_.push_back(std::move(row));
}

// Whether it is, and as it was: throws when it isn't.
bool migrator::is_applied(const migration& file) const {
  const auto found = std::ranges::find(applied_, static_cast<int>(file.number), &applied_migration::number);
  if (found == applied_.end()) return false;
  if (!found->ended) {
    throw migration_error(file.file.string() +
                          ": it was begun without a transaction and has not ended; when nobody is at it, see what is "
                          "there, finish or undo it, and complete or delete its row in candela_migrations");
  }
  if (found->name != file.name || found->checksum != file.checksum) {
    throw migration_error(file.file.string() + ": it was changed after it had been applied (as " + found->name +
                          "); a change is a new file");
  }
  return true;
}

void migrator::check_order(const migration& file) const {
  if (applied_.empty() || applied_.back().number < static_cast<int>(file.number)) return;
  throw migration_error(file.file.string() + ": it was not applied before " + applied_.back().name + ", which was");
}

task<migration_report> migrator::check() {
  co_await look();
  migration_report report;
  std::vector<std::string> missing;
  for (const migration& file : files_) {
    if (is_applied(file)) {
      ++report.known;
    } else {
      missing.push_back(file.name);
    }
  }
  refuse_missing(missing);
  co_return report;
}

task<void> migrator::prepare() {
  if (dialect_ == dialect::postgres) static_cast<void>((co_await session_.execute(lock, lock_number)).value());
  co_await look();
  // Asked for only when it may be missing: who may not create tables can still find everything applied.
  if (applied_.empty()) co_await say(table);
}

task<migration_report> migrator::apply() {
  co_await prepare();
  migration_report report;
  for (const migration& file : files_) co_await apply_one(file, report);
  if (dialect_ == dialect::postgres) static_cast<void>((co_await session_.execute(unlock, lock_number)).value());
  co_return report;
}

// In SQLite somebody else may have applied it up to the moment when we are the writer.
task<void> migrator::apply_one(const migration& file, migration_report& report) {
  if (is_applied(file)) {
    ++report.known;
    co_return;
  }
  const std::string_view begin = dialect_ == dialect::sqlite ? "BEGIN IMMEDIATE" : "BEGIN";
  co_await say(begin);
  co_await look();
  if (is_applied(file)) {
    co_await say("ROLLBACK");
    ++report.known;
    co_return;
  }
  check_order(file);
  if (file.transaction) {
    co_await run_file(file);
    co_await record(file, true);
    co_await say("COMMIT");
  } else {
    co_await record(file, false);
    co_await say("COMMIT");
    co_await run_file(file);
    static_cast<void>((co_await session_.execute(complete, static_cast<int>(file.number), now())).value());
  }
  report.applied.push_back(file.name);
}

task<void> migrator::record(const migration& file, bool ended) {
  const std::optional<timestamp> time = ended ? std::optional(now()) : std::nullopt;
  const auto number = static_cast<int>(file.number);
  auto inserted = co_await session_.execute(insert, number, file.name, file.checksum, time);
  static_cast<void>(inserted.value());
}

task<void> migrator::run_file(const migration& file) {
  sql_pieces pieces(file.sql);
  while (const std::optional<sql_piece> piece = pieces.next()) {
    if (file.transaction) refuse_transaction_words(file, *piece);
    const auto ran = co_await session_.script(piece->text);
    if (ran) continue;
    const server_report& report = ran.error().report();
    if (report.sqlstate.empty()) static_cast<void>(ran.value());
    fail(file, *piece, report.position, report.message + " (" + report.sqlstate + ")");
  }
}

}  // namespace candela::db::detail
