#include <doctest/doctest.h>

#include <candela/candela.hpp>
#include <candela/config/parse.hpp>
#include <candela/service/test_client.hpp>
#include <string>

using candela::exchange;
using candela::config::parse_text;

namespace {

/// Adds its mark to every answer.
class mark {
 public:
  explicit mark(candela::stage_setup& setup) : text_(setup.options().string("text", "plain")) {}
  void on_response(exchange& x) { x.response().add_header("x-mark", text_); }

 private:
  std::string text_;
};

/// The same where something is got.
class mark_get : public mark {
 public:
  using mark::mark;
  [[nodiscard]] bool applies_to(const candela::route& asked) const {
    return asked.method == candela::http::method::get && asked.pattern.starts_with('/');
  }
};

/// A handler that is built from options.
class fixed_text {
 public:
  explicit fixed_text(candela::stage_setup& setup) : text_(setup.options().string("text")) {}
  void operator()(exchange& x) const { x.text(text_); }

 private:
  std::string text_;
};

/// A service that knows the above, under that service.yml.
struct fixture {
  explicit fixture(const std::string& file) : service(parse_text(file, "service.yml")) {
    service.get("/hello", [](exchange& x) { x.text("from code"); });
    service.post("/hello", [](exchange& x) { x.text(x.request().body().size()); });
    service.handler("greet", [](exchange& x) { x.text("greetings"); });
    service.handler<fixed_text>("fixed_text");
    service.stage<mark>("mark");
  }
  candela::service service;
};

}  // namespace

TEST_CASE("without a file the program's routes are served as they are") {
  fixture given("");
  candela::test_client client(given.service);
  CHECK(client.get("/hello").body == "from code");
  CHECK(client.post("/hello", "four").body == "4");
  CHECK(client.get("/nowhere").status == 404);
}

TEST_CASE("the file puts another handler on a route of the program") {
  fixture given("routes: [{get: /hello, handler: greet}]");
  candela::test_client client(given.service);
  CHECK(client.get("/hello").body == "greetings");
  CHECK(client.post("/hello", "four").body == "4");
}

TEST_CASE("the file changes a limit of a route and leaves its handler") {
  fixture given("routes: [{path: /hello, method: POST, max_body: 3B}]");
  candela::test_client client(given.service);
  CHECK(client.post("/hello", "abc").body == "3");
  CHECK(client.post("/hello", "abcd").status == 413);
}

TEST_CASE("the file adds routes, for one method or several") {
  fixture given("routes: [{path: /more, methods: [GET, PUT], handler: greet}]");
  candela::test_client client(given.service);
  CHECK(client.get("/more").body == "greetings");
  CHECK(client.ask(candela::http::method::put, "/more").body == "greetings");
  const candela::test_answer refused = client.post("/more", "");
  CHECK(refused.status == 405);
  CHECK(refused.header("allow") == "GET, HEAD, PUT, OPTIONS");
}

TEST_CASE("a handler class is built from the options that the file gives") {
  fixture given(R"(
handlers:
  welcome: {fixed_text: {text: welcome}}
routes:
  - {get: /named, handler: welcome}
  - {get: /inline, handler: {fixed_text: {text: inline}}}
)");
  candela::test_client client(given.service);
  CHECK(client.get("/named").body == "welcome");
  CHECK(client.get("/inline").body == "inline");
}

TEST_CASE("the default chain is in front of every route that names none, and the entry chain of everything") {
  fixture given(R"(
entry: [{mark: {text: entry}}]
chains:
  default: [{mark: {text: default}}]
  other: [{mark: {text: other}}]
routes:
  - {path: /hello, method: POST, chain: other}
  - {get: /bare, handler: greet, chain: none}
)");
  candela::test_client client(given.service);
  const auto marks = [](const candela::test_answer& answer) {
    std::string all;
    for (const auto& [name, value] : answer.headers) {
      if (name == "x-mark") all += value + " ";
    }
    return all;
  };
  CHECK(marks(client.get("/hello")) == "default entry ");
  CHECK(marks(client.post("/hello", "x")) == "other entry ");
  CHECK(marks(client.get("/bare")) == "entry ");
  CHECK(marks(client.get("/nowhere")) == "entry ");
}

TEST_CASE("a stage of the entry chain declines a route as one of any chain does") {
  fixture given("entry: [mark, {mark_get: {text: get}}]");
  given.service.stage<mark_get>("mark_get");
  candela::test_client client(given.service);
  CHECK(client.get("/hello").header("x-mark") == "get");
  CHECK(client.post("/hello", "x").header("x-mark") == "plain");
  CHECK(client.get("/nowhere").header("x-mark") == "plain");
}

TEST_CASE("the file's chain replaces the program's of the same name") {
  fixture given("chains: {default: [{mark: {text: file}}]}");
  given.service.chain("default", {{"mark", candela::config::node::map({{"text", "code"}})}});
  candela::test_client client(given.service);
  CHECK(client.get("/hello").header("x-mark") == "file");
}

TEST_CASE("what the program declares for a chain carries its options") {
  fixture given("");
  given.service.chain("default", {{"mark", candela::config::node::map({{"text", "code"}})}});
  candela::test_client client(given.service);
  CHECK(client.get("/hello").header("x-mark") == "code");
}

TEST_CASE("the default chain of the framework names, counts and protects every answer") {
  fixture given("");
  given.service.use_default_chain();
  candela::test_client client(given.service);
  for (const char* path : {"/hello", "/nowhere"}) {
    const candela::test_answer answer = client.get(path);
    CHECK(answer.header("x-correlation-id").size() == 32);
    CHECK(answer.header("x-content-type-options") == "nosniff");
  }
}

TEST_CASE("health is up without checks and down with one that fails") {
  fixture given("routes: [{get: /health, handler: health}]");
  given.service.health().add(
      "database",
      [](candela::net::worker&, candela::cancel_token) -> candela::task<std::expected<void, candela::error>> {
        co_return std::unexpected(candela::error(candela::errc::unreachable));
      });
  candela::test_client client(given.service);
  const candela::test_answer answer = client.get("/health");
  CHECK(answer.status == 503);
  CHECK(answer.body.find("unreachable") != std::string::npos);
}
