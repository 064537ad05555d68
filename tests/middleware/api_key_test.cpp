#include <candela/middleware/api_key.hpp>

#include <doctest/doctest.h>

#include <candela/config/error.hpp>
#include <candela/config/parse.hpp>
#include <candela/server/principal.hpp>
#include <candela/service/test_client.hpp>

#include "tests/middleware/log_file.hpp"

using namespace candela;
using namespace candela::testing;

namespace {

// SHA-256 of "key-of-billing" and of "key-of-shop".
const std::string billing = "f7c28d1179e4b9f9b5df3f63b32285089c8f28b69f930e0a4e0e4b43e23d6ca6";
const std::string shop = "625ec9a8bfc54cc62de07d58b187d9e967e1fbcaa61cf9acd03ce7995c261a8d";

std::string chain(const std::string& keys, const std::string& more = "") {
  return "chains: {default: [{api_key: {keys: [" + keys + "]" + more + "}}]}";
}
std::string both(const std::string& more = "") {
  return chain("{name: billing, client: job, scopes: ['orders:read'], sha256: " + billing +
                   "}, {name: shop, sha256: " + shop + "}",
               more);
}

class keyed {
 public:
  explicit keyed(const std::string& text) : service(config::parse_text(text, "service.yml")) {
    service.get("/", [](exchange& x) {
      const principal* who = x.get<principal>();
      if (who == nullptr) return x.text("nobody");
      x.text(who->issuer, " ", who->subject, " ", who->client_id, " ", name_of(who->by));
    });
    service.get("/orders", [](exchange& x) { x.text("orders"); }, {.scopes = {"orders:read"}});
    client = std::make_unique<test_client>(service);
  }
  test_answer get(const test_headers& headers, const std::string& path = "/") { return client->get(path, headers); }

  candela::service service;
  std::unique_ptr<test_client> client;
};

std::string wrong_options(const std::string& text) {
  try {
    const keyed made(text);
  } catch (const config::error& wrong) {
    return wrong.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("a key from the list makes a principal of who brings it") {
  keyed service(both());
  CHECK(service.get({{"x-api-key", "key-of-billing"}}).body == "api_key billing job api_key");
  CHECK(service.get({{"X-Api-Key", "key-of-shop"}}).body == "api_key shop  api_key");
}

TEST_CASE("what is no key of the list is refused, and no key is logged") {
  const log_file log;
  keyed service(both());
  for (const char* key : {"key-of-billin", "key-of-billingx", "KEY-OF-BILLING", "x"}) {
    CAPTURE(key);
    const test_answer answer = service.get({{"X-Api-Key", key}});
    CHECK(answer.status == 401);
    CHECK(answer.header("WWW-Authenticate") == "ApiKey realm=\"api\"");
    CHECK(answer.body.find("\"invalid_key\"") != std::string::npos);
  }
  CHECK(service.get({{"X-Api-Key", billing}}).status == 401);
  CHECK(service.get({{"X-Api-Key", std::string(5000, 'x')}}).status == 401);
  CHECK(log.has("key_unknown"));
  CHECK(!log.has("key-of-billin"));
}

TEST_CASE("no key, two keys and too little of one are told apart") {
  keyed service(both());
  CHECK(service.get({}).body.find("\"unauthorized\"") != std::string::npos);
  CHECK(service.get({{"X-Api-Key", "key-of-shop"}, {"X-Api-Key", "key-of-shop"}}).status == 400);
  const test_answer answer = service.get({{"X-Api-Key", "key-of-shop"}}, "/orders");
  CHECK(answer.status == 403);
  CHECK(answer.header("WWW-Authenticate").ends_with("scope=\"orders:read\""));
  CHECK(service.get({{"X-Api-Key", "key-of-billing"}}, "/orders").status == 200);
}

TEST_CASE("a key may come elsewhere, and may be optional where no scope is needed") {
  keyed service(both(", from: Authorization, optional: true"));
  CHECK(service.get({{"Authorization", "ApiKey key-of-shop"}}).status == 200);
  CHECK(service.get({{"X-Api-Key", "key-of-shop"}}).body == "nobody");
  CHECK(service.get({{"Authorization", "ApiKey x"}}).status == 401);
  CHECK(service.get({}, "/orders").status == 401);
}

TEST_CASE("wrong options are named with their place") {
  CHECK(wrong_options(both()) == "accepted");
  for (const std::string& text :
       {chain(""), chain("{sha256: " + billing + "}"), chain("{name: a}"), chain("{name: a, sha256: abc}"),
        chain("{name: a, sha256: " + billing.substr(1) + "X}"),
        chain("{name: a, sha256: " + billing + "}, {name: b, sha256: " + billing + "}"),
        chain("{name: a, sha256: " + billing + ", key: x}"), both(", form: x")}) {
    CAPTURE(text);
    CHECK(wrong_options(text).find("service.yml:1:") != std::string::npos);
  }
}
