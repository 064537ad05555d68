#include <candela/middleware/audit.hpp>

#include <doctest/doctest.h>

#include <candela/audit/trails.hpp>
#include <candela/audit/verifier.hpp>
#include <candela/custody/call_stack.hpp>
#include <candela/middleware/correlation_id.hpp>
#include <candela/net/sleep.hpp>
#include <candela/server/principal.hpp>
#include <fstream>
#include <optional>

#include "tests/core/detail/scratch_folder.hpp"
#include "tests/middleware/stage_fixture.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;

namespace {

const std::string file_of_trail = "shop.000000000001.jsonl";

// A folder with a key, and what is written there.
class audited {
 public:
  audited() {
    const auto key = jose::key::generate(jose::curve::p256).value();
    std::ofstream(folder.file("audit.jwk")) << key.to_jwk(jose::key_part::private_part)->text();
    std::ofstream(folder.file("audit.pub")) << key.to_pem(jose::key_part::public_part)->text();
  }

  [[nodiscard]] std::string options(const std::string& more = "") const {
    return "folder: " + folder.file("") + "\nkey: " + folder.file("audit.jwk") + "\nstream: shop\n" + more;
  }

  /// Behind the server's end: the trail, which holds.
  [[nodiscard]] std::string written() const {
    const auto keys = audit::load_verifying_keys(folder.file("audit.pub"));
    const std::vector<std::filesystem::path> places{folder.file("")};
    for (const auto& each : audit::find_streams(places)) {
      const auto verified = audit::verify_files(each, &keys);
      INFO((verified ? std::string() : verified.error().text()));
      REQUIRE(verified);
      CHECK(verified->at.ended);
    }
    return folder.content(file_of_trail);
  }

  scratch_folder folder;
};

// The records of the requests that were sent to a server with these options.
template <class Prepare>
std::string records_of(const audited& into, const std::string& options, const std::vector<std::string>& requests,
                       Prepare prepare) {
  {
    stage_fixture server;
    server.stage<middleware::correlation_id>();
    server.stage<middleware::audit>(into.options(options));
    prepare(server);
    server.serve();
    for (const std::string& each : requests) static_cast<void>(server.ask(each));
  }
  return into.written();
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos; ++at) ++found;
  return found;
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

constexpr std::string_view a_record = R"("type":"request")";

struct who_asks {
  step on_request(exchange& x) {
    // As an authenticator does that trusts the field: a view into the request.
    if (x.header("x-user").empty()) {
      x.fail(problem::unauthorized());
      return step::done;
    }
    x.put<principal>(principal{.issuer = "https://id.example", .subject = x.header("x-user"), .client_id = "web"});
    return step::next;
  }
};

struct through_whom {
  custody::chain_link links[2];
  step on_request(exchange& x) {
    links[0].said.iss = "urn:shop";
    links[0].said.aud = "urn:cart";
    links[0].said.op = "POST /orders";
    links[0].said.txn = "t-1";
    links[0].said.sub = "alice";
    links[1].said.iss = "urn:cart";
    links[1].said.aud = "urn:payment";
    links[1].said.op = "POST /payments";
    x.put<custody::call_stack>().links = links;
    return step::next;
  }
};

}  // namespace

TEST_CASE("an exchange is one record of who, what and what became of it") {
  const audited into;
  const std::string text =
      records_of(into, "service: urn:shop\nheaders: [User-Agent, X-None]",
                 {request_with("GET /orders/7?token=hush-hush-hush",
                               "X-Correlation-Id: c-1\r\nX-User: alice\r\nUser-Agent: probe\r\nAuthorization: "
                               "Bearer hush-hush-hush\r\nCookie: hush-hush-hush\r\n")},
                 [](stage_fixture& server) {
                   server.entry(who_asks());
                   server.get("/orders/{id}", hello);
                 });
  CHECK(count(text, a_record) == 1);
  for (const std::string_view part :
       {R"("outcome":"allowed","service":"urn:shop","id":"c-1","user":"alice","issuer":"https://id.example")",
        R"("client":"web","by":"bearer_token")", R"("method":"GET","target":"/orders/7","route":"/orders/{id}")",
        R"("status":200)", R"("headers":{"user-agent":"probe"})"}) {
    CAPTURE(part);
    CHECK(has(text, part));
  }
  CHECK_FALSE(has(text, "hush-hush-hush"));
}

TEST_CASE("whoever went through other services is written with all of them") {
  const audited into;
  const std::string text = records_of(into, "service: urn:payment", {get_request("/")}, [](stage_fixture& server) {
    server.entry(through_whom());
    server.get("/", hello);
  });
  CHECK(has(text, R"("txn":"t-1","user":"alice","via":[{"from":"urn:shop","to":"urn:cart","op":"POST /orders"},)"
                  R"({"from":"urn:cart","to":"urn:payment","op":"POST /payments"}])"));
}

TEST_CASE("refusals by stages behind, unknown paths, failures and malformed requests are written down") {
  const audited into;
  const std::string text =
      records_of(into, "",
                 {get_request("/"), request_with("GET /nowhere", "X-User: a\r\n"),
                  request_with("GET /broken", "X-User: a\r\n"), "GET / HTTP/1.1\r\nHost : a\r\n\r\n"},
                 [](stage_fixture& server) {
                   server.entry(who_asks());
                   server.get("/", hello);
                   server.get("/broken", [](exchange&) { throw std::runtime_error("broken"); });
                 });
  CHECK(count(text, a_record) == 4);
  CHECK(has(text, R"("outcome":"denied")"));
  CHECK(has(text, R"("outcome":"refused")"));
  CHECK(has(text, R"("route":"not found","status":404,"code":"not_found")"));
  CHECK(has(text, R"("outcome":"failed")"));
  CHECK(has(text, R"("outcome":"malformed")"));
}

TEST_CASE("routes are chosen by pattern, and outcomes by name") {
  const audited into;
  const std::string text = records_of(into, "include: [/v1/*]\nexclude: [/v1/health]\noutcomes: [denied, failed]",
                                      {get_request("/v1/orders"), get_request("/v1/closed"), get_request("/v1/health"),
                                       get_request("/v2/closed"), get_request("/nowhere")},
                                      [](stage_fixture& server) {
                                        const auto closed = [](exchange& x) { x.fail(problem::forbidden()); };
                                        server.get("/v1/orders", hello);
                                        server.get("/v1/closed", closed);
                                        server.get("/v1/health", closed);
                                        server.get("/v2/closed", closed);
                                      });
  CHECK(count(text, a_record) == 1);
  CHECK(has(text, R"("route":"/v1/closed")"));
}

TEST_CASE("evidence is kept when it is wanted") {
  for (const bool wanted : {false, true}) {
    const audited into;
    const std::string text = records_of(into, wanted ? "evidence: true" : "",
                                        {request_with("GET /", "Call-Chain: a.b.c~d.e.f\r\nCall-Proof: g.h.i\r\n")},
                                        [](stage_fixture& server) { server.get("/", hello); });
    CHECK(has(text, R"("chain":"a.b.c~d.e.f","proof":"g.h.i")") == wanted);
  }
}

TEST_CASE("a request is written once, however many stages of that kind it passes") {
  const audited into;
  const std::string text = records_of(into, "", {get_request("/")}, [&](stage_fixture& server) {
    server.stage<middleware::audit>(into.options());
    server.get("/", hello);
  });
  CHECK(count(text, a_record) == 1);
}

TEST_CASE("a request that waits and is cut short is written with who asked") {
  const audited into;
  {
    stage_fixture server;
    server.stage<middleware::audit>(into.options());
    server.entry(who_asks());
    server.get("/", [](exchange& x) -> task<void> {
      const auto slept = co_await net::sleep_for(x.loop(), 10s, x.cancellation());
      static_cast<void>(slept);
    });
    server.serve();
    {
      net::memory_peer peer;
      server.connect(peer);
      peer.send(request_with("GET /", "X-User: alice\r\n"));
      server.turns(2);
      peer.reset();
      server.turns(4);
    }
  }
  const std::string text = into.written();
  CHECK(has(text, R"("outcome":"cut","service":"shop","user":"alice")"));
}

TEST_CASE("when there is no room for its record a request is refused before anything else") {
  const audited into;
  std::optional<stage_fixture> server;
  server.emplace();
  server->stage<middleware::audit>(into.options("queue: 16KiB"));
  int handled = 0;
  std::vector<resume_token> waiting;
  route_options slow;
  slow.may_suspend = true;
  server->add(
      http::method::get, "/",
      [&](exchange& x) {
        ++handled;
        waiting.push_back(x.suspend());
      },
      {}, slow);
  server->serve();
  std::vector<std::unique_ptr<net::memory_peer>> peers;
  std::string refused;
  while (refused.empty() && peers.size() != 100) {
    peers.push_back(std::make_unique<net::memory_peer>());
    server->connect(*peers.back());
    peers.back()->send(get_request("/"));
    server->turns(2);
    refused = peers.back()->take();
  }
  CHECK(status_of(refused) == "HTTP/1.1 503 Service Unavailable");
  CHECK(has(refused, "audit_unavailable"));
  CHECK(field_of(refused, "Retry-After") == "1");
  CHECK(handled == static_cast<int>(peers.size()) - 1);
  CHECK(has(server->metrics_text(), "audit_refused_total{stream=\"shop\"} 1\n"));
  for (resume_token& each : waiting) each.resume();
  server->turns(4);
  CHECK(status_of(server->ask(get_request("/nowhere"))) == "HTTP/1.1 404 Not Found");
  server.reset();
  const std::string text = into.written();
  CHECK(count(text, a_record) == peers.size());
  CHECK(has(text, R"("what":"gap","refused":1,"unrecorded":0)"));
}

TEST_CASE("a request that may wait for room gets it when another one has ended, or is refused in the end") {
  const audited into;
  std::optional<stage_fixture> server;
  server.emplace();
  server->stage<middleware::waiting_audit>(into.options("queue: 16KiB\nmax_wait: 100ms"));
  std::vector<resume_token> running;
  route_options slow;
  slow.may_suspend = true;
  server->add(http::method::get, "/", [&](exchange& x) { running.push_back(x.suspend()); }, {}, slow);
  server->serve();
  std::vector<std::unique_ptr<net::memory_peer>> peers;
  const auto send = [&] {
    peers.push_back(std::make_unique<net::memory_peer>());
    server->connect(*peers.back());
    peers.back()->send(get_request("/"));
    server->turns(2);
  };
  for (std::size_t before = 1; before != running.size(); send()) before = running.size() + (running.empty() ? 2 : 0);
  // The last one waits. One ends, and it is let in.
  const std::size_t full = running.size();
  CHECK(peers.back()->take().empty());
  running.front().resume();
  server->turns(4);
  for (int i = 0; i != 5 && running.size() == full; ++i) server->pass(10ms);
  CHECK(running.size() == full + 1);
  send();
  CHECK(running.size() == full + 1);
  for (int i = 0; i != 12; ++i) server->pass(10ms);
  CHECK(status_of(peers.back()->take()) == "HTTP/1.1 503 Service Unavailable");
  for (resume_token& each : running) each.resume();
  server->turns(4);
  server.reset();
  CHECK(count(into.written(), a_record) == full + 1);
}

TEST_CASE("a configuration that was read anew goes on with the same trail") {
  const audited into;
  {
    stage_fixture server;
    for (int i = 0; i != 2; ++i) {
      server.stage<middleware::audit>(into.options());
      server.get("/", hello);
      server.serve();
      static_cast<void>(server.ask(get_request("/")));
    }
    CHECK_THROWS_WITH(server.stage<middleware::audit>(into.options("queue: 1MiB")),
                      doctest::Contains("a restart changes them"));
  }
  CHECK(count(into.written(), a_record) == 2);
}

TEST_CASE("what is wrong with the options is told at its place") {
  const audited into;
  const auto refused = [&](const std::string& more) { return refusal_of<middleware::audit>(into.options(more)); };
  CHECK(refusal_of<middleware::audit>("stream: shop\nfolder: /tmp") ==
        "service.yml:1:1: key: expected a path, found nothing");
  CHECK(has(refused("database: sqlite:x"), "a trail stands in a folder or in a database: one of both"));
  CHECK(has(refused("headers: [Authorization]"), "the field \"authorization\" may hold a secret"));
  CHECK(has(refused("headers: [X-Api-Key]"), "may hold a secret"));
  const std::string accepted = "expected one of allowed, denied, refused, failed, cut, malformed, found ";
  CHECK(has(refused("outcomes: [denied, good]"), "service.yml:4:20: outcomes[1]: " + accepted + "\"good\""));
  CHECK(has(refused("outcomes: good"), "service.yml:4:11: outcomes: " + accepted + "\"good\""));
  CHECK(has(refused("outcomes: [[denied]]"), accepted + "a list"));
  CHECK(has(refused("outcomes: []"), "outcomes: at least one outcome is written down"));
  CHECK(has(refused("queue: 1KiB"), "queue: expected a size from 16KiB to 1GiB, found \"1KiB\""));
  CHECK(has(refused("sync: often"), "service.yml:4:7: sync:"));
  CHECK(has(refused("wrong: 1"), "wrong"));
  CHECK(has(refused("max_wait: 1s"), "max_wait"));
  CHECK(has(refusal_of<middleware::audit>("stream: a/b\nfolder: /tmp\nkey: k"), "service.yml:1:9: stream:"));
  CHECK(has(refusal_of<middleware::audit>("stream: shop\nfolder: /tmp\nkey: /nonexistent"),
            "service.yml:3:6: key: /nonexistent: No such file or directory"));
  const std::string nowhere = "stream: shop\nkey: " + into.folder.file("audit.jwk") + "\nfolder: /nonexistent/audit";
  CHECK(has(refusal_of<middleware::audit>(nowhere), "service.yml:3:9: folder: /nonexistent/audit: there is no such"));
  const std::string shown = "stream: shop\nfolder: " + into.folder.file("") + "\nkey: " + into.folder.file("audit.pub");
  CHECK(has(refusal_of<middleware::audit>(shown), "an audit trail is signed with a private key"));
}
