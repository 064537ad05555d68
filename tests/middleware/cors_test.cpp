#include <candela/middleware/cors.hpp>

#include <doctest/doctest.h>

#include "tests/middleware/stage_fixture.hpp"

using namespace candela;
using namespace candela::testing;
using middleware::cors;

namespace {

constexpr std::string_view usual = "origins: [https://app.example.org, 'https://*.example.net:8443']\nexpose: ETag";

void prepare(stage_fixture& server, const std::string& options) {
  server.stage<cors>(options);
  server.get("/", hello);
  server.get("/boom", [](exchange&) { throw problem::conflict(); });
  server.serve();
}

std::string get_from(stage_fixture& server, std::string_view origin) {
  return server.ask(request_with("GET /", "Origin: " + std::string(origin) + "\r\n"));
}

std::string preflight(stage_fixture& server, std::string_view origin, std::string_view method,
                      std::string_view fields = "") {
  return server.ask(request_with("OPTIONS /", "Origin: " + std::string(origin) + "\r\nAccess-Control-Request-Method: " +
                                                  std::string(method) + "\r\n" + std::string(fields)));
}

}  // namespace

TEST_CASE("a page of an allowed origin may read the answer") {
  stage_fixture server;
  prepare(server, std::string(usual));
  const std::string answer = get_from(server, "https://app.example.org");
  CHECK(field_of(answer, "Access-Control-Allow-Origin") == "https://app.example.org");
  CHECK(field_of(answer, "Access-Control-Expose-Headers") == "ETag");
  CHECK(field_of(answer, "Access-Control-Allow-Credentials") == "none");
  CHECK(field_of(answer, "Vary") == "Origin");
  CHECK(body_of(answer) == "hello");
}

TEST_CASE("origins that only look alike are not allowed") {
  stage_fixture server;
  prepare(server, std::string(usual));
  for (const std::string_view origin :
       {"http://app.example.org", "https://app.example.org:444", "https://app.example.org.evil.com",
        "https://evilapp.example.org", "https://APP.example.org", "https://example.net:8443",
        "https://.example.net:8443", "https://a..example.net:8443", "https://a.example.net",
        "https://evil.com/.example.net:8443", "https://evil.com:1.example.net:8443", "https://user@a.example.net:8443",
        "https://evilexample.net:8443", "null", "*", ""}) {
    CAPTURE(origin);
    const std::string answer = get_from(server, origin);
    CHECK(field_of(answer, "Access-Control-Allow-Origin") == "none");
    CHECK(field_of(answer, "Vary") == "Origin");
    CHECK(body_of(answer) == "hello");
  }
  const std::string twice =
      server.ask(request_with("GET /", "Origin: https://app.example.org\r\nOrigin: https://app.example.org\r\n"));
  CHECK(field_of(twice, "Access-Control-Allow-Origin") == "none");
}

TEST_CASE("a star stands for one or more labels") {
  stage_fixture server;
  prepare(server, std::string(usual));
  for (const std::string_view origin : {"https://a.example.net:8443", "https://a.b-c.example.net:8443"}) {
    CHECK(field_of(get_from(server, origin), "Access-Control-Allow-Origin") == origin);
  }
}

TEST_CASE("every answer varies by origin, one without an origin, too") {
  stage_fixture server;
  prepare(server, std::string(usual));
  const std::string answer = server.ask(get_request("/"));
  CHECK(field_of(answer, "Vary") == "Origin");
  CHECK(field_of(answer, "Access-Control-Allow-Origin") == "none");
}

TEST_CASE("a handler's own Vary is kept and not repeated") {
  stage_fixture server;
  server.stage<cors>(std::string(usual));
  server.get("/a", [](exchange& x) { x.response().header(http::header::vary, "Accept"); });
  server.get("/b", [](exchange& x) { x.response().header(http::header::vary, "Accept, origin"); });
  server.serve();
  const std::string added = server.ask(get_request("/a"));
  CHECK(added.find("Vary: Accept\r\n") != std::string::npos);
  CHECK(added.find("Vary: Origin\r\n") != std::string::npos);
  const std::string kept = server.ask(get_request("/b"));
  CHECK(field_of(kept, "Vary") == "Accept, origin");
  CHECK(kept.find("Vary: Origin") == std::string::npos);
}

TEST_CASE("with every origin allowed, the answer is the same for all") {
  stage_fixture server;
  prepare(server, "origins: '*'");
  const std::string answer = get_from(server, "https://anywhere.example");
  CHECK(field_of(answer, "Access-Control-Allow-Origin") == "*");
  CHECK(field_of(answer, "Vary") == "none");
}

TEST_CASE("credentials are allowed to named origins only") {
  stage_fixture server;
  prepare(server, "origins: https://app.example.org\ncredentials: true");
  CHECK(field_of(get_from(server, "https://app.example.org"), "Access-Control-Allow-Credentials") == "true");
  CHECK(field_of(get_from(server, "https://other.example"), "Access-Control-Allow-Credentials") == "none");
  CHECK(refusal_of<cors>("origins: '*'\ncredentials: true").find("service.yml:2:14: credentials:") == 0);
}

TEST_CASE("a problem can be read by the page as well") {
  stage_fixture server;
  prepare(server, std::string(usual));
  const std::string answer = server.ask(request_with("GET /boom", "Origin: https://app.example.org\r\n"));
  CHECK(status_of(answer) == "HTTP/1.1 409 Conflict");
  CHECK(field_of(answer, "Access-Control-Allow-Origin") == "https://app.example.org");
}

TEST_CASE("a preflight is answered by the stage, on a path without OPTIONS of its own") {
  stage_fixture server;
  prepare(server, std::string(usual) + "\nmethods: [GET, PUT]\nheaders: [X-A, X-B]\nmax_age: 90s");
  const std::string answer =
      preflight(server, "https://app.example.org", "PUT", "Access-Control-Request-Headers: x-b, x-a\r\n");
  CHECK(status_of(answer) == "HTTP/1.1 204 No Content");
  CHECK(field_of(answer, "Access-Control-Allow-Origin") == "https://app.example.org");
  CHECK(field_of(answer, "Access-Control-Allow-Methods") == "GET, PUT");
  CHECK(field_of(answer, "Access-Control-Allow-Headers") == "X-A, X-B");
  CHECK(field_of(answer, "Access-Control-Max-Age") == "90");
  CHECK(field_of(answer, "Vary") == "Origin");
  CHECK(field_of(answer, "Access-Control-Expose-Headers") == "none");
}

TEST_CASE("a preflight that asks for too much is refused in words") {
  stage_fixture server;
  prepare(server, std::string(usual) + "\nmethods: [GET]\nheaders: [X-A]");
  const auto refused = [&](const std::string& answer, std::string_view why) {
    return status_of(answer) == "HTTP/1.1 403 Forbidden" && body_of(answer).find(why) != std::string::npos;
  };
  const std::string_view origin = "https://app.example.org";
  CHECK(refused(preflight(server, "https://other.example", "GET"), "This origin"));
  CHECK(refused(preflight(server, origin, "DELETE"), "This method"));
  CHECK(refused(preflight(server, origin, "get"), "This method"));
  CHECK(refused(preflight(server, origin, "GET", "Access-Control-Request-Headers: x-a,x-c\r\n"), "A header field"));
  CHECK(status_of(preflight(server, origin, "GET", "Access-Control-Request-Headers: x-a\r\n")) ==
        "HTTP/1.1 204 No Content");
}

TEST_CASE("a star for headers does not stand for Authorization") {
  stage_fixture server;
  prepare(server, "origins: '*'\nheaders: ['*']");
  CHECK(status_of(preflight(server, "https://a.example", "GET", "Access-Control-Request-Headers: x-any\r\n")) ==
        "HTTP/1.1 204 No Content");
  CHECK(status_of(preflight(server, "https://a.example", "GET", "Access-Control-Request-Headers: authorization\r\n")) ==
        "HTTP/1.1 403 Forbidden");
  CHECK(refusal_of<cors>("origins: https://a.example\nheaders: '*'\ncredentials: true").find("headers:") !=
        std::string::npos);
}

TEST_CASE("an OPTIONS request that is no preflight goes on") {
  stage_fixture server;
  prepare(server, std::string(usual));
  const std::string answer = server.ask(request_with("OPTIONS /", "Origin: https://app.example.org\r\n"));
  CHECK(field_of(answer, "Allow") == "GET, HEAD, OPTIONS");
  CHECK(field_of(answer, "Access-Control-Allow-Origin") == "https://app.example.org");
}

TEST_CASE("a wrong origin in the configuration is refused at its place") {
  for (const std::string_view origin :
       {"app.example.org", "https://", "https://a.example/", "https://a.example/path", "https://*.org",
        "https://a.*.org", "https://a.example:port", "https://u@a.example", "null", "https://*", "https://[::1"}) {
    CAPTURE(origin);
    CHECK(refusal_of<cors>("origins: ['" + std::string(origin) + "']").find("service.yml:1:10: origins:") == 0);
  }
  for (const std::string_view origin : {"https://A.example", "http://localhost:3000", "https://[::1]:8443"}) {
    CAPTURE(origin);
    CHECK(refusal_of<cors>("origins: ['" + std::string(origin) + "']") == "accepted");
  }
  CHECK(refusal_of<cors>("").find("at least one origin") != std::string::npos);
  CHECK(refusal_of<cors>("origins: '*'\nmethods: [G T]").find("'G T' is not a token") != std::string::npos);
}
