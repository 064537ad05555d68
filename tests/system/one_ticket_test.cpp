// One ticket shown many times at once: however many workers and processes look at it, it lets in once.
#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "tests/middleware/token_mint.hpp"
#include "tests/net/test_certificates.hpp"
#include "tests/store/redis_server.hpp"
#include "tests/system/echo_service.hpp"

using namespace candela;
using namespace candela::system_test;

namespace {

constexpr std::size_t uses = 64;
constexpr int rounds = 5;

constexpr std::string_view settings = R"(
chains:
  tickets:
    - single_use: {issuer: urn:orders, audience: urn:files, base: "http://files", keys: keys.json}
routes:
  - {get: /file, handler: info, chain: tickets}
)";

// Who signs tickets, and the services that take them.
struct fixture {
  fixture() { folder.write("keys.json", testing::published({key})); }

  [[nodiscard]] process_options service(const std::string& workers, const std::string& store = "") const {
    const std::string file = folder.write("service.yml", std::string(settings).append(store));
    return {.program = ECHO_PROGRAM, .arguments = {"--port", "0", "--workers", workers, "--config", file}};
  }
  // The request for the file, with a ticket that nobody has seen.
  [[nodiscard]] std::string fresh_request() {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()).time_since_epoch();
    const testing::token_claims said{.issuer = R"("urn:orders")",
                                     .audience = R"("urn:files")",
                                     .id = "\"" + std::to_string(++minted) + "\"",
                                     .issued = std::to_string(now.count()),
                                     .expires = std::to_string(now.count() + 60),
                                     .further = R"(,"htm":"GET","htu":"http://files/file")"};
    return request("GET", "/file", "Authorization: Bearer " + testing::mint(key, said, "JWT") + "\r\n");
  }

  net::test::temporary_folder folder;
  jose::key key = testing::new_key("k1");
  int minted = 0;
};

const std::map<unsigned, std::size_t> one_of_all{{200, 1}, {401, uses - 1}};

}  // namespace

TEST_CASE("of 64 simultaneous uses of one ticket under four workers exactly one succeeds") {
  fixture by;
  server_process service(by.service("4"));
  const std::uint16_t ports[] = {service.port()};
  for (int round = 0; round != rounds; ++round) CHECK(answers_at_once(by.fresh_request(), uses, ports) == one_of_all);
}

TEST_CASE("of 64 simultaneous uses of one ticket in two processes exactly one succeeds") {
  const testing::redis_server redis;
  fixture by;
  const process_options options = by.service("2", "store: {redis: \"" + redis.url() + "\", timeout: 10s}\n");
  server_process one(options);
  server_process other(options);
  const std::uint16_t ports[] = {one.port(), other.port()};
  for (int round = 0; round != rounds; ++round) CHECK(answers_at_once(by.fresh_request(), uses, ports) == one_of_all);
}
