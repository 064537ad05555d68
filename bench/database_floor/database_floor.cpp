// database_floor --db URL [--port P] [--answer db|queries] [--queries N]: the bare responder with one world a request,
// or an array of N; SIGTERM and SIGINT end it. The database must let it in without a password and have the table
// `world`.
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

#include "bench/database_floor/query_responder.hpp"
#include "bench/floor/program.hpp"
#include "bench/measure/arguments.hpp"

namespace {

candela::bench::query_answer answer_from(const candela::bench::arguments& given) {
  if (given.choice("--answer", {"db", "queries"}) == "db") return {};
  return {static_cast<unsigned>(given.number("--queries", 20, 1, 500)), true};
}

}  // namespace

int main(int argc, char** argv) try {
  const candela::bench::arguments given(argc, argv, {"--db", "--port", "--answer", "--queries"});
  if (!given.has("--db")) throw std::invalid_argument("--db: needed");
  candela::bench::stop_on_signals();
  candela::bench::postgres_pipe database(given.text("--db", ""));
  const auto port = static_cast<std::uint16_t>(given.number("--port", 0, 0, 65535));
  candela::bench::query_responder server(database, candela::bench::answer_head("application/json"), answer_from(given),
                                         port);
  std::printf("listening on http://127.0.0.1:%u\n", static_cast<unsigned>(server.port()));
  std::fflush(stdout);
  server.run(candela::bench::stop_requested);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "database_floor: %s\n", error.what());
  return 2;
}
