// What is refused of the request itself: V4 and V5.
#include "tests/custody/attack.hpp"

using namespace candela;
using namespace candela::testing;
using custody::refusal;

TEST_CASE("content and covered fields are what was signed, or the request is refused") {
  const auto other = refusal::proof_body_mismatch;
  refuse_all({
      {"other content", other, [](scenario& one) { one.content = jose::sha256(R"({"amount":8})"); }},
      {"no content", other, [](scenario& one) { one.content = std::nullopt; }},
      {"content that nobody signed", other, proof_says("cdg", "")},
      {"another type", other, [](scenario& one) { one.headers[0].value = "text/plain"; }},
      {"a type that was taken away", other, [](scenario& one) { one.headers.erase(one.headers.begin()); }},
      {"a type that nobody signed", other, proof_says("chd", R"({"x-trace":")" + digest_of("42") + "\"}")},
      {"no covered field at all", other, proof_says("chd", "")},
      {"a covered field that was changed", other, [](scenario& one) { one.headers[1].value = "43"; }},
      {"a covered field that was taken away", other, [](scenario& one) { one.headers.pop_back(); }},
      {"a covered field that stands there twice", other,
       [](scenario& one) { one.headers.push_back({"x-trace", "42"}); }},
      {"a digest that is a number", other, proof_says("chd", R"({"content-type":1})")},
      {"a field that must be covered", other, [](scenario& one) { one.headers.push_back({"X-Tenant", "evil"}); },
       [] {
         scenario one;
         one.at.rules.covered_headers = {"x-tenant"};
         return one;
       }},
  });
}

TEST_CASE("a request without content has a proof without it") {
  scenario empty;
  empty.content = std::nullopt;
  empty.headers.erase(empty.headers.begin());
  empty.on_proof = [](draft& proof) {
    proof.say("cdg", "");
    proof.say("chd", "");
  };
  CHECK_FALSE(empty.code());
}

TEST_CASE("a proof is used once") {
  scenario chain;
  arena memory;
  const std::vector<std::string> fields{scenario::joined(chain.chain())};
  const std::vector<std::string> proofs{chain.proof(fields.front())};
  CHECK(chain.judge(fields, proofs, memory).has_value());
  CHECK(chain.judge(fields, proofs, memory).error() == refusal::proof_replayed);
  chain.on_proof = [](draft& proof) { proof.say("jti", R"("BAAAAAAAAAAAAAAAAAAAAA")"); };
  const std::vector<std::string> retried{chain.proof(fields.front())};
  CHECK(chain.judge(fields, retried, memory).has_value());
}

TEST_CASE("a used proof is remembered for as long as a late clock would accept it") {
  for (const std::int64_t skew : {0, 5, 30}) {
    scenario one;
    one.at.rules.skew = std::chrono::seconds(skew);
    CHECK_FALSE(one.code());
    CHECK(one.at.used.latest == moment + 15 + skew);
  }
}

TEST_CASE("nobody can tell whether a proof was used: the request is refused as unavailable") {
  scenario chain;
  chain.at.used.available = false;
  CHECK(chain.code() == refusal::replay_store_unavailable);
}

TEST_CASE("what nobody signed never reaches the log of used proofs") {
  scenario forged;
  forged.on_proof = [](draft& proof) { proof.signer = cast()[2].key; };
  CHECK(forged.code() == refusal::proof_invalid);
  CHECK(forged.at.used.used.empty());
}

TEST_CASE("a bad chain burns its proof") {
  scenario broken;
  broken.on_link = [](std::size_t place, draft& link) {
    if (place == 2) link.say("txn", R"("transaction-2")");
  };
  CHECK(broken.code() == refusal::chain_txn_mismatch);
  CHECK(broken.at.used.used.size() == 1);
}
