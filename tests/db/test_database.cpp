#include "tests/db/test_database.hpp"

#include "tests/db/postgres_server.hpp"

namespace candela::testing {

db::settings postgres_settings() {
  db::settings settings;
  settings.url = postgres_server::shared().url();
  return settings;
}

void over_postgres(const std::function<void(test_database&)>& test) {
  for (const db::sharing batch : {db::sharing::none, db::sharing::reads}) {
    db::settings settings = postgres_settings();
    settings.batch = batch;
    INFO("native protocol, batch: " << (batch == db::sharing::reads ? "reads" : "none"));
    test_database database(settings);
    test(database);
  }
}

void over_every_database(const std::function<void(test_database&)>& test) { over_postgres(test); }

}  // namespace candela::testing
