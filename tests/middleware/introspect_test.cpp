#include <candela/middleware/introspect.hpp>

#include <doctest/doctest.h>

#include <candela/config/error.hpp>
#include <candela/config/parse.hpp>
#include <candela/server/principal.hpp>
#include <candela/service/test_client.hpp>

#include "tests/keys/document_server.hpp"
#include "tests/middleware/log_file.hpp"
#include "tests/middleware/token_mint.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;

namespace {

std::string chain(const std::string& url, const std::string& more = "") {
  return "chains: {default: [{introspect: {url: '" + url +
         "', client_id: 'orders:1', client_secret: 's3cret/', issuer: 'https://id.example'" + more + "}}]}";
}

class guarded {
 public:
  explicit guarded(const std::string& more = "")
      : service(config::parse_text(chain(issuer.url(), more), "service.yml")) {
    active();
    service.get("/", [](exchange& x) {
      const principal* who = x.get<principal>();
      if (who == nullptr) return x.text("nobody");
      x.text(who->issuer, " ", who->subject, " ", who->client_id, " ", name_of(who->by));
    });
    service.get("/orders", [](exchange& x) { x.text("orders"); }, {.scopes = {"orders:read"}});
    client = std::make_unique<test_client>(service, &time);
  }
  void active(const std::string& more = "") {
    issuer.serve(R"({"active":true,"sub":"ann","client_id":"web","scope":"orders:read","exp":)" +
                 std::to_string(mint_time + 300) + more + "}");
  }
  test_answer get(const std::string& token, const std::string& path = "/") {
    return client->get(path, {bearer(token)});
  }

  document_server issuer;
  manual_clock time;
  candela::service service;
  std::unique_ptr<test_client> client;
};

std::string wrong_options(const std::string& text) {
  candela::service service(config::parse_text(text, "service.yml"));
  try {
    const test_client made(service);
  } catch (const config::error& wrong) {
    return wrong.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("the issuer is asked what a token is worth, by who shows who asks") {
  guarded shop;
  CHECK(shop.get("opaque+/1").body == "https://id.example ann web opaque_token");
  const std::string asked = shop.issuer.last_request();
  CHECK(asked.starts_with("POST /jwks HTTP/1.1\r\n"));
  CHECK(asked.find("\r\nAuthorization: Basic b3JkZXJzJTNBMTpzM2NyZXQlMkY=\r\n") != std::string::npos);
  CHECK(asked.find("\r\nContent-Type: application/x-www-form-urlencoded\r\n") != std::string::npos);
  CHECK(asked.ends_with("\r\n\r\ntoken_type_hint=access_token&token=opaque%2B%2F1"));
}

TEST_CASE("an active token is asked about once in a while, and never beyond its expiry") {
  guarded shop;
  CHECK(shop.get("a").status == 200);
  CHECK(shop.get("a").status == 200);
  CHECK(shop.issuer.asked() == 1);
  CHECK(shop.get("b").status == 200);
  CHECK(shop.issuer.asked() == 2);
  shop.client->pass(31s);
  CHECK(shop.get("a").status == 200);
  CHECK(shop.issuer.asked() == 3);
  shop.client->pass(300s);
  CHECK(shop.get("a").status == 401);
}

TEST_CASE("questions about different tokens go over one connection") {
  guarded shop;
  shop.issuer.leave_open();
  for (const char* token : {"a", "b", "c", "d"}) CHECK(shop.get(token).status == 200);
  CHECK(shop.issuer.last_request().ends_with("token=d"));
  CHECK(shop.issuer.asked() == 1);
}

TEST_CASE("what is not active, or for others, is refused, and asked again the next time") {
  guarded shop(", audience: orders");
  const std::string rows[] = {R"({"active":false})",
                              R"({"active":false,"sub":"ann"})",
                              R"({"active":true,"sub":"ann"})",
                              R"({"active":true,"aud":"billing"})",
                              R"({"active":true,"aud":"orders","iss":"https://other.example"})",
                              R"({"active":true,"aud":"orders","exp":1699999000})",
                              R"({"active":true,"aud":"orders","nbf":1700001000})",
                              R"({"active":true,"aud":"orders","cnf":{"kid":"x"}})"};
  for (const std::string& each : rows) {
    CAPTURE(each);
    shop.issuer.serve(each);
    const test_answer answer = shop.get("a");
    CHECK(answer.status == 401);
    CHECK(answer.header("WWW-Authenticate") == "Bearer realm=\"api\", error=\"invalid_token\"");
  }
  shop.active(R"(,"aud":["x","orders"])");
  CHECK(shop.get("a").status == 200);
}

TEST_CASE("an issuer that does not answer as it should lets nobody in") {
  const log_file log;
  guarded shop(", timeout: 1s");
  const std::string rows[] = {"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n",
                              "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n",
                              "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
                              "HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{\"active\":\"true\"}",
                              "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"active\":1}",
                              "HTTP/1.1 200 OK\r\nContent-Length: 32\r\n\r\n{\"active\":false,\"active\":true}  ",
                              "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntrue\n",
                              ""};
  for (const std::string& each : rows) {
    CAPTURE(each);
    shop.issuer.serve_bytes(each);
    CHECK(shop.get("a").status == 503);
  }
  CHECK(!log.has("timed_out"));
  shop.issuer.hold();
  CHECK(shop.get("a").status == 503);
  CHECK(log.has("\"why\":\"issuer_unavailable\",\"detail\":\"timed_out"));
  CHECK(log.has("\"why\":\"issuer_unavailable\",\"detail\":\"refused: answered with status 500\""));
  const std::string told = log.text();
  for (std::size_t at = 0; (at = told.find("tokens cannot be checked", at)) != std::string::npos; ++at) {
    const std::size_t line = told.rfind('\n', at) + 1;
    CHECK(told.substr(line, at - line).find("\"warn") != std::string::npos);
  }
  shop.active();
  CHECK(shop.get("a").status == 200);
  CHECK(!log.has("s3cret"));
}

TEST_CASE("missing, doubled and too weak tokens are answered as by jwt_verify") {
  guarded shop(", scopes: [profile]");
  CHECK(shop.client->get("/").header("WWW-Authenticate") == "Bearer realm=\"api\"");
  CHECK(shop.client->get("/", {bearer("a"), bearer("a")}).status == 400);
  CHECK(shop.client->get("/?access_token=a").status == 400);
  CHECK(shop.get("a", "/orders").status == 403);
  CHECK(shop.get(std::string(5000, 'a')).status == 401);
  CHECK(shop.issuer.asked() == 1);
}

TEST_CASE("wrong options are named with their place") {
  const std::string good = "http://127.0.0.1:1/";
  CHECK(wrong_options(chain(good)) == "accepted");
  for (const std::string& text :
       {chain("id.example.org"), chain("http://id.example.org/"),
        chain("https://id.example.org/", ", authorities: /nowhere"), chain(good, ", cache: {ttl: 1d}"),
        chain(good, ", client: x"), std::string("chains: {default: [{introspect: {url: 'https://a/'}}]}")}) {
    CAPTURE(text);
    CHECK(wrong_options(text).find("service.yml:1:") != std::string::npos);
  }
}
