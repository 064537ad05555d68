#include <array>
#include <candela/db/error.hpp>
#include <utility>

namespace candela::db {

std::string_view name_of(errc code) noexcept {
  static constexpr std::array<std::string_view, error_codes> names{
      "none",          "connection_lost", "timed_out",  "cancelled",    "overloaded", "closed",
      "constraint",    "serialization",   "wrong_type", "wrong_column", "no_rows",    "too_many_rows",
      "out_of_memory", "unsupported",     "protocol",   "server"};
  return names[static_cast<std::size_t>(code)];
}

error::error(errc code, std::string message) : code_(code) {
  auto report = std::make_shared<server_report>();
  report->message = std::move(message);
  report_ = std::move(report);
}

error::error(errc code, server_report report)
    : code_(code), report_(std::make_shared<const server_report>(std::move(report))) {}

error error::overloaded(std::chrono::seconds retry_after) noexcept {
  error full(errc::overloaded);
  full.retry_after_ = static_cast<std::uint32_t>(retry_after.count());
  return full;
}

namespace {

errc code_of(std::string_view sqlstate) noexcept {
  if (sqlstate == "40001" || sqlstate == "40P01") return errc::serialization;
  if (sqlstate.starts_with("23")) return errc::constraint;
  // The server goes, is not there yet, or has no room for one more connection.
  if ((sqlstate.starts_with("08") && sqlstate != "08P01") || sqlstate == "57P01" || sqlstate == "57P02" ||
      sqlstate == "57P03" || sqlstate == "53300")
    return errc::connection_lost;
  // On our request, or by `statement_timeout`: the deadline of the statement.
  if (sqlstate == "57014") return errc::timed_out;
  if (sqlstate.starts_with("0A")) return errc::unsupported;
  return errc::server;
}

}  // namespace

error error::from_server(server_report report) {
  const errc code = code_of(report.sqlstate);
  return {code, std::move(report)};
}

const server_report& error::report() const noexcept {
  static const server_report nothing;
  return report_ != nullptr ? *report_ : nothing;
}

bool error::is_unavailable() const noexcept {
  return code_ == errc::connection_lost || code_ == errc::timed_out || code_ == errc::overloaded ||
         code_ == errc::closed || code_ == errc::protocol;
}

std::string error::text() const {
  std::string said(name_of(code_));
  const server_report& words = report();
  if (!words.sqlstate.empty()) said.append(" ").append(words.sqlstate);
  if (!words.message.empty()) said.append(": ").append(words.message);
  if (!words.detail.empty()) said.append(" (").append(words.detail).append(")");
  if (!words.hint.empty()) said.append(" Hint: ").append(words.hint);
  return said;
}

}  // namespace candela::db
