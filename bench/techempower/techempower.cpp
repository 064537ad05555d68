// techempower [--port P] [--workers N] [--db URL]: the seven tests of the TechEmpower framework benchmarks.
#include <candela/candela.hpp>
#include <memory>

#include "bench/techempower/cached_worlds.hpp"
#include "bench/techempower/fortunes.hpp"
#include "bench/techempower/greetings.hpp"
#include "bench/techempower/reads.hpp"
#include "bench/techempower/tables.hpp"
#include "bench/techempower/updates.hpp"

namespace {

// 512 clients that ask for 500 rows each, on one worker.
constexpr int most_queries = 512 * 500;

void use_database(candela::service& service, const std::shared_ptr<techempower::cached_worlds>& cache) {
  service.database("sqlite:techempower.db", candela::config::node::map({{"queue_limit", most_queries}}))
      .prepare_database(techempower::make_missing_tables)
      .prepare_database([cache](candela::db::database& data) { return cache->fill(data); });
}

}  // namespace

int main(int argc, char** argv) {
  const auto cache = std::make_shared<techempower::cached_worlds>();
  candela::service service(argc, argv);
  service.about("techempower", "0.1.0");
  use_database(service, cache);
  service.get("/json", techempower::json)
      .get("/plaintext", techempower::plaintext)
      .get("/db", techempower::one_world)
      .get("/queries", techempower::some_worlds)
      .get("/fortunes", techempower::fortunes)
      .get("/updates", techempower::update_worlds)
      .get("/cached-worlds", [cache](candela::exchange& x) { cache->answer(x); })
      .route(candela::http::method::get, "/health", "health")
      .route(candela::http::method::get, "/metrics", "metrics");
  return service.run();
}
