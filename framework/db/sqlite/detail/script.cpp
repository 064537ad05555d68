#include <candela/db/sqlite/detail/error_map.hpp>
#include <candela/db/sqlite/detail/libsqlite3.hpp>
#include <candela/db/sqlite/detail/phrases.hpp>
#include <candela/db/sqlite/detail/script.hpp>

namespace candela::db::sqlite {

std::optional<error> script_run::run() {
  std::optional<error> failed = run_all();
  if (!own_transaction_) return failed;
  if (!failed) failed = connection_.run(phrases::commit);
  if (failed && connection_.in_transaction()) static_cast<void>(connection_.run(phrases::roll_back));
  return failed;
}

std::optional<error> script_run::run_all() {
  for (;;) {
    const std::string_view rest = from_first_word(script_.substr(at_));
    if (rest.empty()) return std::nullopt;
    at_ = script_.size() - rest.size();
    if (std::optional<error> failed = run_next(rest)) return failed;
  }
}

std::optional<error> script_run::run_next(std::string_view rest) {
  sqlite3_stmt* prepared = nullptr;
  const char* end = nullptr;
  sqlite3* native = connection_.native();
  const int code = libsqlite3().prepare_v2(native, rest.data(), static_cast<int>(rest.size()), &prepared, &end);
  if (code != SQLITE_OK) return located(code, rest);
  const std::string_view sql = rest.substr(0, static_cast<std::size_t>(end - rest.data()));
  std::optional<error> failed = step(prepared, sql);
  libsqlite3().finalize(prepared);
  at_ += sql.size();
  return failed;
}

std::optional<error> script_run::step(sqlite3_stmt* prepared, std::string_view sql) {
  // As PostgreSQL has it, BEGIN takes over the transaction that stands around the script.
  if (own_transaction_ && begins_with(sql, "BEGIN")) {
    own_transaction_ = false;
    return std::nullopt;
  }
  const bool alone = from_first_word(script_.substr(at_ + sql.size())).empty() && !own_transaction_;
  if (!alone && !connection_.in_transaction() && !begins_with(sql, "BEGIN")) {
    const statement& begin = how_ == access::writer ? phrases::begin_writing : phrases::begin_reading;
    if (std::optional<error> failed = connection_.run(begin)) return failed;
    own_transaction_ = true;
  }
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) code = libsqlite3().step(prepared);
  if (code == SQLITE_DONE) return std::nullopt;
  return located(code, sql);
}

error script_run::located(int code, std::string_view sql) const {
  const std::size_t before = characters(script_.substr(0, at_));
  error failed = error_of(connection_.native(), code, sql, before);
  if (failed.report().position != 0) return failed;
  server_report report = failed.report();
  report.position = static_cast<std::uint32_t>(before + 1);
  return error::from_server(std::move(report));
}

}  // namespace candela::db::sqlite
