#include <algorithm>
#include <candela/core/text.hpp>
#include <candela/custody/detail/proof_checks.hpp>

namespace candela::custody::detail {

namespace {

constexpr std::string_view content_type = "content-type";

std::unexpected<error> refused(refusal code, std::string_view detail) { return std::unexpected(error{code, detail}); }

bool is_there(const request_facts& request, std::string_view name) noexcept {
  const auto named = [name](const named_value& each) { return equal_ignoring_case(each.name, name); };
  return std::ranges::any_of(request.headers, named);
}

// An absent token has an absent claim; a token that is there has its own digest.
bool binds(std::string_view claim, std::string_view token) {
  return token.empty() ? claim.empty() : is_digest_of(claim, token);
}

bool binds_digest(const json::value& claim, std::string_view value) {
  return is_digest_of(claim.string().value_or(""), value);
}

checked check_time(const proof_claims& proof, const chain_rules& rules, seconds_since_epoch now) {
  const seconds_since_epoch skew = rules.accepted_skew();
  if (proof.exp - proof.iat > rules.proof_lifetime())
    return refused(refusal::proof_expired, "a longer life than a proof may have");
  if (proof.iat > now + skew) return refused(refusal::proof_expired, "a proof of the future");
  if (now >= proof.exp + skew) return refused(refusal::proof_expired, "a proof of the past");
  return {};
}

checked check_target(const proof_claims& proof, const request_facts& request) {
  const auto other = [](std::string_view detail) { return refused(refusal::proof_target_mismatch, detail); };
  if (request.method.empty() != proof.htm.empty()) return other("a proof for another protocol");
  if (request.method != proof.htm) return other("a proof for another method");
  // Without HTTP the operation stands here, and is compared where operations are.
  if (!request.method.empty() && request.target != proof.htu) return other("a proof for another target");
  if (request.query.has_value() == proof.hqh.empty()) return other("a query that comes or goes");
  if (request.query && !is_digest_of(proof.hqh, *request.query)) return other("a proof for another query");
  return {};
}

checked check_tokens(const proof_claims& proof, const request_facts& request) {
  const auto other = [](std::string_view detail) { return refused(refusal::proof_target_mismatch, detail); };
  if (!binds(proof.ath, request.access_token)) return other("a proof beside another access token");
  if (!binds(proof.tth, request.transaction_token)) return other("a proof beside another transaction token");
  if (!binds(proof.wth, request.workload_token)) return other("a proof beside another workload token");
  // As many as there are, and each of them: then none is there besides.
  if (proof.oth.members().size() != request.other_tokens.size()) return other("a proof beside other tokens");
  for (const named_value& each : request.other_tokens) {
    const auto same = [&each](const json::member& said) { return equal_ignoring_case(said.name, each.name); };
    const auto found = std::ranges::find_if(proof.oth.members(), same);
    if (found == proof.oth.members().end() || !binds_digest(found->item, each.value))
      return other("a proof beside other tokens");
  }
  return {};
}

bool has_nonce(const proof_claims& proof, const request_facts& request) noexcept {
  if (request.nonce.empty() || proof.nonce == request.nonce) return true;
  return !proof.nonce.empty() && std::ranges::find(request.other_nonces, proof.nonce) != request.other_nonces.end();
}

// A covered field stands there once and says what it said.
bool is_as_covered(const json::member& said, const request_facts& request) {
  const named_value* found = nullptr;
  for (const named_value& each : request.headers) {
    if (!equal_ignoring_case(each.name, said.name)) continue;
    if (found != nullptr) return false;
    found = &each;
  }
  return found != nullptr && binds_digest(said.item, found->value);
}

bool covers(const proof_claims& proof, std::string_view name) noexcept {
  const auto named = [name](const json::member& each) { return equal_ignoring_case(each.name, name); };
  return std::ranges::count_if(proof.chd.members(), named) == 1;
}

}  // namespace

bool is_ours(std::string_view identity, const chain_rules& rules) noexcept {
  return std::ranges::find(rules.identities, identity) != rules.identities.end();
}

checked check_request(const proof_claims& proof, const request_facts& request, const chain_rules& rules,
                      seconds_since_epoch now) {
  if (!is_ours(proof.aud, rules)) return refused(refusal::proof_target_mismatch, "a proof for another service");
  if (auto right = check_time(proof, rules, now); !right) return right;
  if (auto right = check_target(proof, request); !right) return right;
  if (auto right = check_tokens(proof, request); !right) return right;
  if (!has_nonce(proof, request)) return refused(refusal::proof_expired, "not the nonce that was demanded");
  return {};
}

checked check_headers(const proof_claims& proof, const request_facts& request, const chain_rules& rules) {
  for (const json::member& each : proof.chd.members()) {
    if (!is_as_covered(each, request)) return refused(refusal::proof_body_mismatch, "a covered field was changed");
  }
  for (const std::string& name : rules.covered_headers) {
    if (is_there(request, name) && !covers(proof, name))
      return refused(refusal::proof_body_mismatch, "a field that must be covered is not");
  }
  return {};
}

checked check_content(const proof_claims& proof, const request_facts& request, const content_digest& content) {
  if (content.has_value() == proof.cdg.empty())
    return refused(refusal::proof_body_mismatch, "content that comes or goes");
  if (content && !is_digest_of(proof.cdg, *content)) return refused(refusal::proof_body_mismatch, "other content");
  if (content && is_there(request, content_type) && !covers(proof, content_type))
    return refused(refusal::proof_body_mismatch, "the type of the content is not covered");
  return {};
}

}  // namespace candela::custody::detail
