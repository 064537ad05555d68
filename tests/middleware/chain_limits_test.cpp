// What chain_verify does when somebody wants too much, or when something that it needs is not there.
#include "tests/middleware/chain_fixture.hpp"

#include <memory>

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;

namespace {

// A store that answers one kind of question: how often somebody has asked, or what was used.
class failing_store final : public store::worker_store {
 public:
  explicit failing_store(bool counts) noexcept : counts_(counts) {}
  [[nodiscard]] bool immediate() const noexcept override { return true; }
  [[nodiscard]] store::answer spend_now(std::string_view, clock::wall_time) override {
    if (counts_) return std::unexpected(store::errc::unavailable);
    return true;
  }
  [[nodiscard]] store::answer take_now(std::span<const store::limit_use>,
                                       std::span<store::limit_state>) noexcept override {
    if (!counts_) return std::unexpected(store::errc::unavailable);
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

 private:
  bool counts_;
};

}  // namespace

TEST_CASE("a caller who floods with forgeries takes nothing from another") {
  chain_service service(options_with("checks_per_peer: 5\n"));
  scenario forged;
  forged.on_proof = [](draft& proof) { proof.signer = cast()[2].key; };
  const std::string bad = bytes_of_request(forged);
  int limited = 0;
  for (int i = 0; i != 50; ++i) limited += status_of(service.asked(bad)) == "HTTP/1.1 429 Too Many Requests" ? 1 : 0;
  CHECK(limited == 45);
  scenario good;
  net::memory_peer other(net::address::parse("192.0.2.7", 4711).value());
  service.connect(other);
  other.send(bytes_of_request(good));
  service.run_until([&] { return !other.received().empty(); });
  CHECK(status_of(other.take()) == "HTTP/1.1 200 OK");
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

TEST_CASE("a streamed body that is larger than what may be held is refused whole") {
  chain_service service(options_with("max_held_bytes: 5B\n"));
  scenario one;
  one.on_link = [](std::size_t place, draft& link) {
    if (place == 3) link.say("op", R"("POST /v1/streamed/{id}")");
  };
  one.on_proof = [](draft& proof) { proof.say("htu", R"("https://pay.example/v1/streamed/7")"); };
  const std::string answer = service.asked(bytes_of_request(one, body, "", "POST /v1/streamed/7?a=1"));
  CHECK(status_of(answer) == "HTTP/1.1 413 Content Too Large");
}

TEST_CASE("without a thread that checks signatures nothing passes") {
  chain_service service(options_with());
  service.lanes().shut_down();
  scenario one;
  const std::string answer = service.asked(bytes_of_request(one));
  CHECK(status_of(answer) == "HTTP/1.1 503 Service Unavailable");
  CHECK(code_in(answer) == "chain_unavailable");
}

TEST_CASE("without its store nothing passes") {
  for (const bool counts : {true, false}) {
    CAPTURE(counts);
    stage_fixture server;
    server.use(std::make_unique<failing_store>(counts));
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
}
