// Tokens: resumed early, late, twice, from elsewhere, or never.
#include <doctest/doctest.h>

#include <candela/net/sleep.hpp>
#include <optional>
#include <tests/server/recorder.hpp>
#include <thread>

using namespace candela;
using namespace candela::testing;

namespace {

constexpr std::string_view ok = "HTTP/1.1 200 OK";
constexpr std::string_view internal = "HTTP/1.1 500 Internal Server Error";

// A stage that takes a token and does with it what the test says before it returns.
class suspending_stage {
 public:
  static constexpr bool may_suspend = true;
  using action = std::function<step(exchange&, resume_token)>;
  explicit suspending_stage(action act) : act_(std::move(act)) {}
  step on_request(exchange& x) { return act_(x, x.suspend()); }

 private:
  action act_;
};

const route_options suspending{.may_suspend = true};

struct one_stage {
  explicit one_stage(suspending_stage::action act) {
    server.get("/", [this](exchange& x) { ++handled, x.text("handler"); },
               {server.keep(suspending_stage(std::move(act)))}, {.deadline = std::chrono::milliseconds(100)});
    server.serve();
    server.connect(peer);
    peer.send(get_request("/"));
    server.turns(2);
  }
  std::string answer() {
    server.turns(3);
    return peer.take();
  }
  server_fixture server;
  net::memory_peer peer;
  int handled = 0;
};

}  // namespace

TEST_CASE("a token resumed before its hook returned goes on when it has") {
  bool returned = false;
  one_stage test([&](exchange&, resume_token token) {
    token.resume();
    CHECK(!token);
    returned = true;
    return step::suspended;
  });
  CHECK(returned);
  CHECK(body_of(test.answer()) == "handler");
  CHECK(test.handled == 1);
  CHECK(test.server.dispatcher().running() == 0);
}

TEST_CASE("a token resumed as done before its hook returned ends the chain") {
  one_stage test([&](exchange& x, resume_token token) {
    x.text("stage");
    token.resume(step::done);
    return step::suspended;
  });
  CHECK(body_of(test.answer()) == "stage");
  CHECK(test.handled == 0);
}

TEST_CASE("a token resumed later goes on then, and a second time changes nothing") {
  resume_token held;
  one_stage test([&](exchange&, resume_token token) { return held = std::move(token), step::suspended; });
  CHECK(test.answer().empty());
  CHECK(test.server.dispatcher().running() == 1);
  held.resume();
  held.resume(step::done);
  CHECK(body_of(test.answer()) == "handler");
  CHECK(test.handled == 1);
  CHECK(test.server.dispatcher().running() == 0);
}

TEST_CASE("a token that is dropped answers 500, early and late") {
  one_stage early([&](exchange&, resume_token) { return step::suspended; });
  // The parameter lives until the hook's caller is done with it, at the latest.
  CHECK(status_of(early.answer()) == internal);
  CHECK(early.handled == 0);
  std::optional<resume_token> held;
  one_stage late([&](exchange&, resume_token token) { return held = std::move(token), step::suspended; });
  held.reset();
  CHECK(status_of(late.answer()) == internal);
  CHECK(late.handled == 0);
  CHECK(late.server.dispatcher().running() == 0);
}

TEST_CASE("a token whose hook did not suspend after all means nothing, but keeps its exchange") {
  resume_token held;
  one_stage test([&](exchange&, resume_token token) { return held = std::move(token), step::next; });
  CHECK(body_of(test.answer()) == "handler");
  CHECK(test.server.dispatcher().running() == 1);
  held.resume();
  CHECK(test.answer().empty());
  CHECK(test.handled == 1);
  CHECK(test.server.dispatcher().running() == 0);
}

TEST_CASE("a token resumed after the client has gone does nothing") {
  resume_token held;
  one_stage test([&](exchange&, resume_token token) { return held = std::move(token), step::suspended; });
  test.peer.reset();
  test.server.turns(2);
  CHECK(test.server.dispatcher().running() == 1);
  held.resume();
  CHECK(test.handled == 0);
  CHECK(test.server.dispatcher().running() == 0);
}

TEST_CASE("a token resumed after the deadline does nothing") {
  resume_token held;
  one_stage test([&](exchange&, resume_token token) { return held = std::move(token), step::suspended; });
  test.server.pass(std::chrono::milliseconds(101));
  CHECK(status_of(test.answer()) == "HTTP/1.1 503 Service Unavailable");
  held.resume();
  CHECK(test.answer().empty());
  CHECK(test.handled == 0);
  CHECK(test.server.dispatcher().running() == 0);
}

TEST_CASE("a plain handler may take a token and answer when it is resumed") {
  server_fixture server;
  resume_token held;
  exchange* waiting = nullptr;
  server.get("/late", [&](exchange& x) { waiting = &x, held = x.suspend(); }, {}, suspending);
  server.get("/early", [](exchange& x) { x.text("early"), x.suspend().resume(); }, {}, suspending);
  server.get("/never", [](exchange& x) { static_cast<void>(x.suspend()); }, {}, suspending);
  server.serve();
  CHECK(body_of(server.ask(get_request("/early"))) == "early");
  CHECK(status_of(server.ask(get_request("/never"))) == internal);
  net::memory_peer peer;
  server.connect(peer);
  peer.send(get_request("/late"));
  server.turns(2);
  CHECK(peer.take().empty());
  waiting->text("late");
  held.resume();
  server.turns(2);
  CHECK(body_of(peer.take()) == "late");
  CHECK(server.dispatcher().running() == 0);
}

TEST_CASE("suspending where nobody declared it is a 500, however the body arrived") {
  server_fixture server;
  server.post("/", [](exchange& x) { static_cast<void>(x.suspend()); });
  server.serve();
  CHECK(status_of(server.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab")) == internal);
  net::memory_peer peer;
  server.connect(peer);
  peer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na");
  server.turn();
  peer.send("b");
  server.turns(2);
  CHECK(status_of(peer.take()) == internal);
}

TEST_CASE("a stage that says suspended without a token is a 500") {
  class forgetful {
   public:
    step on_request(exchange&) { return step::suspended; }
  };
  server_fixture server;
  server.get("/plain", [](exchange& x) { x.text("?"); }, {server.keep(forgetful())});
  server.get("/pinned", [](exchange& x) { x.text("?"); }, {server.keep(forgetful())}, suspending);
  server.serve();
  CHECK(status_of(server.ask(get_request("/plain"))) == internal);
  CHECK(status_of(server.ask(get_request("/pinned"))) == internal);
}

TEST_CASE("a coroutine that asks for a token is told to await instead") {
  server_fixture server;
  server.get("/", [](exchange& x) -> task<void> {
    x.suspend().resume();
    co_return;
  });
  server.serve();
  CHECK(status_of(server.ask(get_request("/"))) == internal);
  CHECK(server.dispatcher().running() == 0);
}

TEST_CASE("one exchange has one token at a time") {
  std::optional<resume_token> first;
  one_stage test([&](exchange& x, resume_token token) {
    first = std::move(token);
    CHECK_THROWS_AS(static_cast<void>(x.suspend()), std::logic_error);
    return step::suspended;
  });
  first->resume();
  CHECK(body_of(test.answer()) == "handler");
}

TEST_CASE("a token moved over another drops the other") {
  std::vector<resume_token> held;
  server_fixture server;
  server.get("/", [&](exchange& x) { held.push_back(x.suspend()); }, {}, suspending);
  server.serve();
  net::memory_peer one;
  net::memory_peer two;
  server.connect(one);
  server.connect(two);
  one.send(get_request("/"));
  two.send(get_request("/"));
  held[0] = std::move(held[1]);
  server.turns(2);
  CHECK(status_of(one.take()) == internal);
  held[0].resume();
  server.turns(2);
  CHECK(status_of(two.take()) == ok);
}

TEST_CASE("tokens may be resumed and dropped on other threads") {
  server_fixture server;
  std::vector<std::thread> threads;
  server.get(
      "/{how}",
      [&](exchange& x) {
        x.text("elsewhere");
        const bool drop = x.path("how") == "drop";
        threads.emplace_back([drop, token = x.suspend()]() mutable {
          resume_token mine = std::move(token);
          if (!drop) mine.resume();
        });
      },
      {}, suspending);
  server.serve();
  for (int round = 0; round != 50; ++round) {
    net::memory_peer kept;
    net::memory_peer dropped;
    server.connect(kept);
    server.connect(dropped);
    kept.send(get_request("/keep"));
    dropped.send(get_request("/drop"));
    if (round % 5 == 0) kept.reset();
    while (server.dispatcher().running() != 0) server.turn();
    if (round % 5 != 0) CHECK(body_of(kept.take()) == "elsewhere");
    CHECK(status_of(dropped.take()) == internal);
    for (std::thread& each : threads) each.join();
    threads.clear();
  }
}

TEST_CASE("a request that resumes others does not disturb the answers that its own connection composes") {
  server_fixture server;
  std::vector<std::pair<exchange*, resume_token>> waiting;
  server.get("/wait", [&](exchange& x) { waiting.emplace_back(&x, x.suspend()); }, {}, suspending);
  server.get("/fast/{n}", [](exchange& x) { x.text("fast ", x.path("n")); });
  server.get("/wake", [&](exchange& x) {
    for (auto& [sleeper, token] : waiting) {
      sleeper->text("woken");
      token.resume();
    }
    waiting.clear();
    x.text("woke");
  });
  server.serve();
  net::memory_peer sleeper;
  net::memory_peer waker;
  server.connect(sleeper);
  server.connect(waker);
  sleeper.send(get_request("/wait"));
  waker.send(get_request("/fast/1") + get_request("/wake") + get_request("/fast/2"));
  server.turns(2);
  CHECK(body_of(sleeper.take()) == "woken");
  const std::string answers = waker.take();
  CHECK(answers.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(answers.find("fast 1HTTP/1.1 200 OK\r\n") != std::string::npos);
  CHECK(answers.find("wokeHTTP/1.1 200 OK\r\n") != std::string::npos);
  CHECK(answers.ends_with("fast 2"));
}
