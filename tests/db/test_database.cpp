#include "tests/db/test_database.hpp"

#include "tests/db/postgres_server.hpp"

namespace candela::testing {

db::settings postgres_settings() {
  db::settings settings;
  settings.url = postgres_server::shared().url();
  return settings;
}

void over_postgres(const std::function<void(test_database&)>& test) {
  struct way {
    const char* name;
    db::wire_protocol protocol;
    db::sharing batch;
  };
  constexpr way ways[] = {{"native protocol", db::wire_protocol::native, db::sharing::none},
                          {"native protocol, reads in batches", db::wire_protocol::native, db::sharing::reads},
                          {"libpq", db::wire_protocol::libpq, db::sharing::none}};
  for (const way& each : ways) {
    db::settings settings = postgres_settings();
    settings.protocol = each.protocol;
    settings.batch = each.batch;
    INFO(each.name);
    test_database database(settings);
    test(database);
  }
}

void over_every_database(const std::function<void(test_database&)>& test) { over_postgres(test); }

}  // namespace candela::testing
