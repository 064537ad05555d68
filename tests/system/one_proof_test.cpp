// One proof shown to many processes at once: the store that they share lets it count once.
#include <doctest/doctest.h>

#include <candela/custody/sender.hpp>
#include <filesystem>
#include <fstream>
#include <map>

#include "tests/store/redis_server.hpp"
#include "tests/system/echo_service.hpp"

using namespace candela;
using namespace candela::system_test;

namespace {

constexpr std::size_t uses = 64;

void write(const std::filesystem::path& file, const std::string& text) { std::ofstream(file) << text; }

// Two workers that take calls from the edge, and agree with others over Redis.
process_options service_of(const std::filesystem::path& home, const testing::redis_server& redis,
                           const jose::key& edge) {
  write(home / "services.json",
        R"({"urn:edge": {"keys": [)" + std::string(edge.to_jwk(jose::key_part::public_part)->text()) + "]}}");
  write(home / "service.yml", "store: {redis: \"" + redis.url() +
                                  "\", timeout: 10s}\n"
                                  "chains:\n"
                                  "  calls:\n"
                                  "    - chain_verify: {identities: [\"urn:us\"], origin: \"http://us\", keys: "
                                  "services.json, roots: [\"urn:edge\"]}\n"
                                  "routes:\n"
                                  "  - {get: /calls, handler: info, chain: calls}\n");
  return {.program = ECHO_PROGRAM,
          .arguments = {"--port", "0", "--workers", "2", "--config", (home / "service.yml").string()}};
}

// The fields of one call by the edge, with its proof.
std::string call_by(const jose::key& edge) {
  custody::sender_options options{.identity = "urn:edge", .key = edge};
  options.may_root = true;
  custody::sender from = custody::sender::of(std::move(options)).value();
  arena memory;
  const clock::wall_time now = std::chrono::system_clock::now();
  const auto chain = from.begin({}, {.audience = "urn:us", .operation = "GET /calls"}, now, memory).value();
  const custody::request_facts asked{.method = "GET", .target = "http://us/calls", .operation = "GET /calls"};
  return "Call-Chain: " + std::string(chain.field) +
         "\r\nCall-Proof: " + std::string(from.prove(chain, asked, {}, now, memory)) + "\r\n";
}

}  // namespace

TEST_CASE("of 64 simultaneous uses of one proof in two processes exactly one succeeds") {
  const testing::redis_server redis;
  const jose::key edge = jose::key::generate(jose::curve::p256, {.id = "edge-1"}).value();
  const process_options options = service_of(redis.folder(), redis, edge);
  server_process one(options);
  server_process other(options);
  const std::uint16_t ports[] = {one.port(), other.port()};
  for (int round = 0; round != 5; ++round) {
    const auto answers = answers_at_once(request("GET", "/calls", call_by(edge)), uses, ports);
    CHECK(answers == std::map<unsigned, std::size_t>{{200, 1}, {401, uses - 1}});
  }
}
