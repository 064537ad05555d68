#include <candela/db/postgres/detail/answers.hpp>
#include <candela/db/postgres/detail/message_reader.hpp>
#include <charconv>

namespace candela::db::postgres {

namespace {

// Section 55.8, the fields that are kept.
std::string* field_of(server_report& report, char kind) noexcept {
  switch (kind) {
    case 'V': return &report.severity;  // never translated; servers since 9.6 send it
    case 'C': return &report.sqlstate;
    case 'M': return &report.message;
    case 'D': return &report.detail;
    case 'H': return &report.hint;
    case 's': return &report.schema;
    case 't': return &report.table;
    case 'c': return &report.column;
    case 'n': return &report.constraint;
    case 'R': return &report.routine;
    default: return nullptr;
  }
}

}  // namespace

std::optional<server_report> read_report(std::string_view body) {
  server_report report;
  body_reader from(body);
  for (char kind = static_cast<char>(from.byte()); kind != 0; kind = static_cast<char>(from.byte())) {
    const std::string_view value = from.text();
    if (std::string* field = field_of(report, kind)) field->assign(value);
    if (kind == 'S' && report.severity.empty()) report.severity.assign(value);
    if (kind == 'P') std::from_chars(value.data(), value.data() + value.size(), report.position);
    if (!from.good()) return std::nullopt;
  }
  if (!from.good() || !from.at_end()) return std::nullopt;
  return report;
}

std::optional<std::vector<column>> read_columns(std::string_view body) {
  body_reader from(body);
  const std::size_t count = from.int16();
  if (count > most_columns) return std::nullopt;
  std::vector<column> columns;
  for (std::size_t i = 0; i != count && from.good(); ++i) {
    column& each = columns.emplace_back();
    each.name = from.text();
    static_cast<void>(from.bytes(6));  // the table and the column that it comes from
    each.type = static_cast<sql_type>(from.int32());
    static_cast<void>(from.bytes(8));  // size and modifier of the type, and the format
  }
  if (!from.good() || !from.at_end()) return std::nullopt;
  return columns;
}

std::optional<std::vector<sql_type>> read_parameter_types(std::string_view body) {
  body_reader from(body);
  const std::size_t count = from.int16();
  std::vector<sql_type> types;
  for (std::size_t i = 0; i != count && from.good(); ++i) types.push_back(static_cast<sql_type>(from.int32()));
  if (!from.good() || !from.at_end()) return std::nullopt;
  return types;
}

std::optional<std::uint64_t> read_affected(std::string_view body) noexcept {
  if (body.empty() || body.back() != '\0') return std::nullopt;
  const std::string_view tag = body.substr(0, body.size() - 1);
  const std::size_t space = tag.rfind(' ');
  std::uint64_t count = 0;
  if (space != std::string_view::npos) std::from_chars(tag.data() + space + 1, tag.data() + tag.size(), count);
  return count;
}

std::optional<parameter_status> read_parameter_status(std::string_view body) noexcept {
  body_reader from(body);
  parameter_status status;
  status.name = from.text();
  status.value = from.text();
  if (!from.good() || !from.at_end()) return std::nullopt;
  return status;
}

std::optional<notification> read_notification(std::string_view body) {
  body_reader from(body);
  notification told;
  told.process = static_cast<std::int32_t>(from.int32());
  told.channel = from.text();
  told.payload = from.text();
  if (!from.good() || !from.at_end()) return std::nullopt;
  return told;
}

}  // namespace candela::db::postgres
