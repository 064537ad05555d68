// database_floor --db URL [--port P] [--answer db|queries] [--queries N]: the bare responder with one world a request,
// or an array of N; SIGTERM and SIGINT end it. The database must let it in without a password and have the table
// `world`.
#include <csignal>
#include <cstdio>
#include <ctime>
#include <exception>
#include <stdexcept>
#include <string>

#include "bench/database_floor/query_responder.hpp"
#include "bench/measure/arguments.hpp"

namespace {

volatile std::sig_atomic_t stop_requested = 0;

void end_on(int signal) {
  struct sigaction action{};
  action.sa_handler = [](int) { stop_requested = 1; };
  sigaction(signal, &action, nullptr);
}

// The same fields as the service's own answer, so that both servers move the same bytes.
std::string rendered_head() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char date[64];
  const std::size_t size = std::strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return "HTTP/1.1 200 OK\r\nServer: candela\r\nDate: " + std::string(date, size) +
         "\r\nContent-Type: application/json\r\nContent-Length: ";
}

candela::bench::query_answer answer_from(const candela::bench::arguments& given) {
  if (given.choice("--answer", {"db", "queries"}) == "db") return {};
  return {static_cast<unsigned>(given.number("--queries", 20, 1, 500)), true};
}

}  // namespace

int main(int argc, char** argv) try {
  const candela::bench::arguments given(argc, argv, {"--db", "--port", "--answer", "--queries"});
  if (!given.has("--db")) throw std::invalid_argument("--db: needed");
  end_on(SIGTERM);
  end_on(SIGINT);
  candela::bench::postgres_pipe database(given.text("--db", ""));
  const auto port = static_cast<std::uint16_t>(given.number("--port", 0, 0, 65535));
  candela::bench::query_responder server(database, rendered_head(), answer_from(given), port);
  std::printf("listening on http://127.0.0.1:%u\n", static_cast<unsigned>(server.port()));
  std::fflush(stdout);
  server.run(stop_requested);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "database_floor: %s\n", error.what());
  return 2;
}
