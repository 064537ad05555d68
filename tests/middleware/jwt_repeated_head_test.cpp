// A connection that sends the same head again and again: its token is not looked for anew, and yet everything that can
// have changed since counts.
#include <doctest/doctest.h>

#include <algorithm>
#include <candela/config/parse.hpp>
#include <candela/http/h1_context.hpp>
#include <candela/net/memory_transport.hpp>
#include <candela/server/exchange.hpp>
#include <candela/server/principal.hpp>
#include <candela/service/test_client.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/middleware/token_mint.hpp"
#include "tests/net/test_certificates.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;

namespace {

// Connections that stay, to a service of one route behind the stage.
class guarded {
 public:
  explicit guarded(const std::string& cache = "") : service_(configuration(cache)) {
    service_.get("/me", [](exchange& x) { x.text(std::string(x.get<principal>()->subject)); });
    client_ = std::make_unique<test_client>(service_, &time);
    context_ = std::make_unique<http::h1_context>(client_->worker(), client_->dispatcher(), http::h1_settings{});
  }
  ~guarded() { context_.reset(); }

  // On a connection of that number, made anew or as it was.
  void open(std::size_t at = 0) {
    if (peers_.size() <= at) peers_.resize(at + 1);
    peers_[at] = std::make_unique<net::memory_peer>();
    context_->open(peers_[at]->make());
  }
  // The status and the text of each answer, all of which have come.
  std::string get(const std::string& token, int times = 1, std::size_t at = 0) {
    if (peers_.size() <= at) open(at);
    net::memory_peer& peer = *peers_[at];
    for (int i = 0; i != times; ++i)
      peer.send("GET /me HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer " + token + "\r\n\r\n");
    std::string told;
    for (const auto until = std::chrono::steady_clock::now() + 10s; std::ranges::count(told, ',') != times;) {
      REQUIRE(std::chrono::steady_clock::now() < until);
      client_->pass(0ms);
      told = summary(peer.received());
    }
    static_cast<void>(peer.take());
    return told;
  }
  void publish(const std::vector<jose::key>& keys) {
    folder_.write("next.json", published(keys));
    std::filesystem::rename(folder_.path() / "next.json", folder_.path() / "keys.json");
  }

  jose::key key = new_key("k1");
  manual_clock time;

 private:
  static std::string summary(std::string_view answers) {
    std::string told;
    for (std::size_t at = 0; (at = answers.find("HTTP/1.1 ", at)) != std::string_view::npos; ++at) {
      const std::string_view status = answers.substr(at + 9, 3);
      const std::size_t text = answers.find("\r\n\r\n", at) + 4;
      const std::size_t end = std::min(answers.find("HTTP/1.1 ", text), answers.size());
      told.append(status);
      if (status == "200") told.append(" ").append(answers.substr(text, end - text));
      told.append(",");
    }
    return told;
  }
  config::node configuration(const std::string& cache) {
    publish({key});
    return config::parse_text(
        "chains: {default: [{jwt_verify: {issuers: [{issuer: 'https://id.example', audience: "
        "'https://api.example', keys: " +
            (folder_.path() / "keys.json").string() + "}]" + cache + "}}]}",
        "service.yml");
  }

  net::test::temporary_folder folder_;
  service service_;
  std::unique_ptr<test_client> client_;
  std::unique_ptr<http::h1_context> context_;
  std::vector<std::unique_ptr<net::memory_peer>> peers_;
};

std::string of(const guarded& by, const std::string& subject, long long expires = mint_time + 300) {
  return mint(by.key, {.subject = '"' + subject + '"', .expires = std::to_string(expires)});
}

}  // namespace

TEST_CASE("a head that comes again lets its own bearer in, and one with any other byte in its token nobody") {
  guarded test;
  const std::string token = of(test, "ann");
  for (std::size_t at = 0; at != token.size(); ++at) {
    std::string changed = token;
    changed[at] ^= 1;
    CAPTURE(at);
    // On a new connection the first head is remembered, and the next ones are the same.
    test.open();
    REQUIRE(test.get(token, 3) == "200 ann,200 ann,200 ann,");
    REQUIRE(test.get(changed) == "401,");
  }
}

TEST_CASE("who takes turns on a connection is taken for nobody else") {
  guarded test;
  const std::string ann = of(test, "ann");
  const std::string bob = of(test, "bob");
  for (int round = 0; round != 8; ++round) {
    test.open();
    REQUIRE(test.get(ann, 1 + round % 3).ends_with("200 ann,"));
    REQUIRE(test.get(bob, 2) == "200 bob,200 bob,");
    test.open();
    REQUIRE(test.get(bob, 1 + round % 3).ends_with("200 bob,"));
    REQUIRE(test.get(ann, 2) == "200 ann,200 ann,");
  }
}

TEST_CASE("a head that comes again is refused when its token has expired, however often it was let in") {
  guarded test;
  const std::string token = of(test, "ann", mint_time + 40);
  CHECK(test.get(token, 4) == "200 ann,200 ann,200 ann,200 ann,");
  test.time.set_wall(clock::wall_time(std::chrono::seconds(mint_time + 69)));
  CHECK(test.get(token) == "200 ann,");
  test.time.set_wall(clock::wall_time(std::chrono::seconds(mint_time + 71)));
  CHECK(test.get(token, 2) == "401,401,");
}

TEST_CASE("a head that comes again is refused when the key of its token has gone") {
  guarded test;
  const std::string token = of(test, "ann", mint_time + 1'000'000);
  CHECK(test.get(token, 4) == "200 ann,200 ann,200 ann,200 ann,");
  test.publish({new_key("k2")});
  // The file is looked at every two seconds, beside the loop; the cache keeps the token for sixty.
  std::string last;
  for (int look = 0; look != 20 && last != "401,"; ++look) {
    test.time.advance(2s);
    const auto until = std::chrono::steady_clock::now() + 1s;
    while (last != "401," && std::chrono::steady_clock::now() < until) last = test.get(token);
  }
  CHECK(last == "401,");
}

TEST_CASE("heads that come again when others have taken their tokens' place in the cache bring their own bearers") {
  guarded test(", cache: {tokens: 4}");
  std::vector<std::string> tokens;
  for (int i = 0; i != 16; ++i) tokens.push_back(of(test, "user" + std::to_string(i)));
  for (int round = 0; round != 4; ++round) {
    for (std::size_t i = 0; i != tokens.size(); ++i) {
      const std::string told = "200 user" + std::to_string(i) + ",";
      REQUIRE(test.get(tokens[i], 2, i) == told + told);
    }
  }
}
