// What stages may change of a request and a response, and where a changed target leads.
#include <doctest/doctest.h>

#include <candela/net/sleep.hpp>
#include <tests/server/recorder.hpp>

using namespace candela;
using namespace candela::testing;

namespace {

template <bool Declared>
class rewriter {
 public:
  static constexpr bool rewrites_target = Declared;
  step on_request(exchange& x) {
    const std::string_view path = x.request().path();
    if (path.starts_with("/old/")) x.set_target("/new/" + std::string(path.substr(5)) + "?from=old");
    return step::next;
  }
};

class declining_stage : public recording_stage {
 public:
  using recording_stage::recording_stage;
  [[nodiscard]] bool applies_to(const route& asked) const { return !asked.pattern.starts_with("/new/"); }
};

struct order_number {
  static constexpr std::string_view attachment_name = "test.order_number";
  int value = 0;
};

class asked_first {
 public:
  explicit asked_first(bool& met) : met_(met) {}
  [[nodiscard]] bool may_suspend_for(const http::request_head&) const { return false; }
  step on_request(exchange&) { return met_ = true, step::next; }

 private:
  bool& met_;
};

class waiting_rewriter {
 public:
  static constexpr bool rewrites_target = true;
  task<step> on_request(exchange& x) {
    static_cast<void>(co_await net::sleep_for(x.worker(), std::chrono::milliseconds(5), x.cancellation()));
    x.set_target("/target");
    co_return step::next;
  }
};

class body_changer {
 public:
  step on_request(exchange& x) {
    x.set_request_body("changed");
    return step::next;
  }
  void on_response(exchange& x) {
    x.response().header("x-stage", "was here").status(201);
    x.response().body(concatenate(x.arena(), "<", x.response().body(), ">"));
  }
  static constexpr stage_needs needs = stage_needs::whole_body;
};

task<void> answer_late(exchange& x) {
  static_cast<void>(co_await net::sleep_for(x.worker(), std::chrono::milliseconds(1), x.cancellation()));
  x.text("late ", x.path("name"));
}

}  // namespace

TEST_CASE("an entry stage that changes the target leads to another route, with its parameters and stages") {
  server_fixture server;
  recorder notes;
  server.entry(rewriter<false>());
  server.get("/new/{name}", [](exchange& x) { x.text(x.path("name"), " ", x.query("from").value_or("?")); },
             {server.keep(recording_stage(notes, "new"))});
  server.serve();
  CHECK(body_of(server.ask(get_request("/old/thing"))) == "thing old");
  CHECK(notes.take() == "new> <new new.");
  CHECK(body_of(server.ask(get_request("/new/thing"))) == "thing ?");
}

TEST_CASE("a declared rewriter may lead to a route that suspends") {
  server_fixture server;
  server.entry(rewriter<true>());
  server.get("/new/{name}", answer_late);
  server.serve();
  net::memory_peer peer;
  server.connect(peer);
  peer.send(get_request("/old/thing"));
  server.pass(std::chrono::milliseconds(2));
  server.turns(2);
  CHECK(body_of(peer.take()) == "late thing");
}

TEST_CASE("an undeclared rewriter that leads to a route that suspends is a 500") {
  server_fixture server;
  server.entry(rewriter<false>());
  server.get("/new/{name}", answer_late);
  server.serve();
  CHECK(status_of(server.ask(get_request("/old/thing"))) == "HTTP/1.1 500 Internal Server Error");
}

TEST_CASE("an undeclared rewriter that leads to a stage which was not asked whether it waits is a 500") {
  server_fixture server;
  bool met = false;
  server.entry(rewriter<false>());
  server.get("/new/{name}", [](exchange& x) { x.text(x.path("name")); }, {server.keep(asked_first(met))});
  server.serve();
  CHECK(status_of(server.ask(get_request("/old/thing"))) == "HTTP/1.1 500 Internal Server Error");
  CHECK(!met);
  CHECK(body_of(server.ask(get_request("/new/thing"))) == "thing");
  CHECK(met);
}

TEST_CASE("an undeclared rewriter beside entry stages that were asked leads to another route") {
  server_fixture server;
  bool met = false;
  server.entry(rewriter<false>());
  server.entry(asked_first(met));
  server.get("/new/{name}", [](exchange& x) { x.text(x.path("name")); });
  server.serve();
  CHECK(body_of(server.ask(get_request("/old/thing"))) == "thing");
  CHECK(met);
}

TEST_CASE("behind a declared rewriter every entry stage joins every route, for none knows where a request ends") {
  server_fixture server;
  recorder notes;
  server.entry(declining_stage(notes, "declining"));
  server.entry(rewriter<true>());
  server.get("/new/{name}", [](exchange& x) { x.text(x.path("name")); });
  server.serve();
  CHECK(body_of(server.ask(get_request("/old/thing"))) == "thing");
  CHECK(notes.take() == "declining> <declining declining.");
}

TEST_CASE("an undeclared rewriter beside a stage that declined a route is a 500") {
  server_fixture server;
  recorder notes;
  server.entry(declining_stage(notes, "declining"));
  server.entry(rewriter<false>());
  server.get("/new/{name}", [](exchange& x) { x.text(x.path("name")); });
  server.serve();
  CHECK(status_of(server.ask(get_request("/old/thing"))) == "HTTP/1.1 500 Internal Server Error");
  CHECK(notes.take() == "declining> <declining declining.");
  CHECK(body_of(server.ask(get_request("/new/thing"))) == "thing");
  CHECK(notes.take().empty());
}

TEST_CASE("a target that cannot stand on a request line is refused") {
  server_fixture server;
  std::string refused;
  server.get("/", [&](exchange& x) {
    for (const std::string_view target : {"x", "", "/a b", "/a\r\nHost: b", "/%zz", "/a#b", "/\x80"}) {
      try {
        x.set_target(target);
        refused += '0';
      } catch (const std::invalid_argument&) {
        refused += '1';
      }
    }
    x.text("ok");
  });
  server.serve();
  CHECK(body_of(server.ask(get_request("/"))) == "ok");
  CHECK(refused == "1111111");
}

TEST_CASE("a reload while an entry stage waits does not lead a request to the new routes") {
  server_fixture server;
  server.entry(waiting_rewriter());
  server.get("/target", [](exchange& x) { x.text("first"); });
  server.serve();
  net::memory_peer peer;
  server.connect(peer);
  peer.send(get_request("/"));
  server.turns(2);
  server.get("/target", [](exchange& x) { x.text("second"); });
  server.serve();
  server.pass(std::chrono::milliseconds(6));
  server.turns(2);
  CHECK(body_of(peer.take()) == "first");
  CHECK(body_of(server.ask(get_request("/target"))) == "second");
}

TEST_CASE("changed request headers are seen behind the stage, and the remembered head stays as it came") {
  class changer {
   public:
    step on_request(exchange& x) {
      CHECK(x.header("x-mark") == "client");
      CHECK(x.header(http::header::accept) == "*/*");
      x.set_request_header("X-Mark", "stage");
      x.remove_request_header("accept");
      return step::next;
    }
  };
  server_fixture server;
  server.get("/", [](exchange& x) { x.text(x.header("x-mark"), x.header(http::header::accept)); },
             {server.keep(changer())});
  server.serve();
  const std::string request = "GET / HTTP/1.1\r\nHost: a\r\nX-Mark: client\r\nAccept: */*\r\n\r\n";
  const std::string answers = server.ask(request + request + request);
  std::size_t seen = 0;
  for (std::size_t at = answers.find("\r\n\r\nstage"); at != std::string::npos;
       at = answers.find("\r\n\r\nstage", at + 1))
    ++seen;
  CHECK(seen == 3);
}

TEST_CASE("a stage may change body and headers of request and response") {
  server_fixture server;
  server.post("/", [](exchange& x) { x.text(x.request().body()); }, {server.keep(body_changer())});
  server.serve();
  const std::string answer = server.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab");
  CHECK(status_of(answer) == "HTTP/1.1 201 Created");
  CHECK(answer.find("x-stage: was here\r\n") != std::string::npos);
  CHECK(body_of(answer) == "<changed>");
}

TEST_CASE("an attachment is seen by those behind, and by those who are told of the end") {
  static int told = 0;
  class numbering {
   public:
    step on_request(exchange& x) {
      CHECK(x.get<order_number>() == nullptr);
      x.put<order_number>(order_number{42});
      return step::next;
    }
    void on_complete(const exchange_outcome& outcome) {
      told = outcome.get<order_number>() != nullptr ? outcome.get<order_number>()->value : -1;
    }
  };
  server_fixture server;
  const stage_hooks stage = server.keep(numbering());
  server.get("/now", [](exchange& x) { x.text(x.get<order_number>()->value); }, {stage});
  server.get("/late",
             [](exchange& x) -> task<void> {
               static_cast<void>(co_await net::sleep_for(x.worker(), std::chrono::milliseconds(1), x.cancellation()));
               x.text(x.get<order_number>()->value);
             },
             {stage});
  server.serve();
  for (const std::string_view path : {"/now", "/late"}) {
    told = 0;
    net::memory_peer peer;
    server.connect(peer);
    peer.send(get_request(path));
    server.pass(std::chrono::milliseconds(2));
    server.turns(2);
    CHECK(body_of(peer.take()) == "42");
    CHECK(told == 42);
  }
}

TEST_CASE("a request field set by a stage cannot bring another field along") {
  using namespace std::literals;
  for (const std::string_view value : {"a\r\nx-forged: 1"sv, "a\nb"sv, "a\0b"sv}) {
    server_fixture server;
    server.get("/", [value](exchange& x) { x.set_request_header("x-note", value); });
    server.serve();
    CHECK(status_of(server.ask(get_request("/"))) == "HTTP/1.1 500 Internal Server Error");
  }
  server_fixture server;
  server.get("/", [](exchange& x) { x.set_request_header("x note", "a"); });
  server.serve();
  CHECK(status_of(server.ask(get_request("/"))) == "HTTP/1.1 500 Internal Server Error");
}
