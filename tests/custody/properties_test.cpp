// What holds of all chains: valid ones are accepted, and whatever is changed in one makes it invalid.
#include <doctest/doctest.h>

#include <algorithm>
#include <candela/core/random.hpp>
#include <candela/custody/sender.hpp>
#include <thread>

#include "tests/custody/forge.hpp"

using namespace candela;
using namespace candela::testing;
using custody::history;

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

using strings = std::vector<std::string>;

// A valid scenario of any shape: claims that may be there are there or not.
scenario any_chain(fast_random& random, history form) {
  const std::size_t most = form == history::by_hash ? 16 : 6;
  scenario one(1 + random.below(most), form);
  const bool user = random.below(4) != 0;
  const bool scope = user && random.below(4) != 0;
  const bool claims = random.below(2) != 0;
  const std::uint64_t bits = random();
  one.on_link = [=](std::size_t place, draft& link) {
    if (!claims) link.say("clm", "");
    if (place == 0 && !user) {
      for (const std::string_view name : {"sub", "sub_iss", "tctx"}) link.say(name, "");
    }
    if (place == 0 && !scope) link.say("scope", "");
    const bool chosen = (bits >> place & 1) != 0;
    if (place != 0 && scope && chosen) link.say("scope", (bits >> 32 & 1) != 0 ? R"("read pay")" : R"("pay read")");
    if (place != 0 && user && chosen) link.say("sub", R"("user-1")");
    if (chosen) link.say("tgh", in_quotes(digest_of("target")));
    link.say("iat", std::to_string(moment - 10 + static_cast<std::int64_t>(place % 3)));
    link.say("exp", std::to_string(moment + 50 - static_cast<std::int64_t>(place)));
  };
  return one;
}

char other_than(char given, fast_random& random) {
  char chosen = given;
  while (chosen == given) chosen = alphabet[random.below(alphabet.size())];
  return chosen;
}

struct sent {
  std::string chain;
  std::string proof;
};

sent sealed(const scenario& one) {
  const std::string field = scenario::joined(one.chain());
  return {field, one.proof(field)};
}

bool accepted(scenario& one, const std::string& chain, const std::string& proof) {
  arena memory;
  one.at.used.used.clear();
  return one.judge({chain}, {proof}, memory).has_value();
}

}  // namespace

TEST_CASE("valid chains of any length and shape are accepted, in both forms") {
  fast_random random(20'260'101);
  for (int i = 0; i != 120; ++i) {
    scenario one = any_chain(random, i % 2 == 0 ? history::by_hash : history::by_value);
    const sent request = sealed(one);
    CAPTURE(one.links);
    CHECK(accepted(one, request.chain, request.proof));
  }
}

TEST_CASE("a character that is changed anywhere makes a request invalid") {
  fast_random random(7);
  for (const history form : {history::by_hash, history::by_value}) {
    scenario one(3, form);
    const sent request = sealed(one);
    for (int i = 0; i != 400; ++i) {
      std::string chain = request.chain;
      const std::size_t place = random.below(chain.size());
      CAPTURE(place);
      chain[place] = other_than(chain[place], random);
      CHECK_FALSE(accepted(one, chain, request.proof));
      // Also when the caller, who has a right key, makes its proof over the changed chain.
      CHECK_FALSE(accepted(one, chain, one.proof(chain)));
    }
    for (std::size_t place = 0; place < request.proof.size(); place += 3) {
      std::string proof = request.proof;
      proof[place] = other_than(proof[place], random);
      CHECK_FALSE(accepted(one, request.chain, proof));
    }
    CHECK(accepted(one, request.chain, request.proof));
  }
}

TEST_CASE("links that are swapped, cut out, doubled or taken from another chain make a chain invalid") {
  fast_random random(11);
  for (int i = 0; i != 200; ++i) {
    scenario one = any_chain(random, history::by_hash);
    if (one.links == 1) continue;
    scenario other(one.links);
    other.on_link = [](std::size_t, draft& link) { link.say("jti", R"("CAAAAAAAAAAAAAAAAAAAAA")"); };
    strings links = one.chain();
    const strings foreign = other.chain();
    const std::size_t place = random.below(links.size());
    const std::size_t second = (place + 1 + random.below(links.size() - 1)) % links.size();
    const std::uint64_t kind = random.below(4);
    if (kind == 0) std::swap(links[place], links[second]);
    if (kind == 1) links.erase(links.begin() + static_cast<std::ptrdiff_t>(place));
    if (kind == 2) links.insert(links.begin() + static_cast<std::ptrdiff_t>(place), links[second]);
    if (kind == 3) links[place] = foreign[place];
    CAPTURE(kind);
    CAPTURE(place);
    const std::string chain = scenario::joined(links);
    CHECK_FALSE(accepted(one, chain, one.proof(chain)));
  }
}

TEST_CASE("the checks of one chain may be done by several threads at once") {
  scenario one(8);
  const sent request = sealed(one);
  arena memory;
  const std::string_view chains[] = {request.chain};
  const std::string_view proofs[] = {request.proof};
  one.request.headers = one.headers;
  const custody::verifier by{one.at.rules, one.at.keys, one.at.kept};
  custody::verification all(by, one.request, one.at.time, memory);
  REQUIRE(all.read({chains, proofs}).has_value());
  REQUIRE(all.find_key().has_value());
  // The keys may change meanwhile: a verification goes on with those that it began with.
  one.at.keys.replace(std::make_shared<const custody::key_snapshot>());
  std::thread([&] { all.proof_check()->run(); }).join();
  REQUIRE(all.accept_proof().has_value());
  REQUIRE(all.accept_content(one.content).has_value());
  REQUIRE(all.accept_spent(custody::replay_answer::first).has_value());
  REQUIRE(all.read_links().has_value());
  REQUIRE(all.link_checks().size() == 8);
  std::vector<std::thread> threads;
  for (custody::pending_check* each : all.link_checks()) threads.emplace_back([each] { each->run(); });
  for (std::thread& each : threads) each.join();
  REQUIRE(all.accept_links().has_value());
  CHECK(all.finish(&one.at.revoked).has_value());
}
