// What is revoked while a service runs: how soon nobody gets in with it any more, and that no request waits for the
// list.
#include <doctest/doctest.h>

#include <candela/store/revocation_feed.hpp>
#include <chrono>
#include <cstdlib>
#include <string>

#include "tests/middleware/token_mint.hpp"
#include "tests/net/test_certificates.hpp"
#include "tests/store/redis_server.hpp"
#include "tests/system/echo_service.hpp"

using namespace candela;
using namespace candela::system_test;
using namespace std::chrono_literals;

namespace {

// A change is found by the look that begins after it: one more than the look that may be under way.
constexpr unsigned long looks_needed = 2;

constexpr std::string_view settings = R"(
chains:
  tokens:
    - jwt_verify: {issuers: [{issuer: "https://id.example", audience: "https://api.example", keys: keys.json}]}
    - revocation
routes:
  - {get: /me, handler: info, chain: tokens}
)";

// A service with two workers and a client of each, as it were; more than one may be with the same.
class guarded {
 public:
  explicit guarded(const std::string& more) : service_(written(more)) {
    for (int i = 0; i != 8; ++i) clients_.emplace_back(service_.port());
  }

  // Of a subject, an id and a key of those names.
  [[nodiscard]] std::string token(const std::string& subject, const std::string& id, const jose::key& by) const {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()).time_since_epoch();
    const testing::token_claims said{.subject = '"' + subject + '"',
                                     .id = '"' + id + '"',
                                     .issued = std::to_string(now.count()),
                                     .expires = std::to_string(now.count() + 600)};
    return testing::mint(by, said);
  }
  // Whether every client is answered so.
  bool all_get(unsigned status, const std::string& token) {
    bool all = true;
    for (client& each : clients_) {
      REQUIRE(each.send(request("GET", "/me", "Authorization: Bearer " + token + "\r\n")));
      all = read_response(each).status == status && all;
    }
    return all;
  }
  // Waits until so many more looks at the list have come to an end.
  void await_looks(unsigned long more) {
    for (const unsigned long wanted = looks() + more; looks() < wanted;) {
    }
  }
  [[nodiscard]] std::string path(const std::string& name) const { return folder_.path() / name; }
  void revoke_in_file(const std::string& entries) const { folder_.write("revoked.txt", entries); }

  jose::key first = testing::new_key("k1");
  jose::key second = testing::new_key("k2");

 private:
  process_options written(const std::string& more) const {
    folder_.write("keys.json", testing::published({first, second}));
    folder_.write("revoked.txt", "");
    const std::string file = folder_.write("service.yml", std::string(settings).append(more));
    return {.program = ECHO_PROGRAM, .arguments = {"--port", "0", "--workers", "2", "--config", file}};
  }
  unsigned long looks() {
    constexpr std::string_view name = "\ncandela_revocations_looks_total ";
    client& by = clients_.front();
    REQUIRE(by.send(request("GET", "/metrics")));
    const std::string text = read_response(by).body;
    const std::size_t at = text.find(name);
    REQUIRE(at != std::string::npos);
    return std::stoul(text.substr(at + name.size()));
  }

  net::test::temporary_folder folder_;
  server_process service_;
  std::vector<client> clients_;
};

// Revokes a token by its id, one by its subject, and all of a key: `revoke` adds an entry to the list.
template <class Revoke>
void revoke_each_kind(guarded& by, Revoke revoke) {
  const std::string tokens[] = {by.token("ann", "t1", by.first), by.token("eve", "t2", by.first),
                                by.token("ann", "t3", by.second)};
  const std::string entries[] = {"jti:t1", "sub:eve", "kid:k2"};
  const std::string stays = by.token("ann", "t4", by.first);
  for (const std::string& each : tokens) REQUIRE(by.all_get(200, each));
  REQUIRE(by.all_get(200, stays));
  for (std::size_t i = 0; i != std::size(tokens); ++i) {
    CAPTURE(entries[i]);
    // Known to every worker by now.
    CHECK(by.all_get(200, tokens[i]));
    revoke(entries[i]);
    by.await_looks(looks_needed);
    CHECK(by.all_get(401, tokens[i]));
    CHECK(by.all_get(200, stays));
  }
}

void tell(const testing::redis_server& redis, const std::string& words) {
  const std::string command = "redis-cli -s " + (redis.folder() / "socket").string() + " " + words + " > /dev/null";
  REQUIRE(std::system(command.c_str()) == 0);
}

}  // namespace

TEST_CASE("the list is looked at so often that what is revoked is refused within two seconds") {
  CHECK(looks_needed * store::revocation_settings().every <= 1s);
}

TEST_CASE("what is revoked in a file is refused by every worker from the next look on") {
  guarded by("revocations: {file: revoked.txt, every: 50ms}\n");
  std::string all;
  revoke_each_kind(by, [&](const std::string& entry) { by.revoke_in_file(all.append(entry).append("\n")); });
}

TEST_CASE("what is revoked in Redis is refused from the next look on, and no request asks Redis") {
  testing::redis_server redis;
  tell(redis, "SADD revoked jti:nobody");
  guarded by("store: {redis: \"" + redis.url() + "\"}\nrevocations: {redis_set: revoked, every: 50ms, max_age: 1h}\n");
  by.await_looks(looks_needed);
  revoke_each_kind(by, [&](const std::string& entry) { tell(redis, "SADD revoked " + entry); });
  // Whatever asked it now would wait, and be answered too late.
  redis.pause();
  const std::string good = by.token("ann", "t5", by.first);
  const std::string bad = by.token("eve", "t6", by.first);
  for (int i = 0; i != 100; ++i) {
    CHECK(by.all_get(200, good));
    CHECK(by.all_get(401, bad));
  }
  redis.resume();
}
