#include <candela/middleware/correlation_id.hpp>

#include <doctest/doctest.h>

#include <set>

#include "tests/middleware/stage_fixture.hpp"

using namespace candela;
using namespace candela::testing;
using middleware::correlation_id;

namespace {

std::string id_for(stage_fixture& server, std::string_view fields, const std::string& name = "X-Correlation-Id") {
  return field_of(server.ask(request_with("GET /", fields)), name);
}

bool is_new_id(std::string_view id) {
  return id.size() == 32 && id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

TEST_CASE("a request without an identifier gets one of 128 bits, and the handler sees it") {
  stage_fixture server;
  std::string seen;
  server.stage<correlation_id>();
  server.get("/", [&](exchange& x) { seen = x.correlation_id(); });
  server.serve();
  const std::string id = id_for(server, "");
  CHECK(is_new_id(id));
  CHECK(seen == id);
}

TEST_CASE("a thousand identifiers are all different") {
  stage_fixture server;
  server.stage<correlation_id>();
  server.get("/", hello);
  server.serve();
  std::set<std::string> ids;
  for (int i = 0; i != 1000; ++i) ids.insert(id_for(server, ""));
  CHECK(ids.size() == 1000);
}

TEST_CASE("a caller's valid identifier is taken, from a kept slab or a pinned request alike") {
  stage_fixture server;
  server.stage<correlation_id>();
  server.get("/", hello);
  server.get("/slow", [](exchange& x) -> task<void> {
    x.text(x.correlation_id());
    co_return;
  });
  server.serve();
  const std::string longest(64, 'a');
  CHECK(id_for(server, "X-Correlation-Id: order-7.b\r\n") == "order-7.b");
  CHECK(id_for(server, "x-correlation-id: " + longest + "\r\n") == longest);
  const std::string answer = server.ask(request_with("GET /slow", "X-Correlation-Id: abc\r\n"));
  CHECK(field_of(answer, "X-Correlation-Id") == "abc");
  CHECK(body_of(answer) == "abc");
}

TEST_CASE("an identifier that is too long or no token is replaced") {
  stage_fixture server;
  server.stage<correlation_id>();
  server.get("/", hello);
  server.serve();
  CHECK(is_new_id(id_for(server, "X-Correlation-Id: " + std::string(65, 'a') + "\r\n")));
  CHECK(is_new_id(id_for(server, "X-Correlation-Id: a b\r\n")));
  CHECK(is_new_id(id_for(server, "X-Correlation-Id: \"quoted\"\r\n")));
  CHECK(is_new_id(id_for(server, "X-Correlation-Id:\r\n")));
}

TEST_CASE("without trust a caller's identifier is replaced") {
  stage_fixture server;
  server.stage<correlation_id>("trust: false");
  server.get("/", hello);
  server.serve();
  CHECK(is_new_id(id_for(server, "X-Correlation-Id: mine\r\n")));
}

TEST_CASE("the identifier travels in the field that the configuration names") {
  stage_fixture server;
  server.stage<correlation_id>("header: X-Trace");
  server.get("/", hello);
  server.serve();
  CHECK(id_for(server, "X-Trace: t1\r\n", "x-trace") == "t1");
  CHECK(is_new_id(id_for(server, "X-Correlation-Id: t1\r\n", "x-trace")));
  CHECK(refusal_of<correlation_id>("header: X Trace").find("service.yml:1:9: header: not the name") == 0);
}

TEST_CASE("problem documents and unknown paths have the identifier, too") {
  stage_fixture server;
  server.stage<correlation_id>();
  server.get("/boom", [](exchange&) { throw problem::conflict("no"); });
  server.serve();
  for (const std::string_view line : {"GET /boom", "GET /nowhere"}) {
    const std::string answer = server.ask(request_with(line, "X-Correlation-Id: find-me\r\n"));
    CHECK(field_of(answer, "X-Correlation-Id") == "find-me");
    CHECK(body_of(answer).find("find-me") != std::string::npos);
  }
}

TEST_CASE("an identifier that a handler sets itself is not doubled") {
  stage_fixture server;
  server.stage<correlation_id>();
  server.get("/", [](exchange& x) { x.response().header(http::header::correlation_id, "own"); });
  server.serve();
  const std::string answer = server.ask(get_request("/"));
  CHECK(field_of(answer, "X-Correlation-Id") == "own");
  CHECK(answer.find("X-Correlation-Id", answer.find("X-Correlation-Id") + 1) == std::string::npos);
}
