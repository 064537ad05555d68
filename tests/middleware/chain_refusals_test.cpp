// Every refusal of chain_verify: its code stands in the log and is counted, and who is refused learns its kind alone.
#include <map>

#include "tests/middleware/chain_fixture.hpp"
#include "tests/middleware/log_file.hpp"

using namespace candela;
using namespace candela::testing;
using custody::refusal;

namespace {

using strings = std::vector<std::string>;

struct refused_request {
  refusal code;
  std::function<void(scenario&)> change;
  std::string options = {};
  int times = 1;  // that it is sent
};

auto proof_says(std::string name, std::string value) {
  return [=](scenario& one) { one.on_proof = [=](draft& proof) { proof.say(name, value); }; };
}

auto link_says(std::size_t place, std::string name, std::string value) {
  return [=](scenario& one) {
    one.on_link = [=](std::size_t at_place, draft& link) {
      if (at_place == place) link.say(name, value);
    };
  };
}

void nothing(scenario&) {}

// s0 -> s1 -> s0 -> s3.
void come_back(scenario& one) {
  one.on_link = [](std::size_t place, draft& link) {
    if (place == 1) link.say("aud", in_quotes(cast()[0].identity));
    if (place != 2) return;
    link.say("iss", in_quotes(cast()[0].identity));
    link.head("kid", in_quotes(cast()[0].key.id()));
    link.signer = cast()[0].key;
  };
}

// The caller drops all that led to it.
void begin_anew(scenario& one) {
  one.on_fields = [](strings& chain, strings& proof) {
    scenario own;
    own.on_link = [](std::size_t place, draft& link) {
      if (place != 0) return;
      link.say("iss", in_quotes(cast()[3].identity));
      link.say("aud", in_quotes(cast()[4].identity));
      link.say("op", in_quotes(operation));
      link.head("kid", in_quotes(cast()[3].key.id()));
      link.signer = cast()[3].key;
    };
    chain = {own.chain().front()};
    proof = {own.proof(chain.front())};
  };
}

const std::vector<refused_request>& all_refusals() {
  static const std::vector<refused_request> rows{
      {refusal::chain_malformed,
       [](scenario& one) { one.on_fields = [](strings& chain, strings&) { chain.push_back(chain.front()); }; }},
      {refusal::chain_missing, [](scenario& one) { one.on_fields = [](strings&, strings& proof) { proof.clear(); }; }},
      {refusal::chain_too_deep, nothing, "max_links: 3\n"},
      {refusal::proof_target_mismatch, proof_says("htm", R"("PUT")")},
      {refusal::proof_expired, proof_says("exp", at(16))},
      {refusal::chain_hash_mismatch, proof_says("cth", in_quotes(digest_of("another")))},
      {refusal::rate_limited, proof_says("iss", R"("urn:stranger")"), "checks_per_peer: 1\n", 2},
      {refusal::key_unknown, proof_says("iss", R"("urn:stranger")")},
      {refusal::proof_invalid,
       [](scenario& one) { one.on_proof = [](draft& proof) { proof.signer = cast()[2].key; }; }},
      {refusal::proof_body_mismatch, proof_says("cdg", in_quotes(digest_of("another")))},
      {refusal::proof_replayed, nothing, "", 2},
      {refusal::chain_link_invalid,
       [](scenario& one) {
         one.on_link = [](std::size_t place, draft& link) {
           if (place == 1) link.signer = cast()[2].key;
         };
       }},
      {refusal::chain_broken, [](scenario& one) { one.on_chain = [](strings& all) { all.erase(all.begin() + 1); }; }},
      {refusal::chain_txn_mismatch, link_says(2, "txn", R"("transaction-2")")},
      {refusal::chain_subject_mismatch, link_says(2, "sub", R"("admin")")},
      {refusal::chain_scope_widened, link_says(2, "scope", R"("pay read write")")},
      {refusal::chain_expired, link_says(2, "exp", at(51))},
      {refusal::chain_loop, come_back},
      {refusal::chain_evidence_invalid, nothing, "evidence_required: true\n"},
      {refusal::chain_root_untrusted, begin_anew},
      {refusal::op_mismatch, link_says(3, "op", R"("POST /v1/refunds/{id}")")},
  };
  return rows;
}

}  // namespace

TEST_CASE("each refusal has its code in the log and in the metrics, and an answer that is that of its kind") {
  std::map<unsigned, std::string> answers;
  for (const refused_request& each : all_refusals()) {
    const std::string code(name_of(each.code));
    CAPTURE(code);
    const log_file log;
    chain_service service(options_with(each.options));
    scenario one;
    each.change(one);
    const std::string request = bytes_of_request(one);
    std::string answer;
    for (int i = 0; i != each.times; ++i) answer = service.asked(request);
    CHECK(log.has("\"why\":\"" + code + "\""));
    CHECK(service.metrics_text().find("candela_chain_refused_total{chain=\"default\",reason=\"" + code + "\"} 1") !=
          std::string::npos);
    CHECK(answer.starts_with("HTTP/1.1 " + std::to_string(status_of(each.code))));
    CHECK(answers.emplace(status_of(each.code), answer).first->second == answer);
  }
  // Those that need another service than this one stand where that is: a store that fails, a list of what is revoked.
  CHECK(all_refusals().size() == static_cast<std::size_t>(refusal::op_mismatch) - 2);
}
