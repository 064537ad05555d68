#include <doctest/doctest.h>

#include <candela/candela.hpp>
#include <candela/config/error.hpp>
#include <candela/config/parse.hpp>
#include <candela/service/test_client.hpp>
#include <string>

using candela::config::parse_text;

namespace {

void declare(candela::service& service) {
  service.get("/hello", [](candela::exchange& x) { x.text("hello"); });
  service.handler("greet", [](candela::exchange& x) { x.text("greetings"); });
}

/// What a service with these routes says about that service.yml.
std::string complaint(const std::string& text) {
  candela::service service(parse_text(text, "service.yml"));
  declare(service);
  try {
    const candela::test_client client(service);
    return "nothing";
  } catch (const candela::config::error& wrong) {
    return wrong.what();
  }
}

bool begins_with(const std::string& text, const std::string& start) {
  INFO(text);
  CHECK(text.substr(0, start.size()) == start);
  return text.starts_with(start);
}

}  // namespace

TEST_CASE("an empty file is a configuration") { CHECK(complaint("") == "nothing"); }

TEST_CASE("every section that service.yml may have is read") {
  CHECK(complaint(R"(
server:
  host: "::1"
  port: 0
  workers: auto
  name: ""
  timeouts: {header: 5s, idle: 1m, body: 10s, write: 10s, linger: 500ms}
  limits:
    {target: 4KiB, head: 16KiB, headers: 50, pipelined: 16, early_discard: 0, body_window: 64KiB,
     write_high_mark: 64KiB, write_low_mark: 16KiB, body_rate: 1KiB, chunk_extension: 0, trailer: 1KiB, trailers: 4}
  shutdown: {delay: 0s, grace: 10s}
log:
  level: warn
  format: json
  channels: {access: {level: info}}
entry: [correlation_id, metrics]
chains:
  default: [security_headers]
  open:
    - cors: {origins: "*"}
routes:
  - {path: /hello, chain: open, max_body: 1KiB, max_expansion: 1MiB, deadline: 5s}
  - {get: /other, handler: greet, chain: none}
  - {path: /health, method: GET, handler: {health: {kind: live}}}
  - {get: /ready, handler: readiness}
handlers:
  readiness: {health: {details: false}}
)") == "nothing");
}

TEST_CASE("an unknown key is refused with its place and the keys that there are") {
  const std::string text = complaint("server:\n  prot: 80\n");
  begins_with(text, "service.yml:2:3: server: unknown key \"prot\" (did you mean \"port\"?");
}

TEST_CASE("a value of the wrong type is refused with its place and what was expected") {
  begins_with(complaint("server:\n  port: many\n"), "service.yml:2:9: server.port: expected an integer");
  begins_with(complaint("server:\n  workers: some\n"), "service.yml:2:12: server.workers: expected auto or an integer");
  begins_with(complaint("server:\n  timeouts: {idle: 5}\n"),
              "service.yml:2:20: server.timeouts.idle: expected a duration");
  begins_with(complaint("log:\n  level: loud\n"), "service.yml:2:10: log.level: expected");
  begins_with(complaint("routes: hello\n"), "service.yml:1:9: routes: expected a list");
}

TEST_CASE("a chain with an unknown stage is refused, and the known ones are named") {
  const std::string text = complaint("chains:\n  default:\n    - correlation_id\n    - corss\n");
  begins_with(text, "service.yml:4:7: chains.default[1]: there is no stage \"corss\"");
  CHECK(text.find("cors, ") != std::string::npos);
}

TEST_CASE("an option that a stage does not know is refused where it stands") {
  begins_with(complaint("entry:\n  - correlation_id: {hedaer: X-Id}\n"),
              "service.yml:2:22: entry[0].correlation_id: unknown key \"hedaer\"");
}

TEST_CASE("a route to a handler that nobody has is refused, and the known ones are named") {
  const std::string text = complaint("routes:\n  - {get: /x, handler: greeet}\n");
  begins_with(text, "service.yml:2:5: routes[0]: the route /x wants the handler \"greeet\"");
  CHECK(text.find("greet") != std::string::npos);
  CHECK(text.find("health") != std::string::npos);
}

TEST_CASE("a route to a chain that nobody has is refused") {
  begins_with(complaint("routes:\n  - {path: /hello, chain: opne}\nchains: {open: []}\n"),
              "service.yml:2:5: routes[0]: the route /hello wants the chain \"opne\"; there are: open");
}

TEST_CASE("a route without a handler must be one of the program's") {
  begins_with(complaint("routes:\n  - {path: /helo}\n"), "service.yml:2:5: routes[0]: no handler is named");
  begins_with(complaint("routes:\n  - {path: /helo, handlr: greet}\n"),
              "service.yml:2:19: routes[0]: unknown key \"handlr\" (did you mean \"handler\"?");
  begins_with(complaint("routes:\n  - {path: /hello, method: POST}\n"),
              "service.yml:2:5: routes[0]: no handler is named");
}

TEST_CASE("a route has one path, a known method, and is given once") {
  begins_with(complaint("routes:\n  - {get: /a, post: /b, handler: greet}\n"), "service.yml:2:21: routes[0].post: ");
  begins_with(complaint("routes:\n  - {path: hello, handler: greet}\n"),
              "service.yml:2:12: routes[0].path: expected a path");
  begins_with(complaint("routes:\n  - {path: /x, method: FETCH, handler: greet}\n"),
              "service.yml:2:24: routes[0].method: expected GET");
  begins_with(complaint("routes:\n  - {get: /x, handler: greet}\n  - {get: /x, handler: greet}\n"),
              "service.yml:3:5: routes[1]: the route GET /x was given already, at service.yml:2:5");
}

TEST_CASE("a route with a misspelt key is told about that, and one without a path about this") {
  begins_with(complaint("routes:\n  - {gett: /x, handler: greet}\n"),
              "service.yml:2:6: routes[0]: unknown key \"gett\" (did you mean \"get\"?");
  begins_with(complaint("routes:\n  - {handler: greet, deadline: 1s}\n"),
              "service.yml:2:5: routes[0]: a route needs a path");
  begins_with(complaint("routes:\n  - {path: \"\", handler: greet}\n"),
              "service.yml:2:12: routes[0].path: expected a path that begins with a slash");
}

TEST_CASE("a method that is none is told where it stands in a list") {
  begins_with(complaint("routes:\n  - {path: /x, methods: [GET, FOO], handler: greet}\n"),
              "service.yml:2:31: routes[0].methods[1]: expected GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH or TRACE, "
              "found \"FOO\"");
}

TEST_CASE("a pattern that the router does not take is refused where it stands") {
  begins_with(complaint("routes:\n  - {get: \"/x/{a}b\", handler: greet}\n"),
              "service.yml:2:5: routes[0]: route \"/x/{a}b\"");
  begins_with(complaint("routes:\n  - {get: \"/{a\", handler: greet}\n"),
              "service.yml:2:5: routes[0]: route \"/{a\": the closing brace is missing");
}

TEST_CASE("a handler that takes the rest of the path is refused on a path without one") {
  const std::string wrong = "wants a path that ends in {path...}, unlike /pages";
  begins_with(complaint("routes:\n  - {get: /pages, handler: {static_files: {root: .}}}\n"),
              "service.yml:2:5: routes[0]: the handler \"static_files\" " + wrong);
  begins_with(complaint("handlers: {pages: {static_files: {root: .}}}\nroutes:\n  - {get: /pages, handler: pages}\n"),
              "service.yml:3:5: routes[0]: the handler \"pages\" " + wrong);
  CHECK(complaint("routes:\n  - {get: \"/pages/{path...}\", handler: {static_files: {root: .}}}\n") == "nothing");
}

TEST_CASE("client certificates without authorities to trust are refused") {
  begins_with(complaint("server:\n  tls: {certificate: c.pem, private_key: k.pem, client_certificates: required}\n"),
              "service.yml:2:70: server.tls.client_certificates: needs client_ca");
}

TEST_CASE("a mistake in what code declares is told as such") {
  candela::service service;
  service.chain("default", {"no_such_stage"});
  CHECK_THROWS_WITH_AS(candela::test_client{service}, doctest::Contains("code: there is no stage \"no_such_stage\""),
                       candela::config::error);
}

TEST_CASE("a name is declared once") {
  candela::service service;
  service.handler("greet", [](candela::exchange&) {});
  CHECK_THROWS_AS(service.handler("greet", [](candela::exchange&) {}), std::invalid_argument);
  service.chain("open", {});
  CHECK_THROWS_AS(service.chain("open", {}), std::invalid_argument);
}

TEST_CASE("a store that cannot be used is refused at its place") {
  CHECK(begins_with(complaint("store: {redis: 'redis://user:secret@cache'}"),
                    "service.yml:1:16: store.redis: user and password have settings of their own"));
  CHECK(begins_with(complaint("store:\n  redis: cache"), "service.yml:2:10: store.redis: it begins with neither"));
  CHECK(begins_with(complaint("store:\n  spend: 5"), "service.yml:2:3: store: unknown key"));
  CHECK(begins_with(complaint("revocations:\n  flie: x"),
                    "service.yml:2:3: revocations: unknown key \"flie\" (did you mean \"file\"?"));
}

TEST_CASE("the stages of a service are given its store") {
  candela::service service(parse_text(R"(
entry: [{rate_limit: {name: outer, key: address, uses: 2, window: 1h}}]
)",
                                      "service.yml"));
  declare(service);
  candela::test_client client(service);
  CHECK(client.get("/hello").status == 200);
  CHECK(client.get("/nowhere").status == 404);
  CHECK(client.get("/hello").status == 429);
}

TEST_CASE("a list of what is revoked is asked by the stage that wants it, and must be there") {
  CHECK(begins_with(complaint("entry: [revocation]"), "service.yml:1:9: entry[0].revocation: there is no list"));
  CHECK(begins_with(complaint("revocations: {file: nowhere.txt}"), "service.yml:1:14: revocations: nowhere.txt: it"));
  CHECK(begins_with(complaint("revocations: {redis_set: a}"), "service.yml:1:26: revocations.redis_set: there is no"));
  CHECK(complaint("revocations: {file: /dev/null}\nentry: [revocation]") == "nothing");
}
