// What outlives what: views, exchanges, tasks, and the work beside them.
#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <candela/core/frame_pool.hpp>
#include <candela/core/poison.hpp>
#include <candela/net/sleep.hpp>
#include <tests/server/recorder.hpp>

using namespace candela;
using namespace candela::testing;

namespace {

struct ready {
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  int await_resume() const noexcept { return 1; }
};

task<int> ready_task() { co_return 1; }

// Neither inlined nor folded: the address of a fresh frame.
[[gnu::noinline]] std::uintptr_t stack_now() { return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)); }

}  // namespace

TEST_CASE("views taken before a suspension are right after it") {
  server_fixture server;
  std::string seen;
  server.post("/{name}", [&](exchange& x) -> task<void> {
    const std::string_view target = x.request().target();
    const std::string_view path = x.request().path();
    const std::string_view query = x.request().query();
    const std::string_view authority = x.request().authority();
    const std::string_view name = x.path("name");
    const std::string_view known = x.header(http::header::accept);
    const std::string_view unknown = x.header("x-own");
    const std::string_view body = x.request().body();
    static_cast<void>(co_await net::sleep_for(x.worker(), std::chrono::milliseconds(5), x.cancellation()));
    x.text(target, "|", path, "|", query, "|", authority, "|", name, "|", known, "|", unknown, "|", body);
  });
  server.get("/other/{n}", [](exchange& x) { x.text(x.path("n")); });
  server.serve();
  const std::string request =
      "POST /a%20b?q=1 HTTP/1.1\r\nHost: host\r\nAccept: x/y\r\nX-Own: own\r\nContent-Length: 4\r\n\r\nbody";
  for (const std::size_t split : {std::size_t{0}, request.size() - 2}) {
    net::memory_peer peer;
    server.connect(peer);
    peer.send(request.substr(0, split));
    server.turn();
    peer.send(request.substr(split));
    // Other requests use the slab meanwhile.
    for (int i = 0; i != 3; ++i) static_cast<void>(server.ask(get_request("/other/" + std::string(2000, 'z'))));
    server.pass(std::chrono::milliseconds(6));
    server.turns(2);
    CHECK(body_of(peer.take()) == "/a%20b?q=1|/a%20b|q=1|host|a b|x/y|own|body");
  }
}

TEST_CASE("a view of the slab that is kept too long is caught where memory is poisoned") {
  server_fixture server;
  std::string_view kept;
  server.get("/", [&](exchange& x) { kept = x.header("x-long"), x.text("ok"); });
  server.serve();
  // Too long to be remembered: it stands in the slab.
  const std::string request = "GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + std::string(1000, 'v') + "\r\n\r\n";
  CHECK(body_of(server.ask(request)) == "ok");
  REQUIRE(kept.size() == 1000);
#if defined(CANDELA_ADDRESS_SANITIZER)
  const pid_t child = fork();
  if (child == 0) {
    close(STDERR_FILENO);
    volatile char stale = kept[500];
    _exit(stale == 'v' ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(!(WIFEXITED(status) && WEXITSTATUS(status) == 0));
#elif defined(CANDELA_POISON)
  CHECK(static_cast<unsigned char>(kept[500]) == poison_byte);
#endif
}

TEST_CASE("a million ready awaits need no stack and no memory, in a handler as anywhere") {
  server_fixture server;
  std::uintptr_t lowest = UINTPTR_MAX;
  std::uintptr_t highest = 0;
  frame_pool::usage before;
  frame_pool::usage after;
  server.get("/", [&](exchange& x) -> task<void> {
    int sum = 0;
    for (int i = 0; i != 1'000'000; ++i) {
      ready at_once;
      sum += co_await at_once;
      auto child = ready_task();
      sum += co_await child;
      if (i == 1000) before = frame_pool::current_usage();
      const std::uintptr_t stack = stack_now();
      lowest = std::min(lowest, stack);
      highest = std::max(highest, stack);
    }
    after = frame_pool::current_usage();
    x.text(sum);
  });
  server.serve();
  CHECK(body_of(server.ask(get_request("/"))) == "2000000");
  CHECK(highest - lowest < 512);
  CHECK(after.system_allocations == before.system_allocations);
}

TEST_CASE("an endless loop of awaits that suspend needs no stack and no memory") {
  server_fixture server;
  std::uintptr_t lowest = UINTPTR_MAX;
  std::uintptr_t highest = 0;
  int rounds = 0;
  server.get("/",
             [&](exchange& x) -> task<void> {
               while (!x.cancelled()) {
                 static_cast<void>(co_await net::sleep_for(x.worker(), std::chrono::milliseconds(1), x.cancellation()));
                 ++rounds;
                 if (rounds < 10) continue;
                 const std::uintptr_t stack = stack_now();
                 lowest = std::min(lowest, stack);
                 highest = std::max(highest, stack);
               }
             },
             {}, {.deadline = std::chrono::milliseconds(0)});
  server.serve();
  net::memory_peer peer;
  server.connect(peer);
  peer.send(get_request("/"));
  for (int i = 0; i != 100; ++i) server.pass(std::chrono::milliseconds(2));
  const frame_pool::usage before = frame_pool::current_usage();
  for (int i = 0; i != 5000; ++i) server.pass(std::chrono::milliseconds(2));
  CHECK(rounds >= 5000);
  CHECK(frame_pool::current_usage().system_allocations == before.system_allocations);
  CHECK(highest - lowest < 512);
  peer.reset();
  server.turns(2);
  CHECK(server.dispatcher().running() == 0);
}

TEST_CASE("a handler that ignores its cancellation lives on safely and ends in its own time") {
  server_fixture server;
  std::string seen;
  server.get("/{name}",
             [&](exchange& x) -> task<void> {
               const std::string_view name = x.path("name");
               static_cast<void>(co_await net::sleep_for(x.worker(), std::chrono::milliseconds(500), cancel_token()));
               seen = name;
               x.text("nobody hears this");
               auto written = co_await x.write("nor this");
               CHECK(!written.has_value());
             },
             {}, {.deadline = std::chrono::milliseconds(100)});
  server.serve();
  for (const bool gone : {true, false}) {
    net::memory_peer peer;
    server.connect(peer);
    peer.send(get_request("/Ada"));
    server.turns(2);
    if (gone) peer.reset();
    server.pass(std::chrono::milliseconds(101));
    server.turns(2);
    if (!gone) CHECK(status_of(peer.take()) == "HTTP/1.1 503 Service Unavailable");
    CHECK(server.dispatcher().running() == 1);
    server.pass(std::chrono::milliseconds(500));
    server.turns(2);
    CHECK(seen == "Ada");
    CHECK(peer.take().empty());
    CHECK(server.dispatcher().running() == 0);
  }
}

TEST_CASE("work beside a handler is cancelled when the response has left, and the exchange waits for it") {
  server_fixture server;
  recorder notes;
  server.get(
      "/",
      [&](exchange& x) {
        x.spawn([](exchange& mine, recorder& to) -> task<void> {
          co_await until_cancelled(mine.cancellation());
          to.note("cancelled");
          static_cast<void>(co_await net::sleep_for(mine.worker(), std::chrono::milliseconds(5), cancel_token()));
          to.note("ended");
        }(x, notes));
        x.text("ok");
      },
      {server.keep(recording_stage(notes, "a"))}, {.may_suspend = true});
  server.serve();
  net::memory_peer peer;
  server.connect(peer);
  peer.send(get_request("/"));
  server.turns(2);
  CHECK(body_of(peer.take()) == "ok");
  CHECK(notes.line() == "a> <a cancelled");
  CHECK(server.dispatcher().running() == 1);
  server.pass(std::chrono::milliseconds(6));
  CHECK(notes.line() == "a> <a cancelled ended a.");
  CHECK(server.dispatcher().running() == 0);
}

TEST_CASE("work beside a handler that ends by the cancellation alone ends the exchange once") {
  server_fixture server;
  recorder notes;
  server.get("/",
             [&](exchange& x) {
               for (int i = 0; i != 3; ++i) {
                 x.spawn([](exchange& mine) -> task<void> { co_await until_cancelled(mine.cancellation()); }(x));
               }
               x.text("ok");
             },
             {server.keep(recording_stage(notes, "a"))}, {.may_suspend = true});
  server.serve();
  CHECK(body_of(server.ask(get_request("/"))) == "ok");
  CHECK(notes.take() == "a> <a a.");
  CHECK(server.dispatcher().running() == 0);
}

TEST_CASE("cancelling everything ends what waits, one ending another included") {
  server_fixture server;
  std::vector<resume_token> tokens;
  server.get("/token", [&](exchange& x) { tokens.push_back(x.suspend()); }, {}, {.may_suspend = true});
  server.get("/wait", [&](exchange& x) -> task<void> {
    co_await until_cancelled(x.cancellation());
    tokens.clear();
  });
  server.serve();
  std::array<net::memory_peer, 6> peers;
  for (std::size_t i = 0; i != peers.size(); ++i) {
    server.connect(peers[i]);
    peers[i].send(get_request(i % 3 == 0 ? "/wait" : "/token"));
  }
  for (net::memory_peer& peer : peers) peer.reset();
  server.dispatcher().cancel_all();
  server.turns(3);
  CHECK(server.dispatcher().running() == 0);
}
