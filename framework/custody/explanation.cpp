#include <candela/custody/explanation.hpp>

namespace candela::custody {

std::string_view sentence_of(refusal code) noexcept {
  switch (code) {
    case refusal::chain_malformed: return "the chain or its proof is not in the form that is expected here";
    case refusal::chain_missing: return "the chain or its proof is not there";
    case refusal::chain_too_deep: return "the chain has more links than are accepted";
    case refusal::proof_target_mismatch: return "the proof is for another service, method or URL";
    case refusal::proof_expired:
      return "the time of the proof has passed or not come yet, or it lives longer than it may";
    case refusal::chain_hash_mismatch: return "the proof was made for another chain";
    case refusal::rate_limited: return "the peer asked for too many checks";
    case refusal::key_unknown: return "the key of that service and id is not known here";
    case refusal::proof_invalid:
      return "the signature of the proof does not match: it was changed, or is by another key";
    case refusal::proof_body_mismatch: return "the content, or a header that is covered, is not what was signed";
    case refusal::proof_replayed: return "the proof was used before";
    case refusal::replay_store_unavailable:
      return "nobody can tell at present whether the proof was used before, or what is revoked";
    case refusal::chain_link_invalid: return "the type, algorithm or signature of a link is wrong";
    case refusal::chain_broken: return "the links do not follow each other";
    case refusal::chain_txn_mismatch: return "the links are of different transactions";
    case refusal::chain_subject_mismatch: return "the user, the client or their claims change on the way";
    case refusal::chain_scope_widened: return "a later link allows more than an earlier one";
    case refusal::chain_expired:
      return "the time of a link has passed or not come yet, or outlives that of the link before it";
    case refusal::chain_loop: return "a service stands twice in the chain";
    case refusal::chain_evidence_invalid: return "what the first link gives as evidence of its user does not hold";
    case refusal::chain_revoked: return "a link, transaction, key, service or user was revoked";
    case refusal::chain_root_untrusted: return "the first service may not begin a chain here";
    case refusal::op_mismatch: return "the operation is another than the one that is asked for";
  }
  return {};
}

std::string explained(const error& why) {
  std::string said(sentence_of(why.code));
  if (!why.detail.empty()) said.append(" (").append(why.detail).append(")");
  return said;
}

}  // namespace candela::custody
