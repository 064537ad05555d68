#include <candela/handlers/metrics.hpp>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <ctime>

#include "tests/handlers/handler_fixture.hpp"

using namespace candela;
using namespace candela::testing;

namespace {

// The value of a sample without labels; -1 when it isn't there.
double value_of(std::string_view text, const std::string& name) {
  const std::size_t line = text.find("\n" + name + " ");
  if (line == std::string_view::npos) return -1;
  return std::strtod(text.data() + line + name.size() + 2, nullptr);
}

std::string scraped(handler_fixture& server) { return server.ask_and_wait(get_request("/metrics")); }

}  // namespace

TEST_CASE("a scrape gets every metric in Prometheus' format") {
  handler_fixture server;
  server.metrics().counter_cell("orders_total", "Orders.", {}, 0).add(7);
  server.get("/metrics", server.made<handlers::metrics>());
  server.serve();
  const std::string answer = scraped(server);
  CHECK(status_of(answer) == "HTTP/1.1 200 OK");
  CHECK(field_of(answer, "Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(body_of(answer).find("# TYPE orders_total counter\norders_total 7\n") != std::string::npos);
}

TEST_CASE("the process tells what it uses") {
  handler_fixture server;
  server.get("/metrics", server.made<handlers::metrics>());
  server.serve();
  const std::string text = body_of(scraped(server));
  CHECK(value_of(text, "process_resident_memory_bytes") > 100'000);
  CHECK(value_of(text, "process_virtual_memory_bytes") > value_of(text, "process_resident_memory_bytes"));
  CHECK(value_of(text, "process_cpu_seconds_total") > 0);
  CHECK(value_of(text, "process_max_fds") >= value_of(text, "process_open_fds"));
  CHECK(value_of(text, "process_threads") >= 2);
  const auto now = static_cast<double>(std::time(nullptr));
  // The system tells when it began in whole seconds, and so is `now` one.
  CHECK(value_of(text, "process_start_time_seconds") <= now + 2);
  CHECK(value_of(text, "process_start_time_seconds") > now - 3600);
}

TEST_CASE("open descriptors are counted one by one") {
  handler_fixture server;
  server.get("/metrics", server.made<handlers::metrics>());
  server.serve();
  const double before = value_of(body_of(scraped(server)), "process_open_fds");
  const int opened = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const double with_one_more = value_of(body_of(scraped(server)), "process_open_fds");
  close(opened);
  CHECK(before > 0);
  CHECK(with_one_more == before + 1);
}

TEST_CASE("a full lane refuses the scrape instead of holding it up") {
  handler_fixture server;
  server.get("/metrics", server.made<handlers::metrics>());
  server.serve();
  server.lanes().files.shut_down();
  CHECK(status_of(scraped(server)) == "HTTP/1.1 503 Service Unavailable");
}
