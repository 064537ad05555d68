#include <candela/db/postgres/detail/libpq_report.hpp>
#include <charconv>
#include <string_view>

namespace candela::db::postgres {

namespace {

std::string field(const PGresult& result, int code) {
  const char* text = libpq().resultErrorField(&result, code);
  return text != nullptr ? text : "";
}

}  // namespace

server_report report_of(const PGresult& result) {
  server_report report;
  report.severity = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  report.sqlstate = field(result, PG_DIAG_SQLSTATE);
  report.message = field(result, PG_DIAG_MESSAGE_PRIMARY);
  report.detail = field(result, PG_DIAG_MESSAGE_DETAIL);
  report.hint = field(result, PG_DIAG_MESSAGE_HINT);
  report.schema = field(result, PG_DIAG_SCHEMA_NAME);
  report.table = field(result, PG_DIAG_TABLE_NAME);
  report.column = field(result, PG_DIAG_COLUMN_NAME);
  report.constraint = field(result, PG_DIAG_CONSTRAINT_NAME);
  report.routine = field(result, PG_DIAG_SOURCE_FUNCTION);
  const std::string position = field(result, PG_DIAG_STATEMENT_POSITION);
  std::from_chars(position.data(), position.data() + position.size(), report.position);
  if (report.message.empty()) report.message = first_line(libpq().resultErrorMessage(&result));
  return report;
}

std::string first_line(const char* text) {
  const std::string_view all(text);
  return std::string(all.substr(0, all.find('\n')));
}

}  // namespace candela::db::postgres
