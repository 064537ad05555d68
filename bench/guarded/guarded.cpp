// One route in front of which who asks is named, counted, limited and verified, or, with --plain, nothing is done:
// guarded --keys FILE [--plain] and what every service takes.
#include <candela/candela.hpp>
#include <string>
#include <utility>
#include <vector>

using candela::config::node;

namespace {

std::vector<candela::stage_use> stages(const std::string& keys) {
  const node issuer = node::map({{"issuer", "https://issuer.example"},
                                 {"audience", "https://shop.example"},
                                 {"algorithms", "ES256"},
                                 {"keys", keys}});
  return {"correlation_id",
          "metrics",
          {"rate_limit", node::map({{"key", "address"}, {"uses", 1'000'000'000}, {"window", "1m"}})},
          {"jwt_verify", node::map({{"issuers", node::list({issuer})}})}};
}

}  // namespace

int main(int argc, char** argv) {
  candela::service service(argc, argv);
  const bool plain = service.flag("--plain", "without any stage");
  const std::string keys = service.option("--keys", "the issuer's keys", "");
  if (!plain) service.entry(stages(keys));
  service.get("/plaintext", [](candela::exchange& x) { x.text("Hello, World!"); });
  return service.run();
}
