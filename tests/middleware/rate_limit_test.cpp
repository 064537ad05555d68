#include <candela/middleware/rate_limit.hpp>

#include <doctest/doctest.h>

#include <candela/server/principal.hpp>

#include "tests/middleware/log_file.hpp"
#include "tests/middleware/slow_store.hpp"
#include "tests/middleware/stage_fixture.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;
using middleware::rate_limit;

namespace {

constexpr std::string_view three_a_minute = "key: address\nuses: 3\nwindow: 60s\n";

void prepare(stage_fixture& server, const std::string& options) {
  server.stage<rate_limit>(options);
  server.get("/", hello);
  server.get("/other", hello);
  server.get("/boom", [](exchange&) { throw problem::conflict(); });
  server.serve();
}

std::string get(stage_fixture& server, std::string_view fields = "", std::string_view path = "/") {
  return server.ask(request_with("GET " + std::string(path), fields));
}

std::string get_from(stage_fixture& server, std::string_view host, std::string_view fields = "") {
  net::memory_peer peer(net::address::parse(host, 4711).value());
  server.connect(peer);
  peer.send(request_with("GET /", fields));
  server.turns(4);
  return peer.take();
}

// How many of the next requests in a row pass.
int passing(stage_fixture& server, std::string_view host, std::string_view fields = "") {
  int count = 0;
  while (count != 100 && status_of(get_from(server, host, fields)) == "HTTP/1.1 200 OK") ++count;
  return count;
}

/// Says who asks, as a stage that verifies does.
struct naming_stage {
  step on_request(exchange& x) {
    const std::string_view name = x.header("x-name");
    if (!name.empty()) x.put<principal>(principal{.issuer = "i", .subject = name, .client_id = x.header("x-client")});
    return step::next;
  }
};

}  // namespace

TEST_CASE("whoever asks too often is told when to come again") {
  stage_fixture server;
  prepare(server, std::string(three_a_minute));
  for (const std::string_view left : {"\"default\";r=2;t=20", "\"default\";r=1;t=40", "\"default\";r=0;t=60"}) {
    const std::string answer = get(server);
    CHECK(body_of(answer) == "hello");
    CHECK(field_of(answer, "RateLimit") == left);
    CHECK(field_of(answer, "RateLimit-Policy") == "\"default\";q=3;w=60");
    CHECK(field_of(answer, "Retry-After") == "none");
  }
  const std::string refused = get(server);
  CHECK(status_of(refused) == "HTTP/1.1 429 Too Many Requests");
  CHECK(field_of(refused, "Retry-After") == "20");
  CHECK(field_of(refused, "RateLimit") == "\"default\";r=0;t=60");
  CHECK(body_of(refused).find("\"code\":\"rate_limited\"") != std::string::npos);
  server.pass(20s);
  CHECK(status_of(get(server)) == "HTTP/1.1 200 OK");
  CHECK(status_of(get(server)) == "HTTP/1.1 429 Too Many Requests");
  CHECK(server.metrics_text().find("candela_rate_limit_refused_total{chain=\"default\",limit=\"default\"} 2") !=
        std::string::npos);
}

TEST_CASE("pipelined requests count one by one, and problems tell what is left, too") {
  stage_fixture server;
  prepare(server, std::string(three_a_minute));
  net::memory_peer peer;
  server.connect(peer);
  peer.send(get_request("/") + get_request("/boom") + get_request("/nowhere") + get_request("/"));
  server.turns(4);
  const std::string all = peer.take();
  CHECK(all.find("r=2;t=20") < all.find("409 Conflict"));
  CHECK(all.find("409 Conflict") < all.find("r=1;t=40"));
  CHECK(all.find("r=1;t=40") < all.find("404 Not Found"));
  CHECK(all.find("404 Not Found") < all.find("r=0;t=60"));
  CHECK(all.find("429 Too Many Requests") != std::string::npos);
}

TEST_CASE("addresses are callers of their own, whatever their port; an IPv6 one with its network") {
  stage_fixture server;
  prepare(server, std::string(three_a_minute));
  CHECK(passing(server, "192.0.2.1") == 3);
  CHECK(passing(server, "192.0.2.2") == 3);
  CHECK(passing(server, "2001:db8:1:2::1") == 3);
  CHECK(passing(server, "2001:db8:1:2:ffff::9") == 0);
  CHECK(passing(server, "2001:db8:1:3::1") == 3);
  CHECK(passing(server, "::ffff:192.0.2.2") == 0);
  CHECK(passing(server, "192.0.2.1") == 0);
}

TEST_CASE("many addresses in turn are never taken for each other") {
  stage_fixture server;
  prepare(server, "key: address\nuses: 1\nwindow: 1h");
  for (int round = 0; round != 2; ++round) {
    for (int i = 0; i != 300; ++i) {
      const std::string host = "10.1." + std::to_string(i / 250) + "." + std::to_string(i % 250);
      REQUIRE(passing(server, host) == (round == 0 ? 1 : 0));
    }
  }
}

TEST_CASE("a sliding window holds no more than it may wherever it begins") {
  stage_fixture server;
  prepare(server, std::string(three_a_minute) + "kind: sliding_window");
  CHECK(status_of(get(server)) == "HTTP/1.1 200 OK");
  server.pass(50s);
  CHECK(status_of(get(server)) == "HTTP/1.1 200 OK");
  CHECK(status_of(get(server)) == "HTTP/1.1 200 OK");
  CHECK(field_of(get(server), "Retry-After") == "10");
  server.pass(10s);
  CHECK(status_of(get(server)) == "HTTP/1.1 200 OK");
  CHECK(field_of(get(server), "Retry-After") == "50");
}

TEST_CASE("several limits hold together, and a refused request takes from none") {
  stage_fixture server;
  prepare(server,
          "limits:\n"
          "  - {name: burst, key: address, uses: 2, window: 1s}\n"
          "  - {name: total, key: address, uses: 3, window: 1h, kind: sliding_window}\n");
  const std::string first = get(server);
  CHECK(field_of(first, "RateLimit") == "\"burst\";r=1;t=1, \"total\";r=2;t=3600");
  CHECK(field_of(first, "RateLimit-Policy") == "\"burst\";q=2;w=1, \"total\";q=3;w=3600");
  CHECK(status_of(get(server)) == "HTTP/1.1 200 OK");
  for (int i = 0; i != 5; ++i) CHECK(field_of(get(server), "Retry-After") == "1");
  server.pass(300s);
  CHECK(status_of(get(server)) == "HTTP/1.1 200 OK");
  const std::string refused = get(server);
  CHECK(field_of(refused, "Retry-After") == "3300");
  CHECK(field_of(refused, "RateLimit") == "\"burst\";r=1;t=1, \"total\";r=0;t=3600");
}

TEST_CASE("only what trusted proxies say about a client is believed") {
  stage_fixture server;
  prepare(server, std::string(three_a_minute) + "trusted_proxies: [10.0.0.0/8, 2001:db8:f::/48]");
  SUBCASE("a stranger cannot choose an address") {
    CHECK(passing(server, "192.0.2.9", "X-Forwarded-For: 203.0.113.1\r\n") == 3);
    CHECK(passing(server, "192.0.2.9", "X-Forwarded-For: 203.0.113.2\r\n") == 0);
  }
  SUBCASE("a proxy's client counts, not what the client wrote itself") {
    CHECK(passing(server, "10.0.0.1", "X-Forwarded-For: 203.0.113.1, 203.0.113.7\r\n") == 3);
    CHECK(passing(server, "10.0.0.2", "X-Forwarded-For: 203.0.113.2, 203.0.113.7\r\n") == 0);
    CHECK(passing(server, "10.0.0.2", "X-Forwarded-For: 203.0.113.7, 203.0.113.8\r\n") == 3);
  }
  SUBCASE("a chain of proxies is followed to its first stranger, over several lines") {
    CHECK(passing(server, "10.0.0.1", "X-Forwarded-For: 1.1.1.1, 203.0.113.7\r\nX-Forwarded-For: 10.9.9.9\r\n") == 3);
    CHECK(passing(server, "203.0.113.7") == 0);
  }
  SUBCASE("what is no address ends the search") {
    CHECK(passing(server, "10.0.0.1", "X-Forwarded-For: 203.0.113.7, nonsense\r\n") == 3);
    CHECK(passing(server, "10.0.0.1", "X-Forwarded-For: 203.0.113.8, nonsense\r\n") == 0);
    CHECK(passing(server, "10.0.0.1") == 0);
  }
  SUBCASE("ports and brackets are left out") {
    CHECK(passing(server, "10.0.0.1", "X-Forwarded-For: 203.0.113.7:4711\r\n") == 3);
    CHECK(passing(server, "203.0.113.7") == 0);
    CHECK(passing(server, "10.0.0.1", "X-Forwarded-For: [2001:db8::1]:80\r\n") == 3);
    CHECK(passing(server, "2001:db8::2") == 0);
  }
}

TEST_CASE("proxies may write the Forwarded field instead") {
  stage_fixture server;
  prepare(server, std::string(three_a_minute) + "trusted_proxies: 10.0.0.0/8\nforwarded_by: Forwarded");
  CHECK(passing(server, "10.0.0.1", "Forwarded: for=1.1.1.1, by=10.0.0.1;For=203.0.113.7;proto=https\r\n") == 3);
  CHECK(passing(server, "203.0.113.7", "X-Forwarded-For: 1.1.1.1\r\n") == 0);
  CHECK(passing(server, "10.0.0.1", "Forwarded: for=\"[2001:db8::1]:47011\"\r\n") == 3);
  CHECK(passing(server, "2001:db8::1") == 0);
  CHECK(passing(server, "10.0.0.1", "Forwarded: for=_hidden\r\n") == 3);
  CHECK(passing(server, "10.0.0.1", "Forwarded: for=unknown\r\n") == 0);
}

TEST_CASE("principals, clients and headers are callers; whoever has none counts by address") {
  stage_fixture server;
  server.entry(naming_stage{});
  SUBCASE("principal") {
    prepare(server, "key: principal\nuses: 3\nwindow: 60s");
    CHECK(passing(server, "192.0.2.1", "X-Name: ada\r\n") == 3);
    CHECK(passing(server, "192.0.2.2", "X-Name: ada\r\n") == 0);
    CHECK(passing(server, "192.0.2.1", "X-Name: bob\r\n") == 3);
    CHECK(passing(server, "192.0.2.1") == 3);
    CHECK(passing(server, "192.0.2.2") == 3);
  }
  SUBCASE("client") {
    prepare(server, "key: client\nuses: 3\nwindow: 60s");
    CHECK(passing(server, "192.0.2.1", "X-Name: ada\r\nX-Client: app\r\n") == 3);
    CHECK(passing(server, "192.0.2.1", "X-Name: bob\r\nX-Client: app\r\n") == 0);
  }
  SUBCASE("header, of any length") {
    prepare(server, "key: header:X-Tenant\nuses: 3\nwindow: 60s");
    const std::string wide(500, 't');
    CHECK(passing(server, "192.0.2.1", "X-Tenant: " + wide + "1\r\n") == 3);
    CHECK(passing(server, "192.0.2.1", "X-Tenant: " + wide + "1\r\n") == 0);
    CHECK(passing(server, "192.0.2.1", "X-Tenant: " + wide + "2\r\n") == 3);
    CHECK(passing(server, "192.0.2.1", "X-Tenant: a\r\n") == 3);
    // Nobody can use up what is another one's by writing it in a header.
    CHECK(passing(server, "192.0.2.1", "X-Tenant: 192.0.2.7\r\n") == 3);
    CHECK(passing(server, "192.0.2.7") == 3);
  }
  SUBCASE("route, of all callers, and together with an address") {
    prepare(server,
            "limits: [{name: all, key: route, uses: 4, window: 60s}, "
            "{name: each, key: [address, route], uses: 3, window: 60s}]");
    CHECK(passing(server, "192.0.2.1") == 3);
    CHECK(passing(server, "192.0.2.2") == 1);
    CHECK(status_of(get(server, "", "/other")) == "HTTP/1.1 200 OK");
  }
}

TEST_CASE("the fields can be left to refusals, or out") {
  stage_fixture server;
  prepare(server, "key: address\nuses: 1\nwindow: 60s\nfields: refused");
  CHECK(field_of(get(server), "RateLimit") == "none");
  const std::string refused = get(server);
  CHECK(field_of(refused, "RateLimit") == "\"default\";r=0;t=60");
  CHECK(field_of(refused, "RateLimit-Policy") == "\"default\";q=1;w=60");
  stage_fixture silent;
  prepare(silent, "key: address\nuses: 1\nwindow: 60s\nfields: never");
  static_cast<void>(get(silent));
  const std::string told = get(silent);
  CHECK(field_of(told, "RateLimit") == "none");
  CHECK(field_of(told, "Retry-After") == "60");
}

TEST_CASE("two stages on one way keep their counts and both tell") {
  stage_fixture server;
  server.stage<rate_limit>("name: outer\nkey: address\nuses: 5\nwindow: 60s");
  prepare(server, "name: inner\nkey: address\nuses: 3\nwindow: 60s");
  const std::string answer = get(server);
  CHECK(answer.find("RateLimit: \"outer\";r=4;t=12\r\n") != std::string::npos);
  CHECK(answer.find("RateLimit: \"inner\";r=2;t=20\r\n") != std::string::npos);
}

TEST_CASE("a reload goes on counting") {
  stage_fixture server;
  prepare(server, std::string(three_a_minute));
  CHECK(passing(server, "192.0.2.1") == 3);
  prepare(server, std::string(three_a_minute));
  CHECK(passing(server, "192.0.2.1") == 0);
  prepare(server, "key: address\nuses: 4\nwindow: 60s");
  CHECK(passing(server, "192.0.2.1") == 4);
}

TEST_CASE("a store that takes its time holds up nobody else") {
  stage_fixture server;
  auto made = std::make_unique<slow_store>();
  slow_store& store = *made;
  server.use(std::move(made));
  prepare(server, std::string(three_a_minute));
  net::memory_peer first;
  net::memory_peer second;
  server.connect(first);
  server.connect(second);
  first.send(get_request("/"));
  second.send(get_request("/boom"));
  server.turns(2);
  REQUIRE(store.waiting() == 2);
  CHECK(first.take().empty());
  store.answer(true, {7, 30s, 0s});
  store.answer(false, {0, 30s, 5s});
  server.turns(2);
  const std::string passed = first.take();
  CHECK(body_of(passed) == "hello");
  CHECK(field_of(passed, "RateLimit") == "\"default\";r=7;t=30");
  const std::string refused = second.take();
  CHECK(status_of(refused) == "HTTP/1.1 429 Too Many Requests");
  CHECK(field_of(refused, "Retry-After") == "5");
}

TEST_CASE("without a store requests are refused, or pass when that is chosen") {
  const auto status_without_store = [](const std::string& choice) {
    stage_fixture server;
    auto made = std::make_unique<slow_store>();
    slow_store& store = *made;
    server.use(std::move(made));
    prepare(server, std::string(three_a_minute) + choice);
    net::memory_peer peer;
    server.connect(peer);
    peer.send(get_request("/"));
    server.turns(2);
    store.answer(std::unexpected(store::errc::timed_out));
    server.turns(2);
    CHECK(server.metrics_text().find("candela_rate_limit_unavailable_total{chain=\"default\"} 1") != std::string::npos);
    return status_of(peer.take());
  };
  CHECK(status_without_store("") == "HTTP/1.1 503 Service Unavailable");
  CHECK(status_without_store("when_unavailable: pass") == "HTTP/1.1 200 OK");
}

TEST_CASE("that requests cannot be counted is logged once, until they could be again") {
  const log_file log;
  stage_fixture server;
  auto made = std::make_unique<slow_store>();
  slow_store& store = *made;
  server.use(std::move(made));
  prepare(server, std::string(three_a_minute));
  const auto ask = [&](store::answer given) {
    net::memory_peer peer;
    server.connect(peer);
    peer.send(get_request("/"));
    server.turns(2);
    store.answer(given, {7, 30s, 0s});
    server.turns(2);
    server.pass(2s);
    return status_of(peer.take());
  };
  for (long times = 1; times != 3; ++times) {
    for (int i = 0; i != 5; ++i) CHECK(ask(std::unexpected(store::errc::timed_out)).find(" 503 ") != std::string::npos);
    CHECK(log.lines() == times);
    CHECK(ask(true) == "HTTP/1.1 200 OK");
  }
}

TEST_CASE("excluded routes are neither counted nor refused, whatever became of the store") {
  stage_fixture server;
  auto made = std::make_unique<slow_store>();
  slow_store& store = *made;
  server.use(std::move(made));
  server.get("/health", hello);
  server.get("/health/{part}", hello);
  prepare(server, std::string(three_a_minute) + "exclude: [/other, /health*]");
  for (const char* const probe : {"/other", "/health", "/health/live"}) {
    CAPTURE(probe);
    const std::string answer = get(server, "", probe);
    CHECK(status_of(answer) == "HTTP/1.1 200 OK");
    CHECK(field_of(answer, "RateLimit") == "none");
  }
  CHECK(store.waiting() == 0);
  net::memory_peer stranger;
  server.connect(stranger);
  stranger.send(get_request("/nowhere"));
  server.turns(2);
  CHECK(store.waiting() == 1);
}

TEST_CASE("a client that goes while it is counted leaves nothing behind") {
  stage_fixture server;
  auto made = std::make_unique<slow_store>();
  slow_store& store = *made;
  server.use(std::move(made));
  prepare(server, std::string(three_a_minute));
  {
    net::memory_peer peer;
    server.connect(peer);
    peer.send(get_request("/"));
    server.turns(2);
    REQUIRE(store.waiting() == 1);
  }
  server.turns(4);
  CHECK(store.waiting() == 0);
}

TEST_CASE("a wrong rate limit is refused at its place") {
  const auto refused = [](const std::string& options, std::string_view why) {
    CAPTURE(options);
    const std::string said = refusal_of<rate_limit>(options);
    CAPTURE(said);
    return said.find("service.yml:") == 0 && said.find(why) != std::string::npos;
  };
  CHECK(refused("uses: 3\nwindow: 1s", "whose uses are counted"));
  CHECK(refused("key: ip\nuses: 3\nwindow: 1s", "a caller is known by"));
  CHECK(refused("key: 'header:a b'\nuses: 3\nwindow: 1s", "a caller is known by"));
  CHECK(refused("key: address\nwindow: 1s", "uses"));
  CHECK(refused("key: address\nuses: 0\nwindow: 1s", "expected an integer from 1 to 1000000000, found \"0\""));
  CHECK(refused("key: address\nuses: 3\nwindow: 1us", "expected a duration from 1ms to 31d, found \"1us\""));
  CHECK(refused("key: address\nuses: 3\nwindow: 1s\nburst: 0", "burst: expected an integer from 1 to 1000000000"));
  CHECK(refused("key: address\nuses: 3", "window"));
  CHECK(refused("key: address\nuses: 3\nwindow: 3", "window"));
  CHECK(refused("key: address\nuses: 3\nwindow: 90d", "from 1ms to 31d, found \"90d\""));
  CHECK(refused("key: address\nuses: 3\nwindow: 1s\nkind: leaky", "token_bucket"));
  CHECK(refused("key: address\nuses: 3\nwindow: 1s\nkind: sliding_window\nburst: 3", "no burst"));
  CHECK(refused("key: address\nuses: 3\nwindow: 1s\nburst: 10000", "burst: a burst holds at most a thousand"));
  CHECK(refused("key: address\nuses: 3\nwindow: 1s\nname: 'a b'", "letters, digits"));
  CHECK(refused("key: address\nuses: 3\nwindow: 1s\nbrust: 3", "burst"));
  CHECK(refused("key: address\nuses: 3\nwindow: 1s\ntrusted_proxies: 10.0.0.1/8", "bits behind"));
  CHECK(refused("limits: [{key: address, uses: 3, window: 1s}, {key: route, uses: 3, window: 1s}]", "already"));
  CHECK(refused("limits: [{key: address, uses: 3, window: 1s, fields: never}]", "fields"));
  CHECK(refused("limits: []", "at least one"));
  CHECK(refused("limits: 3", "list"));
}
