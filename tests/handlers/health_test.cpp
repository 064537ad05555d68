#include <candela/handlers/health.hpp>

#include <doctest/doctest.h>

#include <candela/net/sleep.hpp>

#include "tests/handlers/handler_fixture.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;
using handlers::health;
using answer = std::expected<void, error>;

namespace {

// A dependency that a test switches on and off.
struct dependency {
  bool up = true;
  int asked = 0;

  health_registry::check check() {
    return [this](net::worker&, cancel_token) -> task<answer> {
      ++asked;
      if (!up) co_return std::unexpected(error(errc::unavailable, "db-17.internal said no"));
      co_return answer();
    };
  }
};

// Never answers by itself.
task<answer> hang(net::worker&, cancel_token token) {
  until_cancelled cancelled(token);
  co_await cancelled;
  co_return std::unexpected(error(errc::cancelled));
}

std::string ready(handler_fixture& server) { return server.ask(get_request("/ready")); }

}  // namespace

TEST_CASE("a worker that answers is alive, whatever its dependencies say") {
  handler_fixture server;
  dependency broken{false};
  server.facts().health.add("database", broken.check());
  server.facts().health.set_stopping();
  server.get("/live", server.made<health>("kind: live"));
  server.serve();
  const std::string answer = server.ask(get_request("/live"));
  CHECK(status_of(answer) == "HTTP/1.1 200 OK");
  CHECK(body_of(answer) == R"({"status":"up"})");
  CHECK(broken.asked == 0);
}

TEST_CASE("a service without checks is ready") {
  handler_fixture server;
  server.get("/ready", server.made<health>());
  server.serve();
  const std::string answer = ready(server);
  CHECK(status_of(answer) == "HTTP/1.1 200 OK");
  CHECK(body_of(answer) == R"({"status":"up","checks":{}})");
  CHECK(field_of(answer, "Cache-Control") == "no-store");
}

TEST_CASE("one dependency that is down makes the service unready, and is named without its secrets") {
  handler_fixture server;
  dependency database;
  dependency mail{false};
  server.facts().health.add("database", database.check());
  server.facts().health.add("mail", mail.check());
  server.get("/ready", server.made<health>());
  server.serve();
  const std::string answer = ready(server);
  CHECK(status_of(answer) == "HTTP/1.1 503 Service Unavailable");
  CHECK(body_of(answer) ==
        R"({"status":"down","checks":{"database":{"status":"up"},"mail":{"status":"down","reason":"unavailable"}}})");
}

TEST_CASE("an answer is kept as long as it is fresh") {
  handler_fixture server;
  dependency database;
  server.facts().health.add("database", database.check(), {.timeout = 1s, .fresh_for = 500ms});
  server.get("/ready", server.made<health>());
  server.serve();
  static_cast<void>(ready(server));
  database.up = false;
  server.pass(499ms);
  CHECK(status_of(ready(server)) == "HTTP/1.1 200 OK");
  CHECK(database.asked == 1);
  server.pass(1ms);
  CHECK(status_of(ready(server)) == "HTTP/1.1 503 Service Unavailable");
  CHECK(database.asked == 2);
}

TEST_CASE("a dependency that does not answer in time is down") {
  handler_fixture server;
  server.facts().health.add("slow", hang, {.timeout = 300ms, .fresh_for = 0ms});
  server.get("/ready", server.made<health>());
  server.serve();
  net::memory_peer peer;
  server.connect(peer);
  peer.send(get_request("/ready"));
  server.turns(3);
  server.pass(299ms);
  CHECK(peer.received().empty());
  server.pass(2ms);
  server.turns(3);
  CHECK(body_of(peer.take()) == R"({"status":"down","checks":{"slow":{"status":"down","reason":"timed_out"}}})");
}

TEST_CASE("a check that throws is a dependency that is down") {
  handler_fixture server;
  server.facts().health.add("broken", [](net::worker&, cancel_token) -> task<answer> {
    throw std::runtime_error("oh");
    co_return answer();
  });
  server.get("/ready", server.made<health>());
  server.serve();
  CHECK(body_of(ready(server)).find(R"("broken":{"status":"down","reason":"internal"})") != std::string::npos);
}

TEST_CASE("a client that leaves while a check runs says nothing about the dependency") {
  handler_fixture server;
  int asked = 0;
  server.facts().health.add("slow", [&](net::worker& worker, cancel_token token) -> task<answer> {
    if (++asked == 1) return hang(worker, token);
    return [](net::worker&, cancel_token) -> task<answer> { co_return answer(); }(worker, token);
  });
  server.get("/ready", server.made<health>());
  server.serve();
  {
    net::memory_peer peer;
    server.connect(peer);
    peer.send(get_request("/ready"));
    server.turns(2);
    peer.reset();
    server.turns(3);
  }
  CHECK(status_of(ready(server)) == "HTTP/1.1 200 OK");
  CHECK(asked == 2);
}

TEST_CASE("while one caller asks, others get the last answer") {
  handler_fixture server;
  bool hangs = false;
  int asked = 0;
  server.facts().health.add("database",
                            [&](net::worker& worker, cancel_token token) -> task<answer> {
                              ++asked;
                              if (hangs) return hang(worker, token);
                              return
                                  [](net::worker&, cancel_token) -> task<answer> { co_return answer(); }(worker, token);
                            },
                            {.timeout = 1s, .fresh_for = 0ms});
  server.get("/ready", server.made<health>());
  server.serve();
  CHECK(status_of(ready(server)) == "HTTP/1.1 200 OK");
  hangs = true;
  net::memory_peer first;
  server.connect(first);
  first.send(get_request("/ready"));
  server.turns(2);
  CHECK(status_of(ready(server)) == "HTTP/1.1 200 OK");
  CHECK(asked == 2);
  CHECK(first.received().empty());
}

TEST_CASE("a service that stops is not ready") {
  handler_fixture server;
  server.get("/ready", server.made<health>());
  server.serve();
  CHECK(status_of(ready(server)) == "HTTP/1.1 200 OK");
  server.facts().health.set_stopping();
  const std::string answer = ready(server);
  CHECK(status_of(answer) == "HTTP/1.1 503 Service Unavailable");
  CHECK(body_of(answer) == R"({"status":"stopping","checks":{}})");
}

TEST_CASE("details can be kept from strangers") {
  handler_fixture server;
  dependency database;
  server.facts().health.add("database", database.check());
  server.get("/ready", server.made<health>("details: false"));
  server.serve();
  CHECK(body_of(ready(server)) == R"({"status":"up"})");
}

TEST_CASE("checks have names of their own, and kinds are known ones") {
  health_registry checks;
  dependency database;
  checks.add("database", database.check());
  CHECK_THROWS_AS(checks.add("database", database.check()), std::invalid_argument);
  CHECK_THROWS_AS(checks.add("", database.check()), std::invalid_argument);
  CHECK(refusal_of<health>("kind: dead").find("service.yml:1:7: kind:") == 0);
}
