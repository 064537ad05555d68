// What is refused of a chain that is right by itself: V7 and V8, and what the variants ask for besides.
#include <limits>

#include "tests/custody/attack.hpp"

using namespace candela;
using namespace candela::testing;
using custody::refusal;
using custody::revocable;

namespace {

using strings = std::vector<std::string>;

auto revoke(revocable kind, std::string value) {
  return [=](scenario& one) { one.at.revoked.entries.emplace(kind, value); };
}

// The peer's certificate in place of a proof.
scenario certified() {
  scenario one;
  one.at.rules.mtls = true;
  one.request.peer = cast()[3].identity;
  one.on_fields = [](strings&, strings& proof) { proof.clear(); };
  return one;
}

// A message that waited for ten minutes, its chain beside its proof.
scenario queued() {
  scenario one;
  one.at.rules.queue_lifetime = std::chrono::seconds(3600);
  one.at.time.advance(std::chrono::seconds(600));
  one.on_link = [](std::size_t place, draft& link) {
    if (place == 3) link.say("exp", at(3590));
  };
  one.on_proof = [](draft& proof) { proof.say("exp", at(3600)); };
  return one;
}

// The same with the chain inside.
scenario enveloped() {
  scenario one = queued();
  one.on_fields = [](strings& chain, strings& proof) {
    scenario made = queued();
    const std::string field = chain.front();
    made.on_proof = [&](draft& envelope) {
      envelope.say("exp", at(3600));
      envelope.say("chain", in_quotes(field));
    };
    proof = {made.proof(field)};
    chain.clear();
  };
  return one;
}

scenario without_http() {
  scenario one;
  one.request.method = {};
  one.request.target = {};
  one.request.query = std::nullopt;
  one.on_proof = [](draft& proof) {
    proof.say("htm", "");
    proof.say("htu", "");
    proof.say("hqh", "");
    proof.say("op", in_quotes(operation));
  };
  return one;
}

}  // namespace

TEST_CASE("whatever of a chain is revoked, the chain is refused") {
  const auto revoked = refusal::chain_revoked;
  const std::string first = digest_of("0").substr(0, 21) + "A";
  const std::string last = digest_of("3").substr(0, 21) + "A";
  refuse_all({
      {"the newest link", revoked, revoke(revocable::token, last)},
      {"the root", revoked, revoke(revocable::token, first)},
      {"the transaction", revoked, revoke(revocable::transaction, "transaction-1")},
      {"a key in the middle", revoked, revoke(revocable::key, id_of(1))},
      {"the caller's key", revoked, revoke(revocable::key, id_of(3))},
      {"a service in the middle", revoked, revoke(revocable::service, cast()[2].identity)},
      {"the user", revoked, revoke(revocable::subject, "user-1")},
      {"the proof", revoked, revoke(revocable::token, "AAAAAAAAAAAAAAAAAAAAAA")},
  });
  scenario other;
  other.at.revoked.entries = {{revocable::subject, "transaction-1"}, {revocable::key, "user-1"}};
  CHECK_FALSE(other.code());
}

TEST_CASE("the key of a proof may be another than that of its link, and is asked for as well") {
  const jose::key plain = jose::key::generate(jose::curve::p256).value();
  const jose::key second = plain.with({.id = plain.thumbprint()}).value();
  scenario one;
  std::vector<custody::service_keys> services = cast_keys();
  services[3].keys.push_back(public_half(second));
  one.at.keys.replace(
      std::make_shared<const custody::key_snapshot>(custody::key_snapshot::of(std::move(services)).value()));
  one.on_proof = [&](draft& proof) {
    proof.signer = second;
    proof.head("kid", in_quotes(second.id()));
  };
  CHECK_FALSE(one.code());
  one.at.used.used.clear();
  revoke(revocable::key, std::string(second.id()))(one);
  CHECK(one.code() == refusal::chain_revoked);
}

TEST_CASE("a list that is too old tells only what it has") {
  scenario one;
  one.at.revoked.old = true;
  CHECK(one.code() == refusal::replay_store_unavailable);
  one.at.used.used.clear();
  one.at.revoked.entries = {{revocable::key, id_of(2)}};
  CHECK(one.code() == refusal::chain_revoked);
}

TEST_CASE("a chain begins where it may, and is for the operation that is asked for") {
  const auto untrusted = refusal::chain_root_untrusted;
  refuse_all({
      {"a service that may begin nothing", untrusted,
       [](scenario& one) { one.at.rules.roots = {{.issuer = cast()[1].identity}}; }},
      {"nobody may", untrusted, [](scenario& one) { one.at.rules.roots.clear(); }},
      {"a root of another operation", untrusted,
       [](scenario& one) { one.at.rules.roots = {{.issuer = cast()[0].identity, .operation = "GET /"}}; }},
      {"a root for another of our names", untrusted,
       [](scenario& one) { one.at.rules.roots = {{.issuer = cast()[0].identity, .audience = "urn:b"}}; }},
      {"a middle service that poses as root", untrusted,
       [](scenario& one) {
         // All that it was given is dropped.
         one.on_fields = [](strings& chain, strings& proof) {
           scenario own;
           own.on_link = [](std::size_t, draft& link) {
             link.say("iss", in_quotes(cast()[3].identity));
             link.say("aud", in_quotes(cast()[4].identity));
             link.say("op", in_quotes(operation));
             link.head("kid", in_quotes(id_of(3)));
             link.signer = cast()[3].key;
           };
           chain = {own.chain().front()};
           proof = {own.proof(chain.front())};
         };
       }},
      {"a chain for another operation", refusal::op_mismatch, link_says(3, "op", R"("DELETE /v1/payments/{id}")")},
      {"a request of another operation", refusal::op_mismatch, [](scenario& one) { one.request.operation = "GET /"; }},
      {"without HTTP: a proof of another operation", refusal::op_mismatch,
       [](scenario& one) {
         const auto right = one.on_proof;
         one.on_proof = [right](draft& proof) {
           right(proof);
           proof.say("op", R"("rpc:other")");
         };
       },
       without_http},
      {"without HTTP: a proof of a method", refusal::proof_target_mismatch,
       [](scenario& one) { one.on_proof = [](draft&) {}; }, without_http},
  });
  scenario named;
  named.at.rules.roots = {{.issuer = cast()[0].identity, .audience = cast()[4].identity, .operation = operation}};
  CHECK_FALSE(named.code());
}

TEST_CASE("a certificate takes the place of a proof only where it may, and for its own service") {
  refuse_all({
      {"another peer", refusal::proof_invalid, [](scenario& one) { one.request.peer = cast()[2].identity; }, certified},
      {"no peer", refusal::chain_missing, [](scenario& one) { one.request.peer = {}; }, certified},
      {"where it may not", refusal::chain_missing, [](scenario& one) { one.at.rules.mtls = false; }, certified},
      {"a link for another service", refusal::proof_target_mismatch, link_says(3, "aud", in_quotes(cast()[9].identity)),
       certified},
      {"a link that the peer did not sign", refusal::chain_link_invalid, link_signed_by(3, 2), certified},
  });
  scenario twice = certified();
  const std::string field = scenario::joined(twice.chain());
  arena memory;
  const auto stack = twice.judge({field}, {}, memory);
  REQUIRE(stack.has_value());
  CHECK_FALSE((*stack)->proof.has_value());
  CHECK(twice.judge({field}, {}, memory).error() == refusal::proof_replayed);
}

TEST_CASE("a proof that is there is checked also where a certificate would do") {
  scenario both = certified();
  both.on_fields = [](strings&, strings&) {};
  CHECK_FALSE(both.code());
  both.at.used.used.clear();
  both.on_proof = [](draft& proof) { proof.signer = cast()[2].key; };
  CHECK(both.code() == refusal::proof_invalid);
}

TEST_CASE("a right proof of somebody else than the peer is refused where TLS ends with the caller") {
  scenario relayed = certified();
  relayed.on_fields = [](strings&, strings&) {};
  relayed.request.peer = cast()[2].identity;
  CHECK(relayed.code() == refusal::proof_invalid);
  // Elsewhere a proxy may stand between, with a certificate of its own.
  relayed.at.rules.mtls = false;
  CHECK_FALSE(relayed.code());
}

TEST_CASE("where links count once, another proof does not revive one") {
  scenario once;
  once.at.rules.single_use = true;
  const std::string field = scenario::joined(once.chain());
  arena memory;
  CHECK(once.judge({field}, {once.proof(field)}, memory).has_value());
  once.on_proof = [](draft& proof) { proof.say("jti", R"("BAAAAAAAAAAAAAAAAAAAAA")"); };
  CHECK(once.judge({field}, {once.proof(field)}, memory).error() == refusal::proof_replayed);
}

TEST_CASE("a link that says it lives for ever is remembered for no longer than a link may live, and refused") {
  for (const std::int64_t exp : {moment + 315'360'000, std::numeric_limits<std::int64_t>::max()}) {
    CAPTURE(exp);
    scenario peer = certified();
    scenario once;
    once.at.rules.single_use = true;
    for (scenario* each : {&peer, &once}) {
      link_says(3, "exp", std::to_string(exp))(*each);
      CHECK(each->code() == refusal::chain_expired);
      const custody::chain_rules& rules = each->at.rules;
      CHECK(each->at.used.used.size() == (each == &peer ? 1 : 2));
      CHECK(each->at.used.latest <= moment + rules.link_lifetime() + 2 * rules.accepted_skew());
    }
  }
}

TEST_CASE("a message may have waited, and its history may be over since, but not before its time") {
  refuse_all({
      {"longer than the queue keeps it", refusal::proof_expired,
       [](scenario& one) { one.at.time.advance(std::chrono::seconds(3005)); }, queued},
      {"where nothing waits", refusal::proof_expired, [](scenario& one) { one.at.rules.queue_lifetime.reset(); },
       queued},
      {"a newest link that did not wait", refusal::chain_expired,
       [](scenario& one) { one.on_link = [](std::size_t, draft&) {}; }, queued},
      {"a call after the time for it", refusal::chain_expired,
       [](scenario& one) {
         one.on_link = [](std::size_t place, draft& link) {
           if (place == 2) link.say("exp", at(-9));
           if (place == 3) {
             link.say("iat", at(0));
             link.say("exp", at(3590));
           }
         };
         one.at.rules.skew = std::chrono::seconds(0);
       },
       queued},
      {"a chain inside and one beside", refusal::chain_malformed,
       [](scenario& one) {
         const auto inside = one.on_fields;
         one.on_fields = [inside](strings& chain, strings& proof) {
           const strings beside = chain;
           inside(chain, proof);
           chain = beside;
         };
       },
       enveloped},
      {"an envelope where nothing waits", refusal::chain_missing,
       [](scenario& one) { one.at.rules.queue_lifetime.reset(); }, enveloped},
      {"an envelope without a chain", refusal::chain_missing,
       [](scenario& one) { one.on_fields = [](strings& chain, strings&) { chain.clear(); }; }, enveloped},
  });
}

TEST_CASE("the largest times that a message can say are refused as what they are") {
  constexpr std::int64_t last = std::numeric_limits<std::int64_t>::max();
  const auto at_the_end_of_time = [](std::size_t place) {
    return [=](scenario& one) {
      const auto right = one.on_link;
      one.on_link = [=](std::size_t at_place, draft& link) {
        right(at_place, link);
        if (at_place != place) return;
        link.say("iat", std::to_string(last - 1));
        link.say("exp", std::to_string(last));
      };
    };
  };
  const auto endless = [] {
    scenario one = queued();
    one.at.rules.queue_lifetime = std::chrono::seconds::max();
    one.at.rules.max_link_lifetime = std::chrono::seconds::max();
    one.at.rules.single_use = true;
    return one;
  };
  for (const auto& valid : {std::function<scenario()>(queued), std::function<scenario()>(endless)}) {
    refuse_all({
        {"a root", refusal::chain_expired, at_the_end_of_time(0), valid},
        {"a middle link", refusal::chain_expired, at_the_end_of_time(2), valid},
        {"a newest link", refusal::chain_expired, at_the_end_of_time(3), valid},
        {"a newest link that began now", refusal::chain_expired, link_says(3, "exp", std::to_string(last)), valid},
        {"a proof", refusal::proof_expired,
         [](scenario& one) {
           one.on_proof = [](draft& proof) {
             proof.say("iat", std::to_string(last - 1));
             proof.say("exp", std::to_string(last));
           };
         },
         valid},
        {"a proof that began now", refusal::proof_expired, proof_says("exp", std::to_string(last)), valid},
    });
  }
  scenario remembered = endless();
  link_says(3, "exp", std::to_string(last))(remembered);
  CHECK(remembered.code() == refusal::chain_expired);
  // Longer than the proof, and not for ever.
  CHECK(remembered.at.used.latest > moment + 86'400);
  CHECK(remembered.at.used.latest < moment + 400'000'000);
}

TEST_CASE("a redelivered message has one effect") {
  scenario again = enveloped();
  strings chain{scenario::joined(again.chain())};
  strings proof;
  again.on_fields(chain, proof);
  arena memory;
  CHECK(again.judge(chain, proof, memory).has_value());
  again.at.time.advance(std::chrono::seconds(60));
  CHECK(again.judge(chain, proof, memory).error() == refusal::proof_replayed);
}

TEST_CASE("the history of a message may be signed by keys that were retired since") {
  const auto retired = [](scenario one, std::size_t place) {
    std::vector<custody::service_keys> services = cast_keys();
    services[place].keys.front().retire = moment + 300;
    one.at.keys.replace(
        std::make_shared<const custody::key_snapshot>(custody::key_snapshot::of(std::move(services)).value()));
    return one.code();
  };
  CHECK_FALSE(retired(queued(), 1));
  CHECK(retired(queued(), 3) == refusal::key_unknown);
}
