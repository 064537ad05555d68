// In which order the hooks of a chain run, on every path that an exchange can take.
#include <doctest/doctest.h>

#include <candela/net/sleep.hpp>
#include <tests/server/recorder.hpp>

using namespace candela;
using namespace candela::testing;

namespace {

// As recording_stage, with both hooks as coroutines that wait a millisecond.
class slow_stage {
 public:
  slow_stage(recorder& notes, std::string name) : notes_(&notes), name_(std::move(name)) {}
  task<step> on_request(exchange& x) {
    notes_->note(name_ + ">");
    static_cast<void>(co_await net::sleep_for(x.worker(), std::chrono::milliseconds(1), x.cancellation()));
    co_return step::next;
  }
  task<void> on_response(exchange& x) {
    static_cast<void>(co_await net::sleep_for(x.worker(), std::chrono::milliseconds(1), x.cancellation()));
    notes_->note("<" + name_);
  }
  void on_complete(const exchange_outcome&) { notes_->note(name_ + "."); }

 private:
  recorder* notes_;
  std::string name_;
};

class throwing_stage {
 public:
  throwing_stage(bool in_request, bool in_response) : in_request_(in_request), in_response_(in_response) {}
  step on_request(exchange&) {
    if (in_request_) throw std::runtime_error("request hook");
    return step::next;
  }
  void on_response(exchange&) {
    if (in_response_) throw std::runtime_error("response hook");
  }

 private:
  bool in_request_;
  bool in_response_;
};

void passed(server_fixture& server, int milliseconds) {
  for (int i = 0; i != milliseconds; ++i) server.pass(std::chrono::milliseconds(2));
}

}  // namespace

TEST_CASE("stages run in order, their response hooks in reverse, and all is complete at the very end") {
  server_fixture server;
  recorder notes;
  server.get("/", [&](exchange& x) { notes.note("handler"), x.text("ok"); },
             {server.keep(recording_stage(notes, "a")), server.keep(recording_stage(notes, "b"))});
  server.serve();
  CHECK(body_of(server.ask(get_request("/"))) == "ok");
  CHECK(notes.take() == "a> b> handler <b <a b. a.");
}

TEST_CASE("an early answer passes back through those that were entered and no others") {
  server_fixture server;
  recorder notes;
  server.get("/", [&](exchange& x) { notes.note("handler"), x.text("ok"); },
             {server.keep(recording_stage(notes, "a")), server.keep(recording_stage(notes, "b", step::done)),
              server.keep(recording_stage(notes, "c"))});
  server.serve();
  CHECK(body_of(server.ask(get_request("/"))) == "from b");
  CHECK(notes.take() == "a> b> <b <a b. a.");
}

TEST_CASE("exceptions in stages, handlers and response hooks keep the way back") {
  for (const int place : {0, 1, 2}) {
    server_fixture server;
    recorder notes;
    server.get("/",
               [&](exchange&) {
                 if (place == 1) throw std::runtime_error("handler");
               },
               {server.keep(recording_stage(notes, "a")), server.keep(throwing_stage(place == 0, place == 2)),
                server.keep(recording_stage(notes, "b"))});
    server.serve();
    CHECK(status_of(server.ask(get_request("/"))) == "HTTP/1.1 500 Internal Server Error");
    CHECK(notes.take() == (place == 0 ? "a> <a a." : "a> b> <b <a b. a."));
    CHECK(recording_stage::status == 500);
  }
}

TEST_CASE("what has no route passes the entry chain as well") {
  server_fixture server;
  recorder notes;
  server.entry(recording_stage(notes, "entry"));
  server.get("/here", [](exchange& x) { x.text("ok"); });
  server.serve();
  CHECK(status_of(server.ask(get_request("/nowhere"))) == "HTTP/1.1 404 Not Found");
  CHECK(notes.take() == "entry> <entry entry.");
  CHECK(status_of(server.ask("DELETE /here HTTP/1.1\r\nHost: a\r\n\r\n")) == "HTTP/1.1 405 Method Not Allowed");
  CHECK(notes.take() == "entry> <entry entry.");
  CHECK(status_of(server.ask("OPTIONS /here HTTP/1.1\r\nHost: a\r\n\r\n")) == "HTTP/1.1 204 No Content");
  CHECK(notes.take() == "entry> <entry entry.");
  CHECK(status_of(server.ask("BREW /here HTTP/1.1\r\nHost: a\r\n\r\n")) == "HTTP/1.1 501 Not Implemented");
  CHECK(notes.take() == "entry> <entry entry.");
}

TEST_CASE("a stage of the entry chain is asked which routes it joins, those of the framework's own as well") {
  class choosy_stage : public recording_stage {
   public:
    using recording_stage::recording_stage;
    [[nodiscard]] bool applies_to(const route& asked) const {
      return asked.pattern == "/in" || asked.pattern == "not found";
    }
  };
  server_fixture server;
  recorder notes;
  server.entry(recording_stage(notes, "first"));
  server.entry(choosy_stage(notes, "choosy"));
  server.entry(recording_stage(notes, "last"));
  server.get("/in", [](exchange& x) { x.text("ok"); });
  server.get("/out", [](exchange& x) { x.text("ok"); }, {server.keep(recording_stage(notes, "own"))});
  server.get("/late", [](exchange& x) -> task<void> { co_return x.text("ok"); });
  server.serve();
  CHECK(body_of(server.ask(get_request("/in"))) == "ok");
  CHECK(notes.take() == "first> choosy> last> <last <choosy <first last. choosy. first.");
  CHECK(body_of(server.ask(get_request("/out"))) == "ok");
  CHECK(notes.take() == "first> last> own> <own <last <first own. last. first.");
  CHECK(body_of(server.ask(get_request("/late"))) == "ok");
  CHECK(notes.take() == "first> last> <last <first last. first.");
  CHECK(status_of(server.ask(get_request("/nowhere"))) == "HTTP/1.1 404 Not Found");
  CHECK(notes.take() == "first> choosy> last> <last <choosy <first last. choosy. first.");
  CHECK(status_of(server.ask("DELETE /out HTTP/1.1\r\nHost: a\r\n\r\n")) == "HTTP/1.1 405 Method Not Allowed");
  CHECK(notes.take() == "first> last> <last <first last. first.");
  CHECK(status_of(server.ask("GET / HTTP/1.1\r\nHost : a\r\n\r\n")) == "HTTP/1.1 400 Bad Request");
  CHECK(notes.take() == "last. first.");
}

TEST_CASE("what has no route is answered as such whatever its body") {
  server_fixture server;
  server.get("/here", [](exchange& x) { x.text("ok"); });
  server.serve();
  CHECK(status_of(server.ask("POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")) ==
        "HTTP/1.1 404 Not Found");
  CHECK(status_of(server.ask("POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na")) ==
        "HTTP/1.1 404 Not Found");
  CHECK(status_of(server.ask("POST /here HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")) ==
        "HTTP/1.1 405 Method Not Allowed");
}

TEST_CASE("a malformed request reaches those who count, and nobody else") {
  server_fixture server;
  recorder notes;
  server.entry(recording_stage(notes, "entry"));
  server.get("/", [](exchange& x) { x.text("ok"); });
  server.serve();
  CHECK(status_of(server.ask("GET / HTTP/1.1\r\nHost : a\r\n\r\n")) == "HTTP/1.1 400 Bad Request");
  CHECK(notes.take() == "entry.");
  CHECK(recording_stage::last == exchange_result::malformed);
}

TEST_CASE("hooks that are coroutines keep the order of those that are not") {
  server_fixture server;
  recorder notes;
  server.get("/", [&](exchange& x) { notes.note("handler"), x.text("ok"); },
             {server.keep(recording_stage(notes, "a")), server.keep(slow_stage(notes, "b")),
              server.keep(slow_stage(notes, "c"))});
  server.serve();
  net::memory_peer peer;
  server.connect(peer);
  peer.send(get_request("/"));
  passed(server, 8);
  CHECK(body_of(peer.take()) == "ok");
  CHECK(notes.take() == "a> b> c> handler <c <b <a c. b. a.");
  CHECK(server.dispatcher().running() == 0);
}

TEST_CASE("response hooks that are coroutines run before the first byte of a streamed response") {
  server_fixture server;
  recorder notes;
  server.get("/",
             [&](exchange& x) -> task<void> {
               auto written = co_await x.write("piece");
               notes.note(written ? "written" : "refused");
             },
             {server.keep(slow_stage(notes, "a")), server.keep(slow_stage(notes, "b"))});
  server.serve();
  net::memory_peer peer;
  server.connect(peer);
  peer.send(get_request("/"));
  passed(server, 8);
  CHECK(peer.take().ends_with("5\r\npiece\r\n0\r\n\r\n"));
  CHECK(notes.take() == "a> b> <b <a written b. a.");
}

TEST_CASE("a response hook that throws before a streamed response makes the answer a 500") {
  server_fixture server;
  bool told = false;
  server.get("/",
             [&](exchange& x) -> task<void> {
               auto written = co_await x.write("piece");
               told = !written;
             },
             {server.keep(throwing_stage(false, true))});
  server.serve();
  const std::string answer = server.ask(get_request("/"));
  CHECK(status_of(answer) == "HTTP/1.1 500 Internal Server Error");
  CHECK(answer.find("piece") == std::string::npos);
  CHECK(told);
  CHECK(server.dispatcher().running() == 0);
}

TEST_CASE("a deadline answers over a stage and a handler that wait, and passes back through the entered") {
  for (const bool in_handler : {false, true}) {
    server_fixture server;
    recorder notes;
    class stuck {
     public:
      explicit stuck(bool wait) : wait_(wait) {}
      task<step> on_request(exchange& x) {
        if (wait_) co_await until_cancelled(x.cancellation());
        co_return step::next;
      }

     private:
      bool wait_;
    };
    bool ended = false;
    server.get("/",
               [&](exchange& x) -> task<void> {
                 co_await until_cancelled(x.cancellation());
                 ended = true;
               },
               {server.keep(recording_stage(notes, "a")), server.keep(stuck(!in_handler))},
               {.deadline = std::chrono::milliseconds(100)});
    server.serve();
    net::memory_peer peer;
    server.connect(peer);
    peer.send(get_request("/"));
    server.turns(2);
    CHECK(peer.take().empty());
    server.pass(std::chrono::milliseconds(101));
    server.turns(2);
    CHECK(status_of(peer.take()) == "HTTP/1.1 503 Service Unavailable");
    CHECK(notes.take() == "a> <a a.");
    CHECK(ended == in_handler);
    CHECK(server.dispatcher().running() == 0);
  }
}

TEST_CASE("a deadline that passes while a response hook runs lets that hook end before the next one begins") {
  server_fixture server;
  recorder notes;
  server.get("/",
             [&](exchange& x) -> task<void> {
               auto written = co_await x.write("piece");
               notes.note(written ? "written" : "refused");
             },
             {server.keep(slow_stage(notes, "a")), server.keep(slow_stage(notes, "b"))},
             {.deadline = std::chrono::milliseconds(5)});
  server.serve();
  net::memory_peer peer;
  server.connect(peer);
  peer.send(get_request("/"));
  server.pass(std::chrono::milliseconds(2));
  server.pass(std::chrono::milliseconds(2));
  server.time().advance(std::chrono::milliseconds(20));
  for (int i = 0; i != 4; ++i) server.pass(std::chrono::milliseconds(2));
  CHECK(server.dispatcher().running() == 0);
  CHECK(peer.take().starts_with("HTTP/1.1 "));
  CHECK(notes.line().starts_with("a> b> <b <a"));
}

TEST_CASE("a request whose connection is lost is complete once, as cut") {
  server_fixture server;
  recorder notes;
  server.get("/", [&](exchange& x) -> task<void> { co_await until_cancelled(x.cancellation()); },
             {server.keep(recording_stage(notes, "a"))});
  server.serve();
  net::memory_peer peer;
  server.connect(peer);
  peer.send(get_request("/"));
  peer.reset();
  server.turns(3);
  CHECK(notes.take() == "a> a.");
  CHECK(recording_stage::last == exchange_result::cut);
  CHECK(server.dispatcher().running() == 0);
}

TEST_CASE("answers that wait for a slow reader are complete when their last byte has left, in order") {
  server_fixture server;
  recorder notes;
  server.get("/{n}", [](exchange& x) { x.text(std::string(1000, 'x')); }, {server.keep(recording_stage(notes, "a"))});
  server.serve();
  net::memory_peer peer;
  peer.set_window(100);
  server.connect(peer);
  peer.send(get_request("/1") + get_request("/2"));
  server.turns(2);
  CHECK(notes.take() == "a> <a a> <a");
  peer.set_window(1'000'000);
  server.turns(2);
  CHECK(notes.take() == "a. a.");
  CHECK(recording_stage::last == exchange_result::completed);
}

TEST_CASE("answers that never left are complete as cut") {
  server_fixture server;
  recorder notes;
  server.get("/", [](exchange& x) { x.text("hello"); }, {server.keep(recording_stage(notes, "a"))});
  server.serve();
  net::memory_peer peer;
  peer.set_window(10);
  server.connect(peer);
  peer.send(get_request("/"));
  peer.reset();
  server.turns(2);
  CHECK(notes.take() == "a> <a a.");
  CHECK(recording_stage::last == exchange_result::cut);
}

TEST_CASE("a request that waits for its head too long is complete when its 408 has left") {
  server_fixture server;
  recorder notes;
  server.entry(recording_stage(notes, "entry"));
  server.get("/", [](exchange& x) { x.text("ok"); });
  server.serve();
  net::memory_peer peer;
  server.connect(peer);
  peer.send("GET / HT");
  server.turn();
  server.pass(std::chrono::seconds(11));
  CHECK(status_of(peer.take()) == "HTTP/1.1 408 Request Timeout");
  CHECK(notes.take() == "entry.");
}

TEST_CASE("on_complete may throw anything") {
  class careless {
   public:
    void on_complete(const exchange_outcome&) { throw 1; }
  };
  server_fixture server;
  recorder notes;
  server.get("/", [](exchange& x) { x.text("ok"); },
             {server.keep(recording_stage(notes, "a")), server.keep(careless())});
  server.serve();
  CHECK(body_of(server.ask(get_request("/"))) == "ok");
  CHECK(notes.take() == "a> <a a.");
}

namespace {

// Waits or not, as its options would say.
struct either_stage {
  bool patient;

  [[nodiscard]] bool waits() const noexcept { return patient; }
  step on_request(exchange& x) { return answer(x, "at once"); }
  task<step> on_request_waiting(exchange& x) { co_return answer(x, "waiting"); }

  static step answer(exchange& x, std::string_view how) {
    x.text(how, x.immediate() ? ", immediate" : ", kept");
    return step::done;
  }
};

}  // namespace

TEST_CASE("a stage may say whether it waits, and its route stays immediate when it does not") {
  server_fixture server;
  server.get("/at-once", [](exchange&) {}, {server.keep(either_stage{false})});
  server.get("/waiting", [](exchange&) {}, {server.keep(either_stage{true})});
  server.serve();
  CHECK(body_of(server.ask(get_request("/at-once"))) == "at once, immediate");
  CHECK(body_of(server.ask(get_request("/waiting"))) == "waiting, kept");
}
