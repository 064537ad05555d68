// One route in front of which who asks is named, counted, limited and verified, or, with --plain, nothing is done:
// guarded --keys FILE [--plain] [--uses N] and what every service takes.
#include <candela/candela.hpp>
#include <string>
#include <utility>
#include <vector>

using candela::config::node;

namespace {

std::vector<candela::stage_use> stages(const std::string& keys, const std::string& uses) {
  const node issuer = node::map({{"issuer", "https://issuer.example"},
                                 {"audience", "https://shop.example"},
                                 {"algorithms", "ES256"},
                                 {"keys", keys}});
  return {"correlation_id",
          "metrics",
          {"rate_limit", node::map({{"key", "address"}, {"uses", std::stol(uses)}, {"window", "1m"}})},
          {"jwt_verify", node::map({{"issuers", node::list({issuer})}})}};
}

}  // namespace

int main(int argc, char** argv) {
  candela::service service(argc, argv);
  const bool plain = service.flag("--plain", "without any stage");
  const std::string keys = service.option("--keys", "the issuer's keys", "");
  const std::string uses = service.option("--uses", "how often an address may ask in a minute", "1000000000");
  if (!plain) service.entry(stages(keys, uses));
  service.get("/plaintext", [](candela::exchange& x) { x.text("Hello, World!"); });
  return service.run();
}
