#include <candela/middleware/chain_verify.hpp>

#include <doctest/doctest.h>
#include <stdlib.h>

#include <atomic>
#include <candela/custody/key_record.hpp>
#include <candela/server/principal.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/custody/forge.hpp"
#include "tests/middleware/slow_store.hpp"
#include "tests/middleware/stage_fixture.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;
using middleware::chain_verify;

namespace {

class folder {
 public:
  folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "candela-chain-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder can be made");
    path_ = pattern;
  }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;
  ~folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string put(const std::string& name, std::string_view text) const {
    const std::filesystem::path file = path_ / name;
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
    return file.string();
  }

 private:
  std::filesystem::path path_;
};

const folder& files() {
  static const folder made;
  return made;
}

// The cast's keys but those of one service.
std::string keys_without(std::size_t missing = 99) {
  std::string text;
  for (std::size_t i = 0; i != cast().size(); ++i) {
    if (i == missing) continue;
    text += (text.empty() ? "{" : ",") + in_quotes(cast()[i].identity) + R"(:{"keys":[)" +
            jwk_text(cast()[i].key, jose::key_part::public_part) + "]}";
  }
  return text + "}";
}

std::string keys_file() {
  static const std::string file = files().put("keys.json", keys_without());
  return file;
}

// Options of the receiver of a chain of four.
std::string options_with(const std::string& more = "", const std::string& keys = "keys: " + keys_file()) {
  return "identities: [\"" + cast()[4].identity + "\"]\norigin: https://pay.example\n" + keys + "\nroots: [\"" +
         cast()[0].identity + "\"]\n" + more;
}

void answer_with_path(exchange& x) {
  const custody::call_stack& stack = *x.get<custody::call_stack>();
  const principal& who = *x.get<principal>();
  x.text(write_act(stack, x.arena()), " ", who.subject, " ", who.has_scope("pay") ? "may" : "may not", " ",
         x.request().body());
}

struct chain_service : stage_fixture {
  explicit chain_service(const std::string& options, route_options route = {}) {
    stage<chain_verify>(options);
    post("/v1/payments/{id}", answer_with_path, {}, route);
    post("/v1/streamed/{id}", [](exchange& x) { return read_all(x); }, {}, {.body = body_mode::streamed});
    get("/v1/payments/{id}", answer_with_path);
    serve();
  }

  static task<void> read_all(exchange& x) {
    std::string whole;
    for (;;) {
      const std::expected<std::string_view, error> piece = co_await x.read();
      if (!piece || piece->empty()) break;
      whole += *piece;
    }
    x.text("read ", whole);
  }

  template <class Predicate>
  void run_until(Predicate done) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!done()) {
      if (std::chrono::steady_clock::now() > give_up) throw std::runtime_error("it never came true");
      turn();
      std::this_thread::yield();
    }
  }
  std::string asked(std::string_view bytes) {
    net::memory_peer peer;
    connect(peer);
    peer.send(bytes);
    std::string answer;
    run_until([&] {
      answer += peer.take();
      return dispatcher().running() == 0 && !answer.empty();
    });
    turn();
    return answer + peer.take();
  }
};

// A request as its bytes; `fields` stand before those of chain and proof.
std::string bytes_of_request(scenario& one, std::string_view content = body, std::string_view fields = "",
                             std::string_view line = "POST /v1/payments/7?a=1") {
  std::vector<std::string> links = one.chain();
  one.on_chain(links);
  std::vector<std::string> chains{scenario::joined(links)};
  std::vector<std::string> proofs{one.proof(chains.front())};
  one.on_fields(chains, proofs);
  std::string text = std::string(line) + " HTTP/1.1\r\nHost: evil.example\r\n" + std::string(fields);
  text += "Content-Type: application/json\r\nX-Trace: 42\r\n";
  for (const std::string& each : chains) text += "Call-Chain: " + each + "\r\n";
  for (const std::string& each : proofs) text += "Call-Proof: " + each + "\r\n";
  return text + "Content-Length: " + std::to_string(content.size()) + "\r\n\r\n" + std::string(content);
}

std::string code_in(std::string_view answer) {
  const std::size_t at = answer.find("\"code\":\"");
  return at == answer.npos ? "no code" : std::string(answer.substr(at + 8, answer.find('"', at + 8) - at - 8));
}

}  // namespace

TEST_CASE("a request with a right chain is handled, and the handler sees who called whom") {
  chain_service service(options_with());
  scenario one;
  const std::string answer = service.asked(bytes_of_request(one));
  CHECK(status_of(answer) == "HTTP/1.1 200 OK");
  CHECK(body_of(answer).starts_with(R"({"sub":"spiffe://example.org/s3","act":{"sub":"spiffe://example.org/s2")"));
  CHECK(body_of(answer).ends_with(R"( user-1 may {"amount":7})"));
  CHECK(service.metrics_text().find("candela_chain_verified_total{chain=\"default\"} 1") != std::string::npos);
}

TEST_CASE("refusals of one status look the same from outside, and the counters tell them apart") {
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
  }
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

TEST_CASE("a caller gets so many checks a second and no more") {
  chain_service service(options_with("checks_per_peer: 2\n"));
  scenario one;
  one.on_proof = [](draft& proof) { proof.signer = cast()[2].key; };
  const std::string forged = bytes_of_request(one);
  CHECK(status_of(service.asked(forged)) == "HTTP/1.1 401 Unauthorized");
  CHECK(status_of(service.asked(forged)) == "HTTP/1.1 401 Unauthorized");
  CHECK(status_of(service.asked(forged)) == "HTTP/1.1 429 Too Many Requests");
  service.pass(1s);
  CHECK(status_of(service.asked(forged)) == "HTTP/1.1 401 Unauthorized");
}

TEST_CASE("without its store nothing passes") {
  struct answering final : store::worker_store {
    [[nodiscard]] bool immediate() const noexcept override { return true; }
    [[nodiscard]] store::answer spend_now(std::string_view, clock::wall_time) override {
      return std::unexpected(store::errc::unavailable);
    }
    [[nodiscard]] store::answer take_now(std::span<const store::limit_use>,
                                         std::span<store::limit_state>) noexcept override {
      return true;
    }
    [[nodiscard]] bool submit(store::spend_operation& asked) override {
      asked.result = spend_now(asked.key, asked.expires);
      return false;
    }
    [[nodiscard]] bool submit(store::take_operation& asked) override {
      asked.result = take_now(asked.uses, asked.states);
      return false;
    }
    void detach(store::operation&) noexcept override {}
  };
  stage_fixture server;
  server.use(std::make_unique<answering>());
  server.stage<chain_verify>(options_with());
  server.post("/v1/payments/{id}", hello);
  server.serve();
  scenario one;
  net::memory_peer peer;
  server.connect(peer);
  peer.send(bytes_of_request(one));
  while (peer.received().empty()) server.turn();
  const std::string answer = peer.take();
  CHECK(status_of(answer) == "HTTP/1.1 503 Service Unavailable");
  CHECK(code_in(answer) == "chain_unavailable");
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

TEST_CASE("a key that is unknown lets the file be read again, and the next request passes") {
  const std::string file = files().put("growing.json", keys_without(3));
  chain_service service(options_with("", "keys: " + file));
  scenario one;
  const std::string request = bytes_of_request(one);
  files().put("growing.json", keys_without());
  CHECK(status_of(service.asked(request)) == "HTTP/1.1 401 Unauthorized");
  service.run_until([&] { return status_of(service.asked(request)) == "HTTP/1.1 200 OK"; });
}

TEST_CASE("a key that was taken out of the file is soon no key any more; a file that is broken changes nothing") {
  const std::string file = files().put("shrinking.json", keys_without());
  chain_service service(options_with("refresh: 1s\nchecks_per_peer: 100000\n", "keys: " + file));
  scenario one;
  int number = 0;
  const auto status = [&] {
    const std::string id = digest_of(std::to_string(++number)).substr(0, 21) + "A";
    one.on_proof = [&](draft& proof) { proof.say("jti", in_quotes(id)); };
    return status_of(service.asked(bytes_of_request(one)));
  };
  CHECK(status() == "HTTP/1.1 200 OK");
  files().put("shrinking.json", "{");
  service.pass(1s);
  for (int i = 0; i != 3; ++i) CHECK(status() == "HTTP/1.1 200 OK");
  files().put("shrinking.json", keys_without(1));
  service.pass(1s);
  service.run_until([&] { return status() == "HTTP/1.1 401 Unauthorized"; });
}

TEST_CASE("keys may come as records that an authority signed") {
  const jose::key authority = jose::key::generate(jose::curve::p256, {.id = "authority"}).value();
  std::string lines;
  for (const cast_member& each : cast()) {
    custody::key_record record{.issuer = each.identity, .sequence = 1, .issued = moment, .expires = moment + 3600};
    record.keys.push_back(public_half(each.key));
    lines += sign_record(record, authority).value() + "\n";
  }
  const std::string records = files().put("records.txt", lines);
  const std::string authorities = files().put("authority.json", jwk_text(authority, jose::key_part::public_part));
  const std::string keys = "records: " + records + "\nauthorities: " + authorities;
  chain_service service(options_with("", keys));
  scenario one;
  CHECK(status_of(service.asked(bytes_of_request(one))) == "HTTP/1.1 200 OK");
  const std::string others = files().put("others.json", jwk_text(cast()[0].key, jose::key_part::public_part));
  CHECK(
      refusal_of<chain_verify>(options_with("", "records: " + records + "\nauthorities: " + others)).find("records") !=
      std::string::npos);
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
  CHECK(refusal_of<chain_verify>(options_with("evidence: [{issuer: \"https://id\", keys: /nonexistent}]\n"))
            .find("keys") != std::string::npos);
}
