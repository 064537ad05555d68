// Many bad tokens from one address: how few of them cost a signature check, and that nobody else notices.
#include <doctest/doctest.h>

#include <candela/config/parse.hpp>
#include <candela/server/exchange.hpp>
#include <candela/server/principal.hpp>
#include <candela/service/test_client.hpp>

#include "tests/middleware/log_file.hpp"
#include "tests/middleware/token_mint.hpp"
#include "tests/net/test_certificates.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;

namespace {

constexpr int uses = 20;
constexpr int flood = 10'000;

// A service that lets every address ask so often in a second, behind a proxy that says where requests come from.
class guarded {
 public:
  guarded() : service(config::parse_text(text(), "service.yml")) {
    service.get("/me", [](exchange& x) { x.text(x.get<principal>()->subject); }, {.chain = "tokens"});
    service.route(http::method::get, "/metrics", "metrics");
    client = std::make_unique<test_client>(service, &time);
  }
  std::uint16_t status(const std::string& token, const std::string& from) {
    return client->get("/me", {bearer(token), {"X-Forwarded-For", from}}).status;
  }
  // How many tokens were refused so far, which for these means: their signatures were checked.
  int refused() {
    constexpr std::string_view name = "jwt_verify_requests_total{chain=\"tokens\",result=\"refused\"} ";
    const std::string text = client->get("/metrics", {{"X-Forwarded-For", "203.0.113.99"}}).body;
    const std::size_t at = text.find(name);
    return at == std::string::npos ? -1 : std::stoi(text.substr(at + name.size()));
  }

  net::test::temporary_folder folder;
  jose::key key = new_key("k1");
  manual_clock time;
  candela::service service;
  std::unique_ptr<test_client> client;

 private:
  [[nodiscard]] std::string text() const {
    const std::string limit =
        "{key: address, uses: " + std::to_string(uses) + ", window: 1s, trusted_proxies: ['127.0.0.0/8', '::1/128']}";
    return "entry: [{rate_limit: " + limit +
           "}]\nchains: {tokens: [{jwt_verify: {issuers: [{issuer: 'https://id.example', audience: "
           "'https://api.example', keys: '" +
           folder.write("keys.json", published({key})) + "'}]}}]}";
  }
};

}  // namespace

TEST_CASE("a flood of forged tokens costs its address its uses in signature checks, and no other caller anything") {
  const log_file log;
  guarded shop;
  const std::string forged = mint(new_key("k1"));
  const std::string good = mint(shop.key);
  REQUIRE(shop.status(good, "203.0.113.1") == 200);
  REQUIRE(shop.status(forged, "203.0.113.2") == 401);
  REQUIRE(log.has("signature_invalid"));
  REQUIRE(shop.refused() == 1);
  constexpr int pause = flood / (uses - 1) + 1;
  int turned_away = 0;
  int served = 0;
  for (int i = 0; i != flood; ++i) {
    turned_away += shop.status(forged, "203.0.113.2") == 429;
    if (i % pause == 1) served += shop.status(good, "203.0.113.1") == 200;
  }
  CHECK(served == uses - 1);
  CHECK(shop.refused() == uses);
  CHECK(turned_away == flood - (uses - 1));
  // A second later it may ask as often again, and no oftener.
  shop.client->pass(1s);
  for (int i = 0; i != flood; ++i) turned_away += shop.status(forged, "203.0.113.2") == 429;
  CHECK(shop.refused() == 2 * uses);
  CHECK(turned_away == 2 * flood - (2 * uses - 1));
}
