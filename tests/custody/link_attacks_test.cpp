// What is refused of the links: V6.
#include <algorithm>

#include "tests/custody/attack.hpp"

using namespace candela;
using namespace candela::testing;
using custody::history;
using custody::refusal;

namespace {

using strings = std::vector<std::string>;

scenario without_scope() {
  scenario one;
  one.on_link = [](std::size_t, draft& link) { link.say("scope", ""); };
  return one;
}

// The key of a service in the middle counts in that time.
auto key_counts(std::int64_t from, std::int64_t until) {
  return [=](scenario& one) {
    std::vector<custody::service_keys> services = cast_keys();
    services[1].keys.front().not_before = moment + from;
    services[1].keys.front().retire = moment + until;
    one.at.keys.replace(
        std::make_shared<const custody::key_snapshot>(custody::key_snapshot::of(std::move(services)).value()));
  };
}

}  // namespace

TEST_CASE("links that do not follow each other are refused") {
  const auto broken = refusal::chain_broken;
  refuse_all({
      {"the first link is cut off", broken, chain_of([](strings& all) { all.erase(all.begin()); })},
      {"a middle link is cut out", broken, chain_of([](strings& all) { all.erase(all.begin() + 1); })},
      {"the last link is cut off", broken, chain_of([](strings& all) { all.pop_back(); })},
      {"only the last link is left", broken, chain_of([](strings& all) { all.erase(all.begin(), all.end() - 1); })},
      {"two links are swapped", broken, chain_of([](strings& all) { std::swap(all[1], all[2]); })},
      {"all stand in reverse", broken, chain_of([](strings& all) { std::ranges::reverse(all); })},
      {"a link stands there twice", broken, chain_of([](strings& all) { all.insert(all.begin() + 1, all[1]); })},
      {"the newest stands there twice", broken, chain_of([](strings& all) { all.push_back(all.back()); })},
      {"the root of another transaction", broken, chain_of([](strings& all) { all[0] = other_chain()[0]; })},
      {"a link of another transaction", broken, chain_of([](strings& all) { all[2] = other_chain()[2]; })},
      {"all but the newest of another transaction", broken,
       chain_of([](strings& all) { std::ranges::copy_n(other_chain().begin(), 3, all.begin()); })},
      {"a call by somebody who was not called", broken, link_says(1, "aud", in_quotes(cast()[9].identity))},
      {"a newest link for another service", broken, link_says(3, "aud", in_quotes(cast()[9].identity))},
      {"the past of another chain", broken, link_says(2, "prh", in_quotes(digest_of("another")))},
      {"a link without a past", broken, link_says(2, "prh", "")},
      {"a root with a past", broken, link_says(0, "prh", in_quotes(digest_of("past")))},
      {"a root that is nested", refusal::chain_link_invalid, link_says(0, "prv", R"("past")")},
      {"a link that says it is higher", broken, link_says(2, "dep", "1")},
      {"a link that says it is deeper", broken, link_says(1, "dep", "2")},
      {"a root that says it is none", broken, link_says(0, "dep", "1")},
      {"a newest link of another service than the proof's", broken,
       [](scenario& one) {
         one.on_link = [](std::size_t place, draft& link) {
           if (place == 2) link.say("aud", in_quotes(cast()[5].identity));
           if (place != 3) return;
           link.say("iss", in_quotes(cast()[5].identity));
           link.head("kid", in_quotes(id_of(5)));
           link.signer = cast()[5].key;
         };
       }},
      {"a link that was changed behind its successor", broken,
       [](scenario& one) {
         one.on_chain = [](strings& all) {
           scenario other;
           other.on_link = [](std::size_t place, draft& link) {
             if (place == 1) link.say("op", R"("rpc:other")");
           };
           all[1] = other.chain()[1];
         };
       }},
      {"nested: a link without a past", broken,
       [](scenario& one) {
         one.on_link = [](std::size_t place, draft& link) {
           if (place != 2) return;
           link.say("prv", "");
           link.head("cty", "");
         };
       },
       by_value},
      {"nested: a link with the hash of its past", broken,
       [](scenario& one) {
         one.on_link = [](std::size_t place, draft& link) {
           if (place != 2) return;
           link.say("prv", "");
           link.say("prh", in_quotes(digest_of("past")));
           link.head("cty", "");
         };
       },
       by_value},
      {"nested: beside another link", broken, chain_of([](strings& all) { all.insert(all.begin(), all.front()); }),
       by_value},
      {"nested: a depth that is not there", broken, link_says(3, "dep", "5"), by_value},
  });
}

TEST_CASE("a link that its service did not sign, or not as a link, is refused") {
  const auto invalid = refusal::chain_link_invalid;
  const auto other_signature = [](std::size_t place) {
    return [=](scenario& one) {
      one.on_sealed = [=](std::size_t at, std::string& link) {
        // Before the next link takes its hash: only the signature is wrong.
        if (at == place) link[link.rfind('.') + 5] = link[link.rfind('.') + 5] == 'A' ? 'B' : 'A';
      };
    };
  };
  refuse_all({
      {"a root of another signature", invalid, other_signature(0)},
      {"a middle link of another signature", invalid, other_signature(2)},
      {"a newest link of another signature", invalid, other_signature(3)},
      {"nested: a root of another signature", invalid, other_signature(0), by_value},
      {"nested: a middle link of another signature", invalid, other_signature(1), by_value},
      {"a root signed by its successor", invalid, link_signed_by(0, 1)},
      {"a middle link signed by the newest service", invalid, link_signed_by(1, 3)},
      {"a key of another service, rightly used by it", invalid,
       [](scenario& one) {
         one.on_link = [](std::size_t place, draft& link) {
           if (place != 1) return;
           link.signer = cast()[3].key;
           link.head("kid", in_quotes(id_of(3)));
         };
       }},
      {"a key that nobody knows", invalid, link_head(1, "kid", R"("unknown")")},
      {"a key that was retired since", invalid, key_counts(-1000, 0)},
      {"a key that does not count yet", invalid, key_counts(6, 1000)},
      {"a root of the type of proofs", invalid, link_head(0, "typ", R"("chain-call+jwt")")},
      {"a middle link of no algorithm", invalid, link_head(1, "alg", R"("none")")},
      {"an algorithm that is not the key's", invalid, link_head(1, "alg", R"("Ed25519")")},
      {"a key in a link", invalid, link_head(1, "jwk", "{}")},
      {"an extension in a link", invalid, link_head(1, "crit", R"(["exp"])")},
      {"by hash: a link that says it holds one", invalid, link_head(1, "cty", R"("chain-link+jwt")")},
      {"nested: a link that does not say it holds one", invalid, link_head(2, "cty", ""), by_value},
      {"nested: a link that says it holds something else", invalid, link_head(2, "cty", R"("JWT")"), by_value},
      {"claims of a middle link that are none", refusal::chain_malformed, link_says(1, "admin", "true")},
  });
}

TEST_CASE("a link that was verified before is refused when the time of its key is over") {
  scenario known;
  known.at.kept = custody::verified_links(64);
  key_counts(-1000, 5)(known);
  CHECK_FALSE(known.code());
  known.at.used.used.clear();
  known.at.time.advance(std::chrono::seconds(5));
  CHECK(known.code() == refusal::chain_link_invalid);
}

TEST_CASE("links that tell of another transaction, user or scope are refused") {
  const auto subject = refusal::chain_subject_mismatch;
  const auto widened = refusal::chain_scope_widened;
  refuse_all({
      {"another transaction", refusal::chain_txn_mismatch, link_says(2, "txn", R"("transaction-2")")},
      {"a root of another transaction", refusal::chain_txn_mismatch, link_says(0, "txn", R"("transaction-2")")},
      {"another user", subject, link_says(2, "sub", R"("admin")")},
      {"the same user of another issuer", subject, link_says(2, "sub_iss", R"("https://evil.example")")},
      {"another context", subject, link_says(3, "tctx", R"({"amount":7000})")},
      {"another client", subject, link_says(1, "client_id", R"("bank")")},
      {"a client that is left out", subject, link_says(1, "client_id", "")},
      {"another tenant", subject, link_says(2, "clm", R"({"tenant":"evil"})")},
      {"claims that are left out", subject, link_says(2, "clm", "")},
      {"one more claim", subject, link_says(2, "clm", R"({"tenant":"acme","admin":true})")},
      {"a wider scope", widened, link_says(2, "scope", R"("pay read write")")},
      {"another scope", widened, link_says(3, "scope", R"("admin")")},
      {"a scope where the root has none", widened,
       [](scenario& one) {
         one.on_link = [](std::size_t place, draft& link) { link.say("scope", place == 2 ? R"("read")" : ""); };
       },
       without_scope},
      {"a scope that was given up", widened,
       [](scenario& one) {
         one.on_link = [](std::size_t place, draft& link) {
           if (place == 1) link.say("scope", R"("read")");
           if (place == 2) link.say("scope", R"("pay")");
         };
       }},
  });
}

TEST_CASE("links out of their time are refused") {
  const auto expired = refusal::chain_expired;
  const auto old = [](std::size_t place) {
    return [=](scenario& one) {
      one.on_link = [=](std::size_t at_place, draft& link) {
        if (at_place >= place) link.say("exp", at(-5));
      };
    };
  };
  refuse_all({
      {"a root that is over", expired, old(0)},
      {"a newest link that is over", expired, old(3)},
      {"a link that outlives its root", expired, link_says(2, "exp", at(51))},
      {"a link that lives too long", expired, link_says(0, "exp", at(111))},
      {"a link of the future", expired, link_says(3, "iat", at(6))},
      {"a call before the one that led to it", expired, link_says(1, "iat", at(-16))},
      {"a link that began without end", expired, link_says(0, "exp", "9223372036854775807")},
  });
  scenario close;
  close.on_link = [](std::size_t place, draft& link) {
    if (place == 1) link.say("iat", at(-15));
  };
  CHECK_FALSE(close.code());
}

TEST_CASE("a service stands in a chain once, unless the operation lets it come back") {
  // s0 -> s1 -> s0 -> s3: the third link is made by the first service again.
  const auto looping = [] {
    scenario one;
    one.on_link = [](std::size_t place, draft& link) {
      if (place == 1) link.say("aud", in_quotes(cast()[0].identity));
      if (place != 2) return;
      link.say("iss", in_quotes(cast()[0].identity));
      link.head("kid", in_quotes(id_of(0)));
      link.signer = cast()[0].key;
    };
    return one;
  };
  scenario refused = looping();
  CHECK(refused.code() == refusal::chain_loop);
  scenario allowed = looping();
  allowed.at.rules.loops = true;
  CHECK_FALSE(allowed.code());
}

TEST_CASE("every other order of four links is refused as broken") {
  const strings right = scenario().chain();
  std::array<std::size_t, 4> order{0, 1, 2, 3};
  while (std::ranges::next_permutation(order).found) {
    scenario one;
    one.on_chain = [&](strings& all) {
      for (std::size_t i = 0; i != 4; ++i) all[i] = right[order[i]];
    };
    CHECK(one.code() == refusal::chain_broken);
  }
}
