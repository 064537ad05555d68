#include <candela/middleware/access_log.hpp>

#include <doctest/doctest.h>

#include <candela/middleware/correlation_id.hpp>
#include "tests/middleware/log_file.hpp"
#include "tests/middleware/stage_fixture.hpp"

using namespace candela;
using namespace candela::testing;
using middleware::access_log;

TEST_CASE("an exchange is one record with its whole story") {
  const log_file file;
  stage_fixture server;
  server.stage<middleware::correlation_id>();
  server.stage<access_log>();
  server.get("/orders/{id}", hello);
  server.serve();
  const std::string answer = server.ask(request_with("GET /orders/7", "X-Correlation-Id: c-1\r\n"));
  CHECK(file.lines() == 1);
  for (const std::string& part :
       {std::string(R"("method":"GET")"), std::string(R"("target":"/orders/7")"), std::string(R"("status":200)"),
        std::string(R"("route":"/orders/{id}")"), std::string(R"("result":"completed")"),
        std::string(R"("correlation_id":"c-1")"), "\"bytes_out\":" + std::to_string(answer.size()),
        std::string(R"("duration_us":0)")}) {
    CAPTURE(part);
    CHECK(file.has(part));
  }
}

TEST_CASE("the query stays out of the log unless it is asked for") {
  for (const bool query : {false, true}) {
    CAPTURE(query);
    const log_file file;
    stage_fixture server;
    server.stage<access_log>(query ? "query: true" : "");
    server.get("/", hello);
    server.serve();
    static_cast<void>(server.ask(get_request("/?token=hush")));
    CHECK(file.has("\"target\":\"/") == true);
    CHECK(file.has("hush") == query);
  }
}

TEST_CASE("an absolute target is written down without its authority") {
  const log_file file;
  stage_fixture server;
  server.stage<access_log>();
  server.get("/a", hello);
  server.serve();
  static_cast<void>(server.ask("GET http://shop.example/a HTTP/1.1\r\nHost: shop.example\r\n\r\n"));
  CHECK(file.has(R"("target":"/a")"));
  CHECK_FALSE(file.has("shop.example"));
}

TEST_CASE("malformed requests and unknown paths are written down") {
  const log_file file;
  stage_fixture server;
  server.stage<access_log>();
  server.get("/", hello);
  server.serve();
  static_cast<void>(server.ask("GET / HTTP/1.1\r\nHost : a\r\n\r\n"));
  static_cast<void>(server.ask(get_request("/nowhere")));
  CHECK(file.lines() == 2);
  CHECK(file.has(R"("result":"malformed")"));
  CHECK(file.has(R"("status":404)"));
  CHECK(file.has(R"("code":"not_found")"));
}

TEST_CASE("an excluded route is silent until it fails") {
  const log_file file;
  stage_fixture server;
  server.stage<access_log>("exclude: [/health/*]");
  bool broken = false;
  server.get("/health/live", [&](exchange& x) { x.response().status(broken ? 503 : 200); });
  server.serve();
  static_cast<void>(server.ask(get_request("/health/live")));
  CHECK(file.lines() == 0);
  broken = true;
  static_cast<void>(server.ask(get_request("/health/live")));
  CHECK(file.lines() == 1);
}

TEST_CASE("sampling leaves out good answers and never bad ones") {
  const log_file file;
  stage_fixture server;
  server.stage<access_log>("sample: 0.0");
  server.get("/", hello);
  server.serve();
  for (int i = 0; i != 20; ++i) static_cast<void>(server.ask(get_request("/")));
  CHECK(file.lines() == 0);
  static_cast<void>(server.ask(get_request("/nowhere")));
  CHECK(file.lines() == 1);
  CHECK(refusal_of<access_log>("sample: 1.5").find("service.yml:1:9: sample:") == 0);
}
