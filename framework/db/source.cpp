#include <candela/db/postgres/source.hpp>
#include <candela/db/source.hpp>
#include <candela/db/sqlite/source.hpp>
#include <stdexcept>

namespace candela::db {

std::unique_ptr<source> make_source(const settings& settings, metrics::registry* metrics) {
  const std::string_view url = settings.url;
  constexpr std::string_view file = "sqlite:";
  if (url.starts_with(file)) return sqlite::make_source(settings, std::string(url.substr(file.size())), metrics);
  if (url.starts_with("postgres://") || url.starts_with("postgresql://") || url.find('=') != std::string_view::npos) {
    return postgres::make_source(settings, metrics);
  }
  throw std::invalid_argument("the database's URL is none of sqlite:PATH, postgres://... and host=...");
}

}  // namespace candela::db
