#include <candela/middleware/basic_auth.hpp>

#include <doctest/doctest.h>

#include <candela/config/error.hpp>
#include <candela/config/parse.hpp>
#include <candela/core/manual_clock.hpp>
#include <candela/jose/base64.hpp>
#include <candela/server/principal.hpp>
#include <candela/service/test_client.hpp>

#include "tests/middleware/log_file.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;
using jose::encode_base64;

namespace {

// "secret", and "päß wörd:" in UTF-8, of Python's hashlib.scrypt.
const std::string ann = "$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$S7FwBvpu+z8K0PUVUagFRTUAB2dAxIZpzVHvLZir+98";
const std::string bob = "$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$/Dj48lOC1+yVUBEeEUwZoYn6rBoKwRGGdRn5VN30wAU";

std::string chain(const std::string& users, const std::string& more = "") {
  return "chains: {default: [{basic_auth: {users: [" + users + "]" + more + "}}]}";
}
std::string both(const std::string& more = "") {
  return chain("{name: ann, password: '" + ann + "', scopes: [orders]}, {name: bob, password: '" + bob + "'}", more);
}

class guarded {
 public:
  explicit guarded(const std::string& text) : service(config::parse_text(text, "service.yml")) {
    service.get("/", [](exchange& x) {
      const principal* who = x.get<principal>();
      who == nullptr ? x.text("nobody") : x.text(who->subject, " ", name_of(who->by));
    });
    service.get("/orders", [](exchange& x) { x.text("orders"); }, {.scopes = {"orders"}});
    client = std::make_unique<test_client>(service, &time);
  }
  test_answer get(std::string_view name_and_password, const std::string& path = "/") {
    return client->get(path, {{"Authorization", "Basic " + encode_base64(name_and_password)}});
  }

  manual_clock time;
  candela::service service;
  std::unique_ptr<test_client> client;
};

std::string wrong_options(const std::string& text) {
  try {
    const guarded made(text);
  } catch (const config::error& wrong) {
    return wrong.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("name and password make a principal of who brings them") {
  guarded shop(both());
  CHECK(shop.get("ann:secret").body == "ann password");
  CHECK(shop.get("bob:p\xc3\xa4\xc3\x9f w\xc3\xb6rd:").body == "bob password");
}

TEST_CASE("another password, another name and what is neither get the same answer") {
  const log_file log;
  guarded shop(both());
  const test_answer first = shop.get("ann:wrong");
  CHECK(first.status == 401);
  CHECK(first.header("WWW-Authenticate") == "Basic realm=\"api\", charset=\"UTF-8\"");
  for (const char* given :
       {"ann:secret2", "ann:", "ann:Secret", "eve:secret", ":secret", "ann", "", "bob:secret", "ann\n:secret"}) {
    CAPTURE(given);
    const test_answer answer = shop.get(given);
    CHECK(answer.status == 401);
    if (*given != '\0') CHECK(answer.body == first.body);
  }
  CHECK(shop.client->get("/", {{"Authorization", "Basic ann:secret"}}).status == 401);
  CHECK(shop.client->get("/", {{"Authorization", "Basic YW5uOnNlY3JldA"}}).status == 401);
  CHECK(shop.client->get("/").body.find("\"unauthorized\"") != std::string::npos);
  const std::string good = "Basic " + encode_base64("ann:secret");
  CHECK(shop.client->get("/", {{"Authorization", good}, {"Authorization", good}}).status == 400);
  CHECK(log.has("another password"));
  CHECK(!log.has("secret2"));
}

TEST_CASE("a password that was right is known for a while, and a wrong one beside it is not") {
  guarded shop(both());
  CHECK(shop.get("ann:secret").status == 200);
  // Known: answered within the turn, without the lane.
  const std::string request =
      test_client::request(http::method::get, "/", {}, {{"Authorization", "Basic " + encode_base64("ann:secret")}});
  shop.client->send(request);
  REQUIRE(shop.client->received());
  CHECK(shop.client->received()->status == 200);
  CHECK(shop.get("ann:secreT").status == 401);
  CHECK(shop.get("bob:secret").status == 401);
  shop.client->pass(61s);
  CHECK(shop.get("ann:secret").status == 200);
}

TEST_CASE("rights are asked for, known password or not") {
  guarded shop(both());
  for (int i = 0; i != 2; ++i) {
    CHECK(shop.get("ann:secret", "/orders").status == 200);
    CHECK(shop.get("bob:p\xc3\xa4\xc3\x9f w\xc3\xb6rd:", "/orders").status == 403);
  }
}

TEST_CASE("wrong options are named with their place") {
  CHECK(wrong_options(both()) == "accepted");
  for (const std::string& text : {chain(""), chain("{name: ann}"), chain("{name: ann, password: secret}"),
                                  chain("{password: '" + ann + "'}"), chain("{name: 'a:b', password: '" + ann + "'}"),
                                  chain("{name: a, password: '" + ann + "'}, {name: a, password: '" + bob + "'}"),
                                  both(", cache: {size: 1}"), both(", from: {header: x}")}) {
    CAPTURE(text);
    const std::string said = wrong_options(text);
    CHECK(said.find("service.yml:1:") != std::string::npos);
    CHECK(said.find("S7FwBv") == std::string::npos);
  }
}
