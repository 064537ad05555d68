#include <algorithm>
#include <candela/db/sqlite/detail/error_map.hpp>
#include <candela/db/sqlite/detail/libsqlite3.hpp>
#include <string>
#include <utility>

namespace candela::db::sqlite {

namespace {

struct translation {
  int code;
  std::string_view sqlstate;
};

// Extended codes before the primary ones that they belong to. The states are those that PostgreSQL gives for the same
// mistake, where it has one (appendix A of its manual).
constexpr translation translations[] = {
    {SQLITE_CONSTRAINT_UNIQUE, "23505"},
    {SQLITE_CONSTRAINT_PRIMARYKEY, "23505"},
    {SQLITE_CONSTRAINT_ROWID, "23505"},
    {SQLITE_CONSTRAINT_FOREIGNKEY, "23503"},
    {SQLITE_CONSTRAINT_NOTNULL, "23502"},
    {SQLITE_CONSTRAINT_CHECK, "23514"},
    {SQLITE_CONSTRAINT_DATATYPE, "22P02"},
    {SQLITE_CONSTRAINT, "23000"},
    {SQLITE_BUSY, "40001"},
    {SQLITE_LOCKED, "40001"},
    {SQLITE_SCHEMA, "40001"},
    {SQLITE_INTERRUPT, "57014"},
    {SQLITE_READONLY, "25006"},
    {SQLITE_AUTH, "42501"},
    {SQLITE_PERM, "42501"},
    {SQLITE_FULL, "53100"},
    {SQLITE_NOMEM, "53200"},
    {SQLITE_TOOBIG, "54000"},
    {SQLITE_MISMATCH, "42804"},
    {SQLITE_RANGE, "08P01"},
    {SQLITE_CORRUPT, "XX001"},
    {SQLITE_NOTADB, "XX001"},
    {SQLITE_IOERR, "58030"},
    {SQLITE_CANTOPEN, "08001"},
    {SQLITE_PROTOCOL, "08001"},
    {SQLITE_MISUSE, "XX000"},
    {SQLITE_INTERNAL, "XX000"},
};

struct wording {
  std::string_view part;
  std::string_view sqlstate;
};

// A mistake in the SQL has but one code; only the words tell.
constexpr wording wordings[] = {
    {"no such table", "42P01"},        {"no such column", "42703"},           {"syntax error", "42601"},
    {"incomplete input", "42601"},     {"unrecognized token", "42601"},       {"no such function", "42883"},
    {"already exists", "42P07"},       {"has no column named", "42703"},      {"ambiguous column", "42702"},
    {"integer overflow", "22003"},     {"malformed JSON", "22P02"},           {"wrong number of arguments", "42883"},
    {"within a transaction", "25001"}, {"no transaction is active", "25P01"},
};

std::string_view state_of_words(std::string_view message) noexcept {
  const auto* found = std::ranges::find_if(wordings, [&](const wording& each) { return message.contains(each.part); });
  return found == std::end(wordings) ? "42000" : found->sqlstate;
}

std::string_view state_of(int code, std::string_view message) noexcept {
  const auto* found = std::ranges::find_if(
      translations, [&](const translation& each) { return each.code == code || each.code == (code & 0xFF); });
  if (found != std::end(translations)) return found->sqlstate;
  return (code & 0xFF) == SQLITE_ERROR ? state_of_words(message) : "58000";
}

// "UNIQUE constraint failed: world.id, world.name", "CHECK constraint failed: positive"
void name_constraint(server_report& report, int code) {
  constexpr std::string_view mark = "constraint failed: ";
  const std::size_t at = report.message.find(mark);
  if (at == std::string::npos) return;
  const std::string_view named = std::string_view(report.message).substr(at + mark.size());
  if (code == SQLITE_CONSTRAINT_CHECK) {
    report.constraint = named;
    return;
  }
  const std::string_view first = named.substr(0, named.find(','));
  const std::size_t dot = first.rfind('.');
  if (dot == std::string_view::npos) return;
  report.table = first.substr(0, dot);
  if (first.size() == named.size()) report.column = first.substr(dot + 1);
}

}  // namespace

std::size_t characters(std::string_view text) noexcept {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

error error_of(sqlite3* connection, int code, std::string_view sql, std::size_t before) {
  const int extended = libsqlite3().extended_errcode(connection);
  if ((extended & 0xFF) == (code & 0xFF)) code = extended;
  server_report report;
  report.message = libsqlite3().errmsg(connection);
  report.severity = "ERROR";
  report.sqlstate = state_of(code, report.message);
  if ((code & 0xFF) == SQLITE_CONSTRAINT) name_constraint(report, code);
  const int offset = libsqlite3().error_offset(connection);
  if (offset >= 0 && static_cast<std::size_t>(offset) <= sql.size()) {
    report.position =
        static_cast<std::uint32_t>(before + characters(sql.substr(0, static_cast<std::size_t>(offset))) + 1);
  }
  return error::from_server(std::move(report));
}

error opening_error(sqlite3* connection, int code, std::string_view path) {
  server_report report;
  report.message = "the database " + std::string(path) + " cannot be opened: ";
  report.message += connection != nullptr ? libsqlite3().errmsg(connection) : libsqlite3().errstr(code);
  report.severity = "FATAL";
  report.sqlstate = state_of(code, {});
  return error::from_server(std::move(report));
}

error refused(std::string_view sqlstate, std::string message) {
  server_report report;
  report.sqlstate = sqlstate;
  report.severity = "ERROR";
  report.message = std::move(message);
  return error::from_server(std::move(report));
}

}  // namespace candela::db::sqlite
