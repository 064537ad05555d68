#include <candela/middleware/single_use.hpp>

#include <doctest/doctest.h>

#include <candela/config/error.hpp>
#include <candela/config/parse.hpp>
#include <candela/server/principal.hpp>
#include <candela/service/test_client.hpp>
#include <thread>

#include "tests/middleware/log_file.hpp"
#include "tests/middleware/token_mint.hpp"
#include "tests/net/test_certificates.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;

namespace {

std::string chain(const std::string& file, const std::string& more = "") {
  return "chains: {default: [{single_use: {issuer: 'https://id.example', audience: 'https://files.example', base: "
         "'https://files.example', keys: '" +
         file + "'" + more + "}}]}";
}

class guarded {
 public:
  explicit guarded(const std::string& more = "", const std::string& whole = "")
      : service(config::parse_text(chain(file, more) + whole, "service.yml")) {
    const auto tell = [](exchange& x) {
      const principal* who = x.get<principal>();
      x.text(who->subject, " ", who->token_id, " ", name_of(who->by));
    };
    service.get("/files/{name}", tell);
    service.post("/files/{name}", tell);
    service.get("/orders", tell, {.scopes = {"orders"}});
    client = std::make_unique<test_client>(service, &time);
  }
  std::uint16_t status(const std::string& token, const std::string& path = "/files/a",
                       http::method method = http::method::get) {
    return client->ask(method, path, {}, {bearer(token)}).status;
  }
  std::string ticket(const std::string& id, token_claims said = {}, std::string_view type = "JWT") const {
    said.id = "\"" + id + "\"";
    return mint(key, said, type);
  }

  net::test::temporary_folder folder;
  jose::key key = new_key("k1");
  std::string file = folder.write("keys.json", published({key}));
  manual_clock time;
  candela::service service;
  std::unique_ptr<test_client> client;
};

token_claims for_file(const std::string& method = "GET", const std::string& target = "/files/a") {
  token_claims said{.audience = R"("https://files.example")", .expires = std::to_string(mint_time + 60)};
  said.further = R"(,"htm":")" + method + R"(","htu":"https://files.example)" + target + "\"";
  return said;
}

}  // namespace

TEST_CASE("a ticket lets in once, and never again") {
  guarded files;
  const std::string ticket = files.ticket("t1", for_file());
  const test_answer answer = files.client->get("/files/a", {bearer(ticket)});
  CHECK(answer.status == 200);
  CHECK(answer.body == "ann t1 single_use");
  for (int i = 0; i != 3; ++i) CHECK(files.status(ticket) == 401);
  CHECK(files.status(files.ticket("t2", for_file())) == 200);
  // Another token with the same id is the same ticket.
  CHECK(files.status(files.ticket("t2", for_file())) == 401);
}

TEST_CASE("who brings a used ticket is answered as anybody whose ticket is wrong, and the log tells them apart") {
  const log_file log;
  guarded files;
  const auto body = [&](const std::string& ticket) { return files.client->get("/files/a", {bearer(ticket)}).body; };
  const std::string ticket = files.ticket("t1", for_file());
  REQUIRE(files.status(ticket) == 200);
  CHECK(!log.has("a token was refused"));
  CHECK(body(ticket) == body(mint(new_key("k1"), for_file(), "JWT")));
  CHECK(log.has("\"why\":\"replayed\",\"detail\":\"it was used before\""));
  CHECK(!log.has("\"why\":\"expired\""));
}

TEST_CASE("of all who bring one ticket on several connections, one is let in") {
  guarded files;
  const std::string ticket = files.ticket("t1", for_file());
  int accepted = 0;
  for (int i = 0; i != 64; ++i) accepted += files.status(ticket) == 200;
  CHECK(accepted == 1);
}

TEST_CASE("a ticket is for one request, and the fields of a request change nothing") {
  guarded files;
  int number = 0;
  const auto refused = [&](const token_claims& said, const std::string& path = "/files/a",
                           http::method method = http::method::get, std::string_view type = "JWT") {
    return files.status(files.ticket("r" + std::to_string(++number), said, type), path, method) == 401;
  };
  CHECK(refused(for_file("POST")));
  CHECK(refused(for_file("get")));
  CHECK(refused(for_file(), "/files/a", http::method::post));
  CHECK(refused(for_file(), "/files/b"));
  CHECK(refused(for_file(), "/files/a?x=1"));
  CHECK(refused(for_file("GET", "/files/a?x=1")));
  CHECK(refused(for_file("GET", "/files/%61")));
  CHECK(refused(for_file(), "/files/a", http::method::get, "at+jwt"));
  CHECK(refused(for_file(), "/files/a", http::method::get, ""));
  token_claims other = for_file();
  other.audience = R"("https://files.example.org")";
  CHECK(refused(other));
  other.audience = R"(["https://files.example","https://orders.example"])";
  CHECK(refused(other));
  token_claims long_lived = for_file();
  long_lived.expires = std::to_string(mint_time + 61);
  CHECK(refused(long_lived));
  token_claims dateless = for_file();
  dateless.issued = "";
  CHECK(refused(dateless));
  token_claims loose = for_file();
  loose.further = "";
  CHECK(refused(loose));
  const auto forwarded = files.client->get("/files/a", {bearer(files.ticket("f", for_file("GET", "/files/b"))),
                                                        {"X-Forwarded-Host", "files.example"},
                                                        {"X-Original-URL", "/files/b"}});
  CHECK(forwarded.status == 401);
  CHECK(files.status(files.ticket("ok", for_file("GET", "/files/a?x=1")), "/files/a?x=1") == 200);
}

TEST_CASE("what is wrong with a ticket does not spend it") {
  guarded files;
  const std::string ticket = files.ticket("t1", for_file());
  const std::string forged = mint(new_key("k1"), for_file(), "JWT");
  CHECK(files.status(forged) == 401);
  CHECK(files.status(ticket, "/files/b") == 401);
  CHECK(files.status(ticket) == 200);
}

TEST_CASE("a ticket stays used when the time of day steps back, and is refused after its time") {
  guarded files;
  const std::string ticket = files.ticket("t1", for_file());
  CHECK(files.status(ticket) == 200);
  files.time.set_wall(clock::wall_time(std::chrono::seconds(mint_time - 4)));
  CHECK(files.status(ticket) == 401);
  files.client->pass(64s + 4s);
  CHECK(files.status(ticket) == 401);
  CHECK(files.status(files.ticket("t2", for_file())) == 200);
  files.client->pass(2s);
  CHECK(files.status(files.ticket("t3", for_file())) == 401);
}

TEST_CASE("a store that is full lets nobody in, and forgets nothing for it") {
  const log_file log;
  guarded files("", "\nstore: {spent_entries: 1}");
  const std::string first = files.ticket("first", for_file());
  REQUIRE(files.status(first) == 200);
  std::uint16_t last = 200;
  for (int i = 0; i != 4096 && last == 200; ++i) last = files.status(files.ticket(std::to_string(i), for_file()));
  CHECK(last == 503);
  CHECK(log.has("\"why\":\"store_unavailable\",\"detail\":\"full\""));
  CHECK(files.status(first) == 401);
  CHECK(files.client->get("/files/a").status == 401);
}

TEST_CASE("scopes are asked for before a ticket is spent") {
  guarded files;
  CHECK(files.status(files.ticket("t1", for_file("GET", "/orders")), "/orders") == 403);
  token_claims able = for_file("GET", "/orders");
  able.scope = R"("orders")";
  CHECK(files.status(files.ticket("t1", able), "/orders") == 200);
}

TEST_CASE("wrong options are named with their place") {
  const auto said = [](const std::string& more) -> std::string {
    try {
      const guarded made(more);
    } catch (const config::error& wrong) {
      return wrong.what();
    }
    return "accepted";
  };
  CHECK(said(", type: ticket+jwt") == "accepted");
  for (const char* more : {", type: chain-call+jwt", ", type: dpop+jwt", ", max_lifetime: 11m", ", leeway: 31s",
                           ", cache: {tokens: 1}", ", optional: true"}) {
    CAPTURE(more);
    CHECK(said(more).find("service.yml:1:") != std::string::npos);
  }
  candela::service bad(config::parse_text(
      "chains: {default: [{single_use: {issuer: a, audience: b, base: 'https://a/x', keys: c}}]}", "service.yml"));
  CHECK_THROWS_AS(test_client{bad}, config::error);
}
