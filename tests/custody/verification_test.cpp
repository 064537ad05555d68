#include <doctest/doctest.h>

#include <stdexcept>

#include "tests/custody/forge.hpp"

using namespace candela;
using namespace candela::testing;
using custody::history;
using custody::refusal;

TEST_CASE("a chain by hash is accepted, and its call stack tells who called whom") {
  scenario chain;
  arena memory;
  const auto stack = chain.verdict(memory);
  REQUIRE_MESSAGE(stack.has_value(), stack.error().detail);
  REQUIRE((*stack)->links.size() == 4);
  for (std::size_t i = 0; i != 4; ++i) {
    CHECK((*stack)->links[i].said.iss == cast()[i].identity);
    CHECK((*stack)->links[i].said.aud == cast()[i + 1].identity);
    CHECK((*stack)->links[i].key_id == cast()[i].key.id());
  }
  CHECK((*stack)->caller() == cast()[3].identity);
  CHECK((*stack)->subject() == "user-1");
  CHECK((*stack)->transaction() == "transaction-1");
  CHECK((*stack)->scope == "pay read");
  CHECK((*stack)->root().clm.find("tenant")->string() == "acme");
  CHECK((*stack)->proof->jti == "AAAAAAAAAAAAAAAAAAAAAA");
  CHECK((*stack)->form == history::by_hash);
}

TEST_CASE("the same chain by value has the same call stack") {
  scenario hashed;
  scenario nested(4, history::by_value);
  arena memory;
  const auto one = hashed.verdict(memory);
  const auto other = nested.verdict(memory);
  REQUIRE(one.has_value());
  REQUIRE_MESSAGE(other.has_value(), other.error().detail);
  CHECK((*other)->form == history::by_value);
  CHECK(write_act(**one, memory) == write_act(**other, memory));
  for (std::size_t i = 0; i != 4; ++i) {
    CHECK((*one)->links[i].said.iss == (*other)->links[i].said.iss);
    CHECK((*one)->links[i].said.op == (*other)->links[i].said.op);
  }
}

TEST_CASE("a root alone, a narrower scope and a repeated user are accepted") {
  CHECK_FALSE(scenario(1).code());
  scenario repeated;
  repeated.on_link = [](std::size_t place, draft& link) {
    if (place != 2) return;
    link.say("scope", R"("read")");
    link.say("sub", R"("user-1")");
    link.say("tctx", R"({"amount":7})");
  };
  arena memory;
  const auto stack = repeated.verdict(memory);
  REQUIRE(stack.has_value());
  CHECK((*stack)->scope == "read");
}

TEST_CASE("chains of Ed25519 and ES384 are accepted beside ES256") {
  for (const jose::curve which : {jose::curve::ed25519, jose::curve::p384}) {
    scenario chain;
    const jose::key plain = jose::key::generate(which).value();
    const jose::key other = plain.with({.id = plain.thumbprint()}).value();
    const custody::service_key open = public_half(other);
    std::vector<custody::service_keys> services = cast_keys();
    services[1].keys = {open};
    chain.at.keys.replace(
        std::make_shared<const custody::key_snapshot>(custody::key_snapshot::of(std::move(services)).value()));
    chain.on_link = [&](std::size_t place, draft& link) {
      if (place != 1) return;
      link.signer = other;
      link.algorithm = open.algorithm;
      link.head("alg", in_quotes(name_of(open.algorithm)));
      link.head("kid", in_quotes(other.id()));
    };
    CHECK_FALSE(chain.code());
  }
}

TEST_CASE("steps out of their order end in an exception, never in a verdict") {
  scenario chain;
  arena memory;
  const std::vector<std::string> links = chain.chain();
  const std::string field = scenario::joined(links);
  const std::string proof = chain.proof(field);
  const std::string_view chains[] = {field};
  const std::string_view proofs[] = {proof};
  chain.request.headers = chain.headers;
  custody::verification all({chain.at.rules, chain.at.keys, chain.at.kept}, chain.request, chain.at.time, memory);
  CHECK_THROWS_AS(static_cast<void>(all.find_key()), std::logic_error);
  CHECK_THROWS_AS(static_cast<void>(all.finish(nullptr)), std::logic_error);
  REQUIRE(all.read({chains, proofs}).has_value());
  REQUIRE(all.find_key().has_value());
  CHECK_THROWS_AS(static_cast<void>(all.read_links()), std::logic_error);
  CHECK_THROWS_AS(static_cast<void>(all.accept_content(chain.content)), std::logic_error);
  CHECK_THROWS_AS(static_cast<void>(all.spent()), std::logic_error);
  // Nobody ran the check: the proof counts as unsigned.
  CHECK(all.accept_proof().error() == refusal::proof_invalid);
}

TEST_CASE("nobody gets a verdict without a word about the content") {
  scenario chain;
  arena memory;
  const std::string field = scenario::joined(chain.chain());
  const std::string proof = chain.proof(field);
  const std::string_view chains[] = {field};
  const std::string_view proofs[] = {proof};
  chain.request.headers = chain.headers;
  const custody::verifier by{chain.at.rules, chain.at.keys, chain.at.kept};
  custody::verification all(by, chain.request, chain.at.time, memory);
  REQUIRE(all.read({chains, proofs}).has_value());
  REQUIRE(all.find_key().has_value());
  all.proof_check()->run();
  REQUIRE(all.accept_proof().has_value());
  REQUIRE(all.accept_spent(custody::replay_answer::first).has_value());
  REQUIRE(all.read_links().has_value());
  for (custody::pending_check* each : all.link_checks()) each->run();
  REQUIRE(all.accept_links().has_value());
  CHECK_THROWS_AS(static_cast<void>(all.finish(nullptr)), std::logic_error);
  REQUIRE(all.accept_content(chain.content).has_value());
  CHECK(all.finish(nullptr).has_value());
}

TEST_CASE("content may come piece by piece, while the other steps go on") {
  for (const std::string_view last : {"7}", "8}", ""}) {
    scenario chain;
    arena memory;
    const std::string field = scenario::joined(chain.chain());
    const std::string proof = chain.proof(field);
    const std::string_view chains[] = {field};
    const std::string_view proofs[] = {proof};
    chain.request.headers = chain.headers;
    const custody::verifier by{chain.at.rules, chain.at.keys, chain.at.kept};
    custody::verification all(by, chain.request, chain.at.time, memory);
    REQUIRE(all.read({chains, proofs}).has_value());
    REQUIRE(all.find_key().has_value());
    all.proof_check()->run();
    REQUIRE(all.accept_proof().has_value());
    custody::content_check& content = all.stream_content();
    content.add(R"({"amount")");
    REQUIRE(all.accept_spent(custody::replay_answer::first).has_value());
    REQUIRE(all.read_links().has_value());
    for (custody::pending_check* each : all.link_checks()) each->run();
    REQUIRE(all.accept_links().has_value());
    REQUIRE(all.finish(nullptr).has_value());
    content.add(":");
    content.add("");
    content.add(last);
    const auto verdict = content.finish();
    CHECK(verdict.has_value() == (last == "7}"));
    if (!verdict) CHECK(verdict.error() == refusal::proof_body_mismatch);
  }
}

TEST_CASE("links that were verified are not verified again, until the keys change") {
  scenario chain;
  chain.at.kept = custody::verified_links(64);
  arena memory;
  const std::string field = scenario::joined(chain.chain());
  const std::string proof = chain.proof(field);
  const std::string_view chains[] = {field};
  const std::string_view proofs[] = {proof};
  chain.request.headers = chain.headers;
  const custody::verifier by{chain.at.rules, chain.at.keys, chain.at.kept};
  const auto checks = [&] {
    custody::verification all(by, chain.request, chain.at.time, memory);
    REQUIRE(all.read({chains, proofs}).has_value());
    REQUIRE(all.find_key().has_value());
    all.proof_check()->run();
    REQUIRE(all.accept_proof().has_value());
    REQUIRE(all.accept_spent(custody::replay_answer::first).has_value());
    REQUIRE(all.read_links().has_value());
    const std::span<custody::pending_check* const> left = all.link_checks();
    for (custody::pending_check* each : left) each->run();
    REQUIRE(all.accept_links().has_value());
    return left.size();
  };
  CHECK(checks() == 4);
  CHECK(checks() == 0);
  chain.at.keys.replace(std::make_shared<const custody::key_snapshot>(custody::key_snapshot::of(cast_keys()).value()));
  CHECK(checks() == 4);
}

TEST_CASE("an unknown key asks for one refresh, however often it is unknown") {
  scenario chain;
  int refreshes = 0;
  custody::static_keys nobody(custody::key_snapshot(), [&refreshes] { ++refreshes; });
  const std::string field = scenario::joined(chain.chain());
  const std::string proof = chain.proof(field);
  const std::string_view chains[] = {field};
  const std::string_view proofs[] = {proof};
  chain.request.headers = chain.headers;
  for (int i = 0; i != 10'000; ++i) {
    arena memory;
    const auto answer = custody::verify({chain.at.rules, nobody, chain.at.kept}, {chains, proofs}, chain.request,
                                        chain.content, chain.at.used, nullptr, chain.at.time, memory);
    REQUIRE(answer.error() == refusal::key_unknown);
  }
  CHECK(refreshes == 1);
  chain.at.time.advance(custody::static_keys::default_pause);
  nobody.missing("", "", chain.at.time.steady());
  CHECK(refreshes == 2);
}
