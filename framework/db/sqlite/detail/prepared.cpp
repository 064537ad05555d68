#include <algorithm>
#include <candela/db/sqlite/detail/error_map.hpp>
#include <candela/db/sqlite/detail/libsqlite3.hpp>
#include <candela/db/sqlite/detail/prepared.hpp>
#include <charconv>

namespace candela::db::sqlite {

namespace {

bool begins_with_data_word(std::string_view sql) noexcept {
  constexpr std::string_view words[] = {"INSERT", "UPDATE", "DELETE", "REPLACE", "WITH", "SELECT", "VALUES"};
  return std::ranges::any_of(words, [&](std::string_view word) { return begins_with(sql, word); });
}

// `$1`, `$1::text` (SQLite takes the cast of PostgreSQL as part of the name) or `?1`; 0 for any other name.
int number_in(std::string_view name) noexcept {
  int number = 0;
  const auto [end, failure] = std::from_chars(name.data() + 1, name.data() + name.size(), number);
  const std::string_view rest(end, static_cast<std::size_t>(name.data() + name.size() - end));
  return failure == std::errc() && (rest.empty() || rest.starts_with("::")) ? number : 0;
}

}  // namespace

std::string_view from_first_word(std::string_view sql) noexcept {
  for (;;) {
    const std::size_t word = sql.find_first_not_of(" \t\r\n\f;");
    if (word == std::string_view::npos) return {};
    sql.remove_prefix(word);
    const std::string_view closing = sql.starts_with("--") ? "\n" : sql.starts_with("/*") ? "*/" : "";
    if (closing.empty()) return sql;
    const std::size_t end = sql.find(closing, 2);
    if (end == std::string_view::npos) return {};
    sql.remove_prefix(end + closing.size());
  }
}

bool begins_with(std::string_view sql, std::string_view word) noexcept {
  const std::string_view text = from_first_word(sql);
  if (text.size() < word.size()) return false;
  const auto upper = [](char letter) { return static_cast<char>(letter & ~0x20); };
  if (!std::ranges::equal(text.substr(0, word.size()), word, {}, upper)) return false;
  const char next = text.size() == word.size() ? ' ' : upper(text[word.size()]);
  return next < 'A' || next > 'Z';
}

prepared::prepared(sqlite3_stmt* native, std::string_view sql, shape_table& shapes)
    : native_(native),
      sql_(sql),
      shapes_(shapes),
      reads_(libsqlite3().stmt_readonly(native) != 0),
      shares_(begins_with_data_word(sql)) {}

prepared::~prepared() { libsqlite3().finalize(native_); }

std::expected<std::unique_ptr<prepared>, error> prepared::make(sqlite3* connection, std::string_view sql,
                                                               shape_table& shapes) {
  sqlite3_stmt* native = nullptr;
  const char* rest = nullptr;
  const int code = libsqlite3().prepare_v3(connection, sql.data(), static_cast<int>(sql.size()),
                                           SQLITE_PREPARE_PERSISTENT, &native, &rest);
  if (code != SQLITE_OK) return std::unexpected(error_of(connection, code, sql));
  if (native == nullptr) return std::unexpected(refused("42601", "the statement is empty"));
  std::unique_ptr<prepared> made(new prepared(native, sql, shapes));
  const std::string_view behind = sql.substr(static_cast<std::size_t>(rest - sql.data()));
  if (!from_first_word(behind).empty()) {
    return std::unexpected(refused("42601", "a statement is one command; several are a script"));
  }
  if (std::optional<error> wrong = made->find_parameters()) return std::unexpected(std::move(*wrong));
  return made;
}

std::optional<error> prepared::find_parameters() {
  const int count = libsqlite3().bind_parameter_count(native_);
  for (int slot = 1; slot <= count; ++slot) {
    const char* name = libsqlite3().bind_parameter_name(native_, slot);
    const int number = name == nullptr ? slot : number_in(name);
    // More than any statement can have: a mistyped number shall not cost memory.
    if (number < 1 || number > 0xFFFF) {
      return refused("42P02", "a parameter is written $1, $2, ...; there is " + std::string(name));
    }
    numbers_.push_back(static_cast<std::uint16_t>(number));
    parameters_ = std::max(parameters_, static_cast<std::size_t>(number));
  }
  return std::nullopt;
}

int prepared::bind_one(int slot, const bound_value& value, const char* texts, bool lasting) noexcept {
  const auto lifetime = lasting ? SQLITE_STATIC : SQLITE_TRANSIENT;
  switch (value.what) {
    case parameter::kind::integer: return libsqlite3().bind_int64(native_, slot, value.integer);
    case parameter::kind::real: return libsqlite3().bind_double(native_, slot, value.real);
    case parameter::kind::text:
      return libsqlite3().bind_text64(native_, slot, texts + value.at, value.size, lifetime, SQLITE_UTF8);
    case parameter::kind::bytes: return libsqlite3().bind_blob64(native_, slot, texts + value.at, value.size, lifetime);
    default: return libsqlite3().bind_null(native_, slot);
  }
}

std::optional<error> prepared::bind(std::span<const bound_value> values, const char* texts, bool lasting) {
  if (values.size() != parameters_) {
    return refused("08P01", "the statement has " + std::to_string(parameters_) + " parameters, and " +
                                std::to_string(values.size()) + " were given");
  }
  int slot = 0;
  for (const std::uint16_t number : numbers_) {
    const int code = bind_one(++slot, values[number - 1U], texts, lasting);
    if (code != SQLITE_OK) return error_of(libsqlite3().db_handle(native_), code, sql_);
  }
  return std::nullopt;
}

int prepared::step() noexcept { return libsqlite3().step(native_); }

void prepared::reset() noexcept { libsqlite3().reset(native_); }

const shape* prepared::columns() {
  const int preparations = 1 + libsqlite3().stmt_status(native_, SQLITE_STMTSTATUS_REPREPARE, 0);
  if (preparations == preparations_) return columns_;
  preparations_ = preparations;
  shape names;
  const int count = libsqlite3().column_count(native_);
  for (int column = 0; column != count; ++column) {
    const char* name = libsqlite3().column_name(native_, column);
    names.emplace_back(name == nullptr ? "" : name);
  }
  columns_ = count == 0 ? nullptr : shapes_.intern(std::move(names));
  return columns_;
}

}  // namespace candela::db::sqlite
