#include <doctest/doctest.h>
#include <candela/core/manual_clock.hpp>
#include <candela/core/task.hpp>
#include <candela/jose/key.hpp>
#include <candela/keys/key_watch.hpp>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "tests/keys/document_server.hpp"
#include "tests/net/test_certificates.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;
using net::test::temporary_folder;

namespace {

jose::key new_key(const std::string& id) { return jose::key::generate(jose::curve::p256, {.id = id}).value(); }

std::string published(const std::vector<jose::key>& keys) {
  return std::string(jose::key_set::of(keys).value().to_json(jose::key_part::public_part).value().text());
}

// A worker without a thread, and what a source needs beside it.
struct bench {
  ~bench() { lanes.shut_down(); }

  std::shared_ptr<keys::key_source> source(const keys::key_source_options& options) {
    return keys::key_source::shared(options, lanes, metrics);
  }
  // Turns the loop until `truth()`, for ten seconds at the most.
  template <class Truth>
  bool wait_until(Truth truth) {
    const auto until = std::chrono::steady_clock::now() + 10s;
    while (!truth()) {
      if (std::chrono::steady_clock::now() > until) return false;
      worker.loop().turn();
      std::this_thread::yield();
    }
    return true;
  }
  void pass(std::chrono::milliseconds passed) {
    time.advance(passed);
    worker.loop().fire_timers();
    worker.loop().turn();
  }
  std::string metrics_text() const {
    std::string text;
    metrics.render(text);
    return text;
  }

  manual_clock time;
  net::worker worker{0, &time};
  metrics::registry metrics;
  net::lanes lanes;
};

bool has_key(const keys::key_watch& watch, std::string_view id) {
  return watch.current() != nullptr && watch.current()->keys.find(id) != nullptr;
}

}  // namespace

TEST_CASE("keys of a file are there at once, and anew when it changes") {
  const temporary_folder folder;
  const std::string path = folder.write("keys.json", published({new_key("a")}));
  bench here;
  keys::key_watch watch(here.source({.location = path}), here.worker);
  REQUIRE(has_key(watch, "a"));
  const std::uint64_t first = watch.current()->epoch;
  folder.write("keys.json", published({new_key("b")}));
  REQUIRE(here.wait_until([&] { return here.pass(2s), has_key(watch, "b"); }));
  CHECK(!has_key(watch, "a"));
  CHECK(watch.current()->epoch > first);
}

TEST_CASE("the same content keeps its epoch") {
  const temporary_folder folder;
  const std::string text = published({new_key("a")});
  const std::string path = folder.write("keys.json", text);
  bench here;
  keys::key_watch watch(here.source({.location = path}), here.worker);
  const std::uint64_t first = watch.current()->epoch;
  folder.write("keys.json", text);
  REQUIRE(here.wait_until([&] {
    here.pass(2s);
    return here.metrics_text().find("result=\"unchanged\",source=\"" + path + "\"} 0") == std::string::npos;
  }));
  CHECK(watch.current()->epoch == first);
}

TEST_CASE("a broken new file keeps the last good keys, and is counted") {
  const temporary_folder folder;
  const std::string path = folder.write("keys.json", published({new_key("a")}));
  bench here;
  keys::key_watch watch(here.source({.location = path}), here.worker);
  folder.write("keys.json", "{\"keys\": [");
  REQUIRE(here.wait_until([&] {
    here.pass(2s);
    return here.metrics_text().find("result=\"failed\",source=\"" + path + "\"} 0") == std::string::npos;
  }));
  CHECK(has_key(watch, "a"));
  here.pass(100h);
  CHECK(has_key(watch, "a"));
}

TEST_CASE("a new file with keys for something else keeps the last good ones, and is counted") {
  const temporary_folder folder;
  const std::string path = folder.write("keys.json", published({new_key("a")}));
  bench here;
  keys::key_watch watch(here.source({.location = path, .verifies = {jose::signature_algorithm::es256}}), here.worker);
  folder.write("keys.json", published({jose::key::generate(jose::curve::ed25519, {.id = "b"}).value()}));
  REQUIRE(here.wait_until([&] {
    here.pass(2s);
    return here.metrics_text().find("result=\"failed\",source=\"" + path + "\"} 0") == std::string::npos;
  }));
  CHECK(has_key(watch, "a"));
  folder.write("keys.json", published({new_key("c")}));
  CHECK(here.wait_until([&] { return here.pass(2s), has_key(watch, "c"); }));
}

TEST_CASE("what a URL publishes counts, whatever its keys are for") {
  document_server server;
  server.serve(published({new_key("a")}));
  bench here;
  keys::key_watch watch(here.source({.location = server.url(), .verifies = {jose::signature_algorithm::es256}}),
                        here.worker);
  REQUIRE(here.wait_until([&] { return has_key(watch, "a"); }));
  server.serve(published({jose::key::generate(jose::curve::ed25519, {.id = "b"}).value()}));
  here.pass(11min);
  REQUIRE(here.wait_until([&] { return has_key(watch, "b"); }));
  CHECK(!has_key(watch, "a"));
}

TEST_CASE("PEM files give every key and certificate in them") {
  const temporary_folder folder;
  const jose::key one = new_key("");
  const jose::key two = new_key("");
  const std::string text = std::string(one.to_pem(jose::key_part::public_part)->text()) +
                           std::string(two.to_pem(jose::key_part::private_part)->text());
  bench here;
  const auto source = here.source({.location = folder.write("keys.pem", text)});
  const auto news = source->news();
  REQUIRE(news.snapshot != nullptr);
  CHECK(news.snapshot->keys.find(one.thumbprint()) != nullptr);
  CHECK(news.snapshot->keys.find(two.thumbprint()) != nullptr);
}

TEST_CASE("a file without a usable key stops the start, and the reason names it") {
  const temporary_folder folder;
  bench here;
  for (const char* text : {"", "{}", "{\"keys\":[]}", "nothing of the kind", "-----BEGIN PUBLIC KEY-----\nAAAA\n"}) {
    CAPTURE(text);
    const std::string path = folder.write("keys.json", text);
    CHECK_THROWS_WITH_AS(static_cast<void>(here.source({.location = path})), doctest::Contains(path.c_str()),
                         std::runtime_error);
  }
  CHECK_THROWS_AS(static_cast<void>(here.source({.location = "/nowhere/keys.json"})), std::runtime_error);
}

TEST_CASE("all workers share one look at a URL") {
  document_server server;
  server.serve(published({new_key("a")}));
  bench here;
  net::worker other(1, &here.time);
  keys::key_watch watch(here.source({.location = server.url()}), here.worker);
  keys::key_watch second(here.source({.location = server.url()}), other);
  REQUIRE(here.wait_until([&] { return other.loop().turn(), has_key(watch, "a") && has_key(second, "a"); }));
  CHECK(server.asked() == 1);
  CHECK(watch.current() == second.current());
}

TEST_CASE("keys of a URL are looked at again before they are old, as long as their sender allows") {
  document_server server;
  server.serve(published({new_key("a")}), "Cache-Control: max-age=120\r\n");
  bench here;
  keys::key_watch watch(here.source({.location = server.url()}), here.worker);
  REQUIRE(here.wait_until([&] { return has_key(watch, "a"); }));
  here.pass(119s);
  CHECK(server.asked() == 1);
  server.serve(published({new_key("b")}));
  here.pass(2s);
  REQUIRE(here.wait_until([&] { return has_key(watch, "b"); }));
  here.pass(9min);
  CHECK(server.asked() == 2);
  here.pass(2min);
  REQUIRE(here.wait_until([&] { return server.asked() == 3; }));
}

TEST_CASE("while a URL fails its last keys stay, though not for ever") {
  document_server server;
  server.serve(published({new_key("a")}));
  bench here;
  keys::key_watch watch(here.source({.location = server.url(), .stale_limit = 1h}), here.worker);
  REQUIRE(here.wait_until([&] { return has_key(watch, "a"); }));
  server.serve_bytes("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n");
  here.pass(11min);
  REQUIRE(here.wait_until([&] { return server.asked() == 2; }));
  here.pass(40min);
  CHECK(has_key(watch, "a"));
  here.pass(10min);
  CHECK(watch.current() == nullptr);
  server.serve(published({new_key("a")}));
  REQUIRE(here.wait_until([&] { return here.pass(1s), has_key(watch, "a"); }));
}

TEST_CASE("a URL that publishes a secret is not believed") {
  document_server server;
  const jose::key secret = jose::key::generate_secret(32, {.id = "s"}).value();
  server.serve(std::string(jose::key_set::of({secret}).value().to_json(jose::key_part::private_part)->text()));
  bench here;
  keys::key_watch watch(here.source({.location = server.url()}), here.worker);
  REQUIRE(here.wait_until([&] {
    return here.metrics_text().find("result=\"failed\",source=\"" + server.url() + "\"} 1") != std::string::npos;
  }));
  here.worker.loop().turn();
  CHECK(watch.current() == nullptr);
}

TEST_CASE("keys come over https or from this machine") {
  bench here;
  CHECK_THROWS_AS(static_cast<void>(here.source({.location = "http://id.example.org/jwks"})), std::runtime_error);
  CHECK_NOTHROW(static_cast<void>(here.source({.location = "http://id.example.org/jwks", .plain_http = true})));
}

TEST_CASE("many unknown ids cause one look in a cooldown, and whoever finds it under way waits for it") {
  document_server server;
  const std::string document = published({new_key("a")});
  server.serve(document);
  bench here;
  keys::key_watch watch(here.source({.location = server.url()}), here.worker);
  REQUIRE(here.wait_until([&] { return has_key(watch, "a"); }));
  server.hold();
  std::size_t told = 0;
  std::size_t crowded = 0;
  const auto want = [&]() -> task<void> {
    const cancel_token never;
    const keys::newer_keys newer = co_await watch.newer(never);
    (newer == keys::newer_keys::crowded ? crowded : told) += 1;
  };
  std::vector<task<void>> waiting;
  for (int i = 0; i != 10'000; ++i) {
    waiting.push_back(want());
    static_cast<void>(waiting.back().start([](void*) noexcept {}, nullptr));
  }
  CHECK(told == 0);
  CHECK(crowded == 10'000 - keys::key_watch::max_waiting);
  server.serve(document);
  REQUIRE(here.wait_until([&] { return told == keys::key_watch::max_waiting; }));
  CHECK(server.asked() <= 2);
  CHECK(!watch.look_for_more());
  here.pass(29s);
  CHECK(!watch.look_for_more());
  here.pass(2s);
  CHECK(watch.look_for_more());
}

TEST_CASE("a look that brought a new key does not delay the next one") {
  document_server server;
  server.serve(published({new_key("0")}));
  bench here;
  keys::key_watch watch(here.source({.location = server.url()}), here.worker);
  REQUIRE(here.wait_until([&] { return has_key(watch, "0"); }));
  for (int i = 1; i != 20; ++i) {
    const std::string id = std::to_string(i);
    server.serve(published({new_key(id)}));
    REQUIRE(watch.look_for_more());
    REQUIRE(here.wait_until([&] { return has_key(watch, id); }));
  }
}

TEST_CASE("who waits for keys can be called off, and a watch may end before its source") {
  document_server server;
  server.serve(published({new_key("a")}));
  bench here;
  auto watch = std::make_unique<keys::key_watch>(here.source({.location = server.url()}), here.worker);
  REQUIRE(here.wait_until([&] { return has_key(*watch, "a"); }));
  server.hold();
  cancel_source off;
  auto outcome = keys::newer_keys::told;
  const auto want = [&]() -> task<void> { outcome = co_await watch->newer(off.token()); };
  task<void> waiting = want();
  CHECK(!waiting.start([](void*) noexcept {}, nullptr));
  off.cancel();
  CHECK(outcome == keys::newer_keys::cancelled);
  watch.reset();
  server.serve("{}");
  here.lanes.shut_down();
  here.worker.loop().turn();
}

namespace {

// A source at a URL with the key "a", a watch, and who waits there.
struct waiting_room : bench {
  waiting_room() {
    server.serve(published({new_key("a")}));
    from = source({.location = server.url()});
    watch = std::make_unique<keys::key_watch>(from, worker);
    REQUIRE(wait_until([&] { return has_key(*watch, "a"); }));
  }
  // Somebody who does `then` when told.
  void enter(std::function<void()> then) {
    const auto wait = [](keys::key_watch& at, std::function<void()> then) -> task<void> {
      const cancel_token never;
      const keys::newer_keys newer = co_await at.newer(never);
      CHECK(newer == keys::newer_keys::told);
      then();
    };
    all.push_back(wait(*watch, std::move(then)));
    static_cast<void>(all.back().start([](void*) noexcept {}, nullptr));
  }
  // Waits for the end of a look, of which the worker is not told before its loop turns.
  [[nodiscard]] bool wait_for_look_after(std::uint64_t change) const {
    const auto until = std::chrono::steady_clock::now() + 10s;
    // It confirms first, and ends then.
    while (from->news().change < change + 2 && std::chrono::steady_clock::now() < until) std::this_thread::yield();
    return from->news().change >= change + 2;
  }

  document_server server;
  std::shared_ptr<keys::key_source> from;
  std::unique_ptr<keys::key_watch> watch;
  std::vector<task<void>> all;
};

}  // namespace

TEST_CASE("who finds out by itself that there are newer keys wakes nobody in the middle of its own work") {
  waiting_room room;
  const std::uint64_t change = room.from->news().change;
  bool first_told = false;
  bool second_told = false;
  room.server.hold();
  room.enter([&] { first_told = true; });
  room.server.serve(published({new_key("b")}));
  REQUIRE(room.wait_for_look_after(change));
  room.enter([&] { second_told = true; });
  CHECK(second_told);
  CHECK(has_key(*room.watch, "b"));
  CHECK_FALSE(first_told);
  CHECK(room.wait_until([&] { return first_told; }));
}

TEST_CASE("a look that had ended before tells nobody who waits for the next one") {
  waiting_room room;
  const std::uint64_t change = room.from->news().change;
  REQUIRE(room.watch->look_for_more());
  REQUIRE(room.wait_for_look_after(change));
  room.server.hold();
  room.time.advance(31s);
  bool told = false;
  room.enter([&] { told = true; });
  for (int i = 0; i != 3; ++i) room.worker.loop().turn();
  CHECK_FALSE(told);
  room.server.serve(published({new_key("b")}));
  CHECK(room.wait_until([&] { return told; }));
  CHECK(has_key(*room.watch, "b"));
}

TEST_CASE("the first who goes on may take the watch and all others who wait along") {
  waiting_room room;
  room.server.hold();
  bool told = false;
  room.all.reserve(3);
  room.enter([&] {
    told = true;
    room.all.pop_back();
    room.all.pop_back();
    room.watch.reset();
  });
  for (int i = 0; i != 2; ++i) room.enter([] { FAIL("nobody waits any more"); });
  room.server.serve(published({new_key("b")}));
  CHECK(room.wait_until([&] { return told; }));
}
