// What the server's messages say (PostgreSQL 15 documentation, section 55.7). All functions take bytes from outside.
#pragma once

#include <candela/db/description.hpp>
#include <candela/db/error.hpp>
#include <candela/db/notification.hpp>
#include <candela/db/value_reader.hpp>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>
#include <vector>

namespace candela::db::postgres {

/// Kinds of messages that a server sends once a connection is open.
namespace answer {
inline constexpr char parse_complete = '1';
inline constexpr char bind_complete = '2';
inline constexpr char close_complete = '3';
inline constexpr char notification = 'A';
inline constexpr char command_complete = 'C';
inline constexpr char copy_done = 'c';
inline constexpr char data_row = 'D';
inline constexpr char copy_data = 'd';
inline constexpr char error = 'E';
inline constexpr char copy_in = 'G';
inline constexpr char copy_out = 'H';
inline constexpr char empty_query = 'I';
inline constexpr char notice = 'N';
inline constexpr char parameter_status = 'S';
inline constexpr char row_description = 'T';
inline constexpr char copy_both = 'W';
inline constexpr char ready = 'Z';
inline constexpr char no_data = 'n';
inline constexpr char portal_suspended = 's';
inline constexpr char parameter_description = 't';
}  // namespace answer

/// The most columns that a row can have.
inline constexpr std::size_t most_columns = 1664;

/// ErrorResponse and NoticeResponse. Nothing when they are malformed.
[[nodiscard]] std::optional<server_report> read_report(std::string_view body);

/// RowDescription: nothing when it is malformed.
[[nodiscard]] std::optional<std::vector<column>> read_columns(std::string_view body);

/// ParameterDescription: nothing when it is malformed.
[[nodiscard]] std::optional<std::vector<sql_type>> read_parameter_types(std::string_view body);

/// CommandComplete: the rows that its tag counts, as `INSERT 0 5`; 0 when it counts none. Nothing when it is malformed.
[[nodiscard]] std::optional<std::uint64_t> read_affected(std::string_view body) noexcept;

/// ParameterStatus: name and value.
struct parameter_status {
  std::string_view name;
  std::string_view value;
};
[[nodiscard]] std::optional<parameter_status> read_parameter_status(std::string_view body) noexcept;

/// NotificationResponse: nothing when it is malformed.
[[nodiscard]] std::optional<notification> read_notification(std::string_view body);

/// DataRow: finds the values of exactly `count` columns. False when it is malformed or has another number of them.
[[nodiscard]] inline bool read_row(std::string_view body, std::size_t count, cell* cells) noexcept {
  const char* at = body.data();
  const char* end = at + body.size();
  if (body.size() < 2 || db::detail::load_network<std::uint16_t>(at) != count) return false;
  at += 2;
  for (std::size_t i = 0; i != count; ++i) {
    if (end - at < 4) return false;
    const auto size = static_cast<std::int32_t>(db::detail::load_network<std::uint32_t>(at));
    at += 4;
    cells[i].data = at;
    cells[i].size = size;
    if (size < 0) {
      if (size != -1) return false;
      continue;
    }
    if (end - at < size) return false;
    at += size;
  }
  return at == end;
}

}  // namespace candela::db::postgres
