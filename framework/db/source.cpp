#include <candela/db/postgres/source.hpp>
#include <candela/db/source.hpp>
#include <candela/db/sqlite/source.hpp>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>

namespace candela::db {

namespace {

// Of SQLite's file; nothing when the URL is PostgreSQL's.
std::optional<std::string> file_of(std::string_view url) {
  constexpr std::string_view file = "sqlite:";
  if (url.starts_with(file)) return std::string(url.substr(file.size()));
  if (url.starts_with("postgres://") || url.starts_with("postgresql://") || url.find('=') != std::string_view::npos) {
    return std::nullopt;
  }
  throw std::invalid_argument("the database's URL is none of sqlite:PATH, postgres://... and host=...");
}

}  // namespace

bool is_missing(const settings& settings) {
  const std::optional<std::string> file = file_of(settings.url);
  std::error_code ignored;
  return file && *file != ":memory:" && !std::filesystem::exists(*file, ignored);
}

dialect dialect_of(const settings& settings) { return file_of(settings.url) ? dialect::sqlite : dialect::postgres; }

void check_source(const settings& settings) {
  if (const std::optional<std::string> file = file_of(settings.url)) {
    sqlite::check_source(*file);
  } else {
    postgres::check_source(settings);
  }
}

std::unique_ptr<source> make_source(const settings& settings, metrics::registry* metrics) {
  if (std::optional<std::string> file = file_of(settings.url)) {
    return sqlite::make_source(settings, std::move(*file), metrics);
  }
  return postgres::make_source(settings, metrics);
}

}  // namespace candela::db
