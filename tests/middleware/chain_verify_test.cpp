#include "tests/middleware/chain_fixture.hpp"

#include <atomic>
#include <candela/store/revocations.hpp>
#include <memory>
#include "tests/middleware/log_file.hpp"
#include "tests/server/identified_transport.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;

TEST_CASE("a request with a right chain is handled, and the handler sees who called whom") {
  chain_service service(options_with());
  scenario one;
  const std::string answer = service.asked(bytes_of_request(one));
  CHECK(status_of(answer) == "HTTP/1.1 200 OK");
  CHECK(body_of(answer).starts_with(R"({"sub":"spiffe://example.org/s3","act":{"sub":"spiffe://example.org/s2")"));
  CHECK(body_of(answer).ends_with(R"( user-1 may {"amount":7})"));
  CHECK(service.metrics_text().find("candela_chain_verified_total{chain=\"default\"} 1") != std::string::npos);
}

TEST_CASE("refusals of one status look the same from outside, while log and counters tell them apart") {
  const log_file log;
  chain_service service(options_with());
  const auto refused = [&](auto change, std::string_view content = body) {
    scenario one;
    change(one);
    return service.asked(bytes_of_request(one, content));
  };
  const std::string replayed = [&] {
    scenario one;
    const std::string request = bytes_of_request(one);
    CHECK(status_of(service.asked(request)) == "HTTP/1.1 200 OK");
    return service.asked(request);
  }();
  const auto new_proof = [](scenario& one, std::string_view id) {
    one.on_proof = [id](draft& proof) { proof.say("jti", in_quotes(id)); };
  };
  const std::string broken = refused([&](scenario& one) {
    new_proof(one, "BAAAAAAAAAAAAAAAAAAAAA");
    one.on_chain = [](std::vector<std::string>& links) { links.erase(links.begin() + 1); };
  });
  const std::string forged =
      refused([](scenario& one) { one.on_proof = [](draft& proof) { proof.signer = cast()[2].key; }; });
  const std::string other_content =
      refused([&](scenario& one) { new_proof(one, "CAAAAAAAAAAAAAAAAAAAAA"); }, R"({"amount":8})");
  CHECK(status_of(replayed) == "HTTP/1.1 401 Unauthorized");
  CHECK(code_in(replayed) == "chain_refused");
  CHECK(field_of(replayed, "WWW-Authenticate") == "Call-Chain");
  CHECK(broken == replayed);
  CHECK(forged == replayed);
  CHECK(other_content == replayed);
  for (const std::string_view reason : {"proof_replayed", "chain_broken", "proof_invalid", "proof_body_mismatch"}) {
    const std::string line = "candela_chain_refused_total{chain=\"default\",reason=\"" + std::string(reason) + "\"} 1";
    CHECK_MESSAGE(service.metrics_text().find(line) != std::string::npos, reason);
    CHECK_MESSAGE(log.has("\"why\":\"" + std::string(reason) + "\""), reason);
  }
  CHECK(log.has(R"("txn":")"));
  CHECK(log.has(R"("jti":"BAAAAAAAAAAAAAAAAAAAAA")"));
}

TEST_CASE("the kinds of refusals have their statuses") {
  chain_service service(options_with());
  CHECK(status_of(service.asked(request_with("POST /v1/payments/7", "Content-Length: 0\r\n"))) ==
        "HTTP/1.1 401 Unauthorized");
  scenario twice;
  twice.on_fields = [](std::vector<std::string>& chain, std::vector<std::string>&) { chain.push_back(chain.front()); };
  CHECK(code_in(service.asked(bytes_of_request(twice))) == "chain_malformed");
  scenario stranger(1);
  stranger.on_link = [](std::size_t, draft& link) {
    link.say("iss", in_quotes(cast()[3].identity));
    link.say("aud", in_quotes(cast()[4].identity));
    link.head("kid", in_quotes(cast()[3].key.id()));
    link.signer = cast()[3].key;
  };
  stranger.on_proof = [](draft& proof) {
    proof.say("iss", in_quotes(cast()[3].identity));
    proof.say("aud", in_quotes(cast()[4].identity));
    proof.head("kid", in_quotes(cast()[3].key.id()));
    proof.signer = cast()[3].key;
  };
  const std::string untrusted = service.asked(bytes_of_request(stranger));
  CHECK(status_of(untrusted) == "HTTP/1.1 403 Forbidden");
  CHECK(code_in(untrusted) == "chain_root_untrusted");
}

TEST_CASE("a chain counts for the route that it names, whatever Host says") {
  chain_service service(options_with());
  scenario one;
  CHECK(status_of(service.asked(bytes_of_request(one, body, "", "POST /v1/payments/8?a=1"))) ==
        "HTTP/1.1 401 Unauthorized");
  CHECK(status_of(service.asked(bytes_of_request(one, body, "", "POST /v1/payments/7?a=2"))) ==
        "HTTP/1.1 401 Unauthorized");
  CHECK(status_of(service.asked(bytes_of_request(one, body, "", "GET /v1/payments/7?a=1"))) ==
        "HTTP/1.1 401 Unauthorized");
  CHECK(status_of(service.asked(bytes_of_request(one))) == "HTTP/1.1 200 OK");
}

TEST_CASE("other tokens of a request are bound, and none stands there twice") {
  chain_service service(options_with("other_tokens: X-Partner\n"));
  scenario one;
  const auto status = [&](std::string_view fields) {
    return status_of(service.asked(bytes_of_request(one, body, fields)));
  };
  CHECK(status("Authorization: Bearer abc\r\n") == "HTTP/1.1 401 Unauthorized");
  CHECK(status("X-Partner: abc\r\n") == "HTTP/1.1 401 Unauthorized");
  one.on_proof = [](draft& proof) {
    proof.say("ath", in_quotes(digest_of("abc")));
    proof.say("oth", R"({"x-partner":")" + digest_of("def") + "\"}");
  };
  CHECK(status("Authorization: Bearer abc\r\nAuthorization: Bearer abc\r\nX-Partner: def\r\n") ==
        "HTTP/1.1 400 Bad Request");
  CHECK(status("Authorization: Bearer abc\r\nX-Partner: def\r\n") == "HTTP/1.1 200 OK");
}

TEST_CASE("the handler gets no content that was not signed, whole or in pieces") {
  chain_service service(options_with());
  scenario one;
  one.on_link = [](std::size_t place, draft& link) {
    if (place == 3) link.say("op", R"("POST /v1/streamed/{id}")");
  };
  one.on_proof = [](draft& proof) { proof.say("htu", R"("https://pay.example/v1/streamed/7")"); };
  const std::string right = bytes_of_request(one, body, "", "POST /v1/streamed/7?a=1");
  CHECK(body_of(service.asked(right)) == "read " + body);
  one.on_proof = [](draft& proof) {
    proof.say("htu", R"("https://pay.example/v1/streamed/7")");
    proof.say("jti", R"("BAAAAAAAAAAAAAAAAAAAAA")");
  };
  const std::string wrong = bytes_of_request(one, R"({"amount":8})", "", "POST /v1/streamed/7?a=1");
  net::memory_peer peer;
  service.connect(peer);
  peer.send(wrong.substr(0, wrong.size() - 3));
  service.run_until(
      [&] { return service.metrics_text().find("verified_total{chain=\"default\"} 2") != std::string::npos; });
  peer.send(wrong.substr(wrong.size() - 3));
  service.run_until([&] { return !peer.received().empty(); });
  CHECK(status_of(peer.take()) == "HTTP/1.1 401 Unauthorized");
}

TEST_CASE("content that is to be covered may not be left out, and may be where the options say so") {
  const auto status = [](const std::string& options, std::string_view content) {
    chain_service service(options);
    scenario one;
    return status_of(service.asked(bytes_of_request(one, content)));
  };
  CHECK(status(options_with(), "") == "HTTP/1.1 401 Unauthorized");
  CHECK(status(options_with("body: uncovered\n"), R"({"amount":8})") == "HTTP/1.1 200 OK");
}

TEST_CASE("a chain whose scope is too narrow for the stage or the route is refused") {
  const auto answer = [](const std::string& options, std::vector<std::string> of_route) {
    chain_service service(options_with(options), {.scopes = std::move(of_route)});
    scenario one;
    return service.asked(bytes_of_request(one));
  };
  CHECK(status_of(answer("scopes: [pay]\n", {"read"})) == "HTTP/1.1 200 OK");
  CHECK(status_of(answer("scopes: [refund]\n", {})) == "HTTP/1.1 403 Forbidden");
  CHECK(code_in(answer("", {"read", "refund"})) == "insufficient_scope");
}

TEST_CASE("what a service in the middle may do depends on who has called it") {
  chain_service service("identities: [\"" + cast()[2].identity +
                        "\"]\norigin: https://pay.example\nkeys: " + keys_file() + "\nroots: [\"" + cast()[0].identity +
                        "\", {issuer: \"" + cast()[5].identity + "\", operation: \"GET /v1/payments/{id}\"}]\n");
  scenario called_by_first(2);
  CHECK(status_of(service.asked(bytes_of_request(called_by_first))) == "HTTP/1.1 200 OK");
  scenario called_by_other(2);
  called_by_other.on_link = [](std::size_t place, draft& link) {
    if (place != 0) return;
    link.say("iss", in_quotes(cast()[5].identity));
    link.head("kid", in_quotes(cast()[5].key.id()));
    link.signer = cast()[5].key;
  };
  called_by_other.on_proof = [](draft& proof) { proof.say("jti", R"("BAAAAAAAAAAAAAAAAAAAAA")"); };
  CHECK(code_in(service.asked(bytes_of_request(called_by_other))) == "chain_root_untrusted");
}

TEST_CASE("proofs of two services may have one id, and each counts once") {
  chain_service service(options_with());
  scenario long_way;
  scenario direct(1);
  direct.on_link = [](std::size_t, draft& link) { link.say("aud", in_quotes(cast()[4].identity)); };
  direct.on_proof = [](draft& proof) { proof.say("aud", in_quotes(cast()[4].identity)); };
  for (scenario* each : {&long_way, &direct}) {
    const std::string request = bytes_of_request(*each);
    CHECK(status_of(service.asked(request)) == "HTTP/1.1 200 OK");
    CHECK(status_of(service.asked(request)) == "HTTP/1.1 401 Unauthorized");
  }
}

TEST_CASE("a chain of whom the service's list names anything is refused, and every chain when the list is too old") {
  const auto answer = [](std::string_view entry, std::chrono::seconds age) {
    stage_fixture server;
    store::revocation_list_builder entries(10);
    REQUIRE(entries.add_lines(entry));
    store::revocations list(server.time(), 30s, false);
    list.use(std::make_shared<const store::revocation_list>(std::move(entries).build()), true);
    server.use(list);
    server.stage<chain_verify>(options_with("skew: 30s\n"));
    server.post("/v1/payments/{id}", hello);
    server.serve();
    server.pass(age);
    scenario one;
    net::memory_peer peer;
    server.connect(peer);
    peer.send(bytes_of_request(one));
    while (peer.received().empty()) server.turn();
    return status_of(peer.take());
  };
  CHECK(answer("sub:user-2", 0s) == "HTTP/1.1 200 OK");
  CHECK(answer("sub:user-1", 0s) == "HTTP/1.1 401 Unauthorized");
  CHECK(answer("txn:transaction-1", 0s) == "HTTP/1.1 401 Unauthorized");
  CHECK(answer("kid:" + std::string(cast()[1].key.id()), 0s) == "HTTP/1.1 401 Unauthorized");
  CHECK(answer("sub:user-2", 31s) == "HTTP/1.1 503 Service Unavailable");
}

TEST_CASE("a client that goes while its chain is verified takes nothing with it") {
  chain_service service(options_with());
  for (int i = 0; i != 20; ++i) {
    scenario one;
    net::memory_peer peer;
    service.connect(peer);
    peer.send(bytes_of_request(one));
    service.turns(i % 4);
    peer.reset();
    service.run_until([&] { return service.dispatcher().running() == 0; });
  }
  CHECK(service.dispatcher().running() == 0);
}

TEST_CASE("of sixty-four simultaneous uses of one proof exactly one succeeds") {
  metrics::registry cells;
  const std::unique_ptr<store::source> shared = store::make_source({}, &cells);
  scenario one;
  const std::string request = bytes_of_request(one);
  std::atomic<int> accepted{0};
  std::atomic<int> refused{0};
  const auto worker = [&] {
    stage_fixture server;
    server.use(shared->open(server.worker()));
    server.stage<chain_verify>(options_with());
    server.post("/v1/payments/{id}", hello);
    server.serve();
    std::vector<std::unique_ptr<net::memory_peer>> peers;
    for (int i = 0; i != 16; ++i) {
      peers.push_back(std::make_unique<net::memory_peer>());
      server.connect(*peers.back());
      peers.back()->send(request);
    }
    for (const auto& peer : peers) {
      while (peer->received().empty()) server.turn();
      const std::string status = status_of(peer->take());
      if (status == "HTTP/1.1 200 OK") ++accepted;
      if (status == "HTTP/1.1 401 Unauthorized") ++refused;
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i != 4; ++i) threads.emplace_back(worker);
  for (std::thread& each : threads) each.join();
  CHECK(accepted == 1);
  CHECK(refused == 63);
}

TEST_CASE("a certificate takes the place of a proof once, and only where it is its owner's link") {
  const auto answer = [](chain_service& service, std::size_t peer, bool proven, std::string_view id) {
    scenario one;
    one.on_link = [id](std::size_t place, draft& link) {
      if (place == 3) link.say("jti", in_quotes(id));
    };
    one.on_proof = [id](draft& proof) { proof.say("jti", in_quotes(id)); };
    if (!proven) one.on_fields = [](std::vector<std::string>&, std::vector<std::string>& proofs) { proofs.clear(); };
    net::memory_peer connection;
    service.context().open(net::transport_ptr(
        new identified_transport(connection.make(), {"CN=service", cast()[peer].identity, "digest"})));
    connection.send(bytes_of_request(one));
    service.run_until([&] { return !connection.received().empty(); });
    return status_of(connection.take());
  };
  const std::string accepted = "HTTP/1.1 200 OK";
  const std::string refused = "HTTP/1.1 401 Unauthorized";
  chain_service direct(options_with("proof: mtls\n"));
  CHECK(answer(direct, 3, false, "BAAAAAAAAAAAAAAAAAAAAA") == accepted);
  CHECK(answer(direct, 3, false, "BAAAAAAAAAAAAAAAAAAAAA") == refused);
  CHECK(answer(direct, 2, false, "CAAAAAAAAAAAAAAAAAAAAA") == refused);
  CHECK(answer(direct, 3, true, "DAAAAAAAAAAAAAAAAAAAAA") == accepted);
  CHECK(answer(direct, 2, true, "EAAAAAAAAAAAAAAAAAAAAA") == refused);
  chain_service proxied(options_with());
  CHECK(answer(proxied, 3, false, "BAAAAAAAAAAAAAAAAAAAAA") == refused);
  CHECK(answer(proxied, 2, true, "BAAAAAAAAAAAAAAAAAAAAA") == accepted);
}

TEST_CASE("wrong options are refused with their place") {
  CHECK(refusal_of<chain_verify>(options_with()) == "accepted");
  CHECK(refusal_of<chain_verify>(options_with("speed: 1\n")).find("speed") != std::string::npos);
  CHECK(refusal_of<chain_verify>(options_with("skew: 31s\n")).find("skew") != std::string::npos);
  CHECK(refusal_of<chain_verify>(options_with("proof: maybe\n")).find("proof") != std::string::npos);
  CHECK(refusal_of<chain_verify>(options_with("", "keys: /nonexistent")).find("keys") != std::string::npos);
  CHECK(refusal_of<chain_verify>(options_with("", "refresh: 60s")).find("keys") != std::string::npos);
  CHECK(refusal_of<chain_verify>("origin: https://a\nidentities: []\nroots: [\"urn:a\"]\nkeys: " + keys_file())
            .find("identities") != std::string::npos);
  CHECK(refusal_of<chain_verify>("origin: https://a\nidentities: [\"urn:b\"]\nkeys: " + keys_file()).find("roots") !=
        std::string::npos);
  CHECK(
      refusal_of<chain_verify>("origin: https://a/\nidentities: [\"urn:b\"]\nroots: [\"urn:a\"]\nkeys: " + keys_file())
          .find("origin") != std::string::npos);
  CHECK(refusal_of<chain_verify>("origin: https://a\nidentities: [\"urn:b\"]\nroots: [\"shop\"]\nkeys: " + keys_file())
            .find("roots") != std::string::npos);
  const std::pair<std::string, const char*> files_of_keys[] = {
      {"/nonexistent", "keys: the file /nonexistent cannot be read"},
      {"/", "keys: the file / cannot be read"},
      {keys_file(), ": key_invalid: the key breaks a rule of its kind ("}};
  for (const auto& [file, why] : files_of_keys) {
    const std::string told =
        refusal_of<chain_verify>(options_with("evidence: [{issuer: \"https://id\", keys: " + file + "}]\n"));
    CHECK_MESSAGE(told.find(why) != std::string::npos, told);
  }
}
