#include <candela/middleware/metrics.hpp>

#include <doctest/doctest.h>

#include "tests/middleware/stage_fixture.hpp"

using namespace candela;
using namespace candela::testing;

namespace {

// The sample's value as text; "none" when there is no such sample.
std::string value_of(const stage_fixture& server, const std::string& sample) {
  const std::string text = "\n" + server.metrics_text();
  const std::size_t line = text.find("\n" + sample + " ");
  if (line == std::string::npos) return "none";
  const std::size_t value = line + sample.size() + 2;
  return text.substr(value, text.find('\n', value) - value);
}

std::string requests(std::string_view method, std::string_view route, std::string_view status) {
  return "http_server_requests_total{method=\"" + std::string(method) + "\",route=\"" + std::string(route) +
         "\",status=\"" + std::string(status) + "\"}";
}

}  // namespace

TEST_CASE("requests are counted by route and class of status") {
  stage_fixture server;
  server.stage<middleware::metrics>();
  server.get("/orders/{id}", [](exchange& x) { x.response().status(x.path(0) == "0" ? 404 : 200); });
  server.serve();
  for (const std::string_view path : {"/orders/1", "/orders/2", "/orders/3", "/orders/0"}) {
    static_cast<void>(server.ask(get_request(path)));
  }
  CHECK(value_of(server, requests("GET", "/orders/{id}", "2xx")) == "3");
  CHECK(value_of(server, requests("GET", "/orders/{id}", "4xx")) == "1");
  CHECK(value_of(server, requests("GET", "/orders/{id}", "5xx")) == "none");
  const std::string series = "{method=\"GET\",route=\"/orders/{id}\"}";
  CHECK(value_of(server, "http_server_request_duration_seconds_count" + series) == "4");
  CHECK(value_of(server, "http_server_request_errors_total" + series) == "0");
}

TEST_CASE("durations run to the answer's end, on the worker's clock") {
  stage_fixture server;
  server.stage<middleware::metrics>();
  std::optional<resume_token> held;
  route_options suspending;
  suspending.may_suspend = true;
  server.get("/", [&](exchange& x) { held = x.suspend(); }, {}, suspending);
  server.serve();
  net::memory_peer peer;
  server.connect(peer);
  peer.send(get_request("/"));
  server.turn();
  server.pass(std::chrono::milliseconds(200));
  held->resume();
  server.turns(3);
  const std::string labels = "{method=\"GET\",route=\"/\",le=";
  CHECK(value_of(server, "http_server_request_duration_seconds_bucket" + labels + "\"0.1\"}") == "0");
  CHECK(value_of(server, "http_server_request_duration_seconds_bucket" + labels + "\"0.25\"}") == "1");
}

TEST_CASE("server errors and lost connections count as errors") {
  stage_fixture server;
  server.stage<middleware::metrics>();
  std::optional<resume_token> held;
  route_options suspending;
  suspending.may_suspend = true;
  server.get("/boom", [](exchange&) { throw problem::unavailable(); });
  server.get("/held", [&](exchange& x) { held = x.suspend(); }, {}, suspending);
  server.serve();
  static_cast<void>(server.ask(get_request("/boom")));
  CHECK(value_of(server, requests("GET", "/boom", "5xx")) == "1");
  CHECK(value_of(server, "http_server_request_errors_total{method=\"GET\",route=\"/boom\"}") == "1");

  net::memory_peer peer;
  server.connect(peer);
  peer.send(get_request("/held"));
  server.turn();
  peer.reset();
  server.turns(2);
  held.reset();
  server.turns(2);
  CHECK(value_of(server, requests("GET", "/held", "none")) == "1");
  CHECK(value_of(server, "http_server_request_errors_total{method=\"GET\",route=\"/held\"}") == "1");
}

TEST_CASE("bytes are counted in both directions") {
  stage_fixture server;
  server.stage<middleware::metrics>();
  server.post("/", [](exchange& x) { x.text(x.request().body()); });
  server.serve();
  const std::string answer = server.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
  const std::string series = "{method=\"POST\",route=\"/\"}";
  CHECK(value_of(server, "http_server_request_body_bytes_total" + series) == "5");
  CHECK(value_of(server, "http_server_response_bytes_total" + series) == std::to_string(answer.size()));
}

TEST_CASE("what a client makes up never becomes a label") {
  stage_fixture server;
  server.stage<middleware::metrics>();
  server.get("/", hello);
  server.serve();
  for (const std::string_view request :
       {"GET /secret-path HTTP/1.1\r\nHost: a\r\n\r\n", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n",
        "DELETE / HTTP/1.1\r\nHost: a\r\n\r\n", "GET  secret HTTP/1.1\r\n\r\n"}) {
    static_cast<void>(server.ask(request));
  }
  CHECK(value_of(server, requests("any", "not found", "4xx")) == "1");
  CHECK(value_of(server, requests("any", "not implemented", "5xx")) == "1");
  CHECK(value_of(server, requests("any", "/", "4xx")) == "1");
  CHECK(value_of(server, requests("any", "malformed", "4xx")) == "1");
  CHECK(server.metrics_text().find("secret") == std::string::npos);
  CHECK(server.metrics_text().find("BREW") == std::string::npos);
}

TEST_CASE("a reload keeps the counts") {
  stage_fixture server;
  for (int round = 0; round != 2; ++round) {
    server.stage<middleware::metrics>();
    server.get("/", hello);
    server.serve();
    static_cast<void>(server.ask(get_request("/")));
  }
  CHECK(value_of(server, requests("GET", "/", "2xx")) == "2");
}
