#include <candela/middleware/revocation.hpp>

#include <doctest/doctest.h>

#include <candela/server/principal.hpp>
#include <memory>

#include "middleware/detail/revoked_chains.hpp"
#include "tests/middleware/log_file.hpp"
#include "tests/middleware/stage_fixture.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;
using middleware::revocation;

namespace {

std::shared_ptr<const store::revocation_list> list_of(std::string_view lines) {
  store::revocation_list_builder made(100);
  REQUIRE(made.add_lines(lines));
  return std::make_shared<const store::revocation_list>(std::move(made).build());
}

/// Says who asks, as a stage that verifies does.
struct naming_stage {
  step on_request(exchange& x) {
    if (x.header("x-sub").empty()) return step::next;
    const auto claims = x.arena().make_array<json::member>(1);
    claims[0] = {"txn", json::value(x.header("x-txn"))};
    x.put<principal>(principal{.issuer = x.header("x-iss"),
                               .subject = x.header("x-sub"),
                               .token_id = x.header("x-jti"),
                               .key_id = x.header("x-kid"),
                               .claims = json::value(std::span<const json::member>(claims))});
    return step::next;
  }
};

struct guarded {
  explicit guarded(std::string_view lines, bool trusts_old = false) : list(server.time(), 30s, trusts_old) {
    list.use(list_of(lines), true);
    server.use(list);
    server.entry(naming_stage{});
    server.stage<revocation>();
    server.get("/", hello);
    server.serve();
  }
  std::string get(std::string_view fields) { return server.ask(request_with("GET /", fields)); }

  stage_fixture server;
  store::revocations list;
};

}  // namespace

TEST_CASE("a caller is refused by its token, its key, its subject, its issuer and its transaction") {
  guarded by("jti:t1\nsub:eve\niss:https://gone.example\ntxn:x9\nkid:ada\nkid:k1\n");
  for (const std::string_view fields :
       {"X-Sub: ada\r\nX-Jti: t1\r\n", "X-Sub: eve\r\n", "X-Sub: ada\r\nX-Iss: https://gone.example\r\n",
        "X-Sub: ada\r\nX-Txn: x9\r\n", "X-Sub: ada\r\nX-Kid: k1\r\n"}) {
    CAPTURE(fields);
    const std::string refused = by.get(fields);
    CHECK(status_of(refused) == "HTTP/1.1 401 Unauthorized");
    CHECK(field_of(refused, "WWW-Authenticate") == "Bearer error=\"invalid_token\"");
    CHECK(body_of(refused).find("revoked") == std::string::npos);
  }
  CHECK(body_of(by.get("X-Sub: ada\r\nX-Jti: t2\r\nX-Txn: x8\r\n")) == "hello");
  CHECK(body_of(by.get("")) == "hello");
  CHECK(by.server.metrics_text().find("candela_revocation_refused_total{chain=\"default\"} 5") != std::string::npos);
}

TEST_CASE("what is revoked later is refused from then on") {
  guarded by("");
  CHECK(body_of(by.get("X-Sub: eve\r\n")) == "hello");
  by.list.use(list_of("sub:eve"), true);
  CHECK(status_of(by.get("X-Sub: eve\r\n")) == "HTTP/1.1 401 Unauthorized");
}

TEST_CASE("a list that is too old lets nobody in who would have to be looked up") {
  guarded by("sub:eve");
  by.server.pass(31s);
  const std::string unknown = by.get("X-Sub: ada\r\n");
  CHECK(status_of(unknown) == "HTTP/1.1 503 Service Unavailable");
  CHECK(field_of(unknown, "Retry-After") == "1");
  CHECK(status_of(by.get("X-Sub: eve\r\n")) == "HTTP/1.1 401 Unauthorized");
  CHECK(body_of(by.get("")) == "hello");
  CHECK(by.server.metrics_text().find("candela_revocation_unknown_total{chain=\"default\"} 1") != std::string::npos);
}

TEST_CASE("a list that is too old is logged once, and again when it had been good meanwhile") {
  const log_file log;
  guarded by("sub:eve");
  for (long times = 1; times != 3; ++times) {
    by.server.pass(31s);
    for (int i = 0; i != 5; ++i) {
      CHECK(status_of(by.get("X-Sub: ada\r\n")) == "HTTP/1.1 503 Service Unavailable");
      by.server.pass(2s);
    }
    CHECK(log.lines() == times);
    by.list.use(list_of("sub:eve"), true);
    CHECK(body_of(by.get("X-Sub: ada\r\n")) == "hello");
  }
}

TEST_CASE("an old list that is trusted goes on counting") {
  guarded by("sub:eve", true);
  by.server.pass(31s);
  CHECK(body_of(by.get("X-Sub: ada\r\n")) == "hello");
  CHECK(status_of(by.get("X-Sub: eve\r\n")) == "HTTP/1.1 401 Unauthorized");
}

TEST_CASE("without a list, or with an option, the stage is a mistake") {
  CHECK(refusal_of<revocation>("").find("the section revocations says where it is") != std::string::npos);
}

TEST_CASE("chains ask the same list by their own names") {
  using custody::revocable;
  using custody::revocation_answer;
  manual_clock time;
  store::revocations list(time, 30s, false);
  const middleware::detail::revoked_chains chains(list);
  CHECK(chains.ask(revocable::token, "a") == revocation_answer::unknown);
  list.use(list_of("jti:a\ntxn:b\nkid:c\niss:d\nsub:e"), true);
  CHECK(chains.ask(revocable::token, "a") == revocation_answer::revoked);
  CHECK(chains.ask(revocable::transaction, "b") == revocation_answer::revoked);
  CHECK(chains.ask(revocable::key, "c") == revocation_answer::revoked);
  CHECK(chains.ask(revocable::service, "d") == revocation_answer::revoked);
  CHECK(chains.ask(revocable::subject, "e") == revocation_answer::revoked);
  CHECK(chains.ask(revocable::subject, "a") == revocation_answer::good);
}
