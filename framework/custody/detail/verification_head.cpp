// V0 to V5: what is decided before the links are looked at.
#include <algorithm>
#include <candela/custody/detail/proof_checks.hpp>
#include <candela/custody/detail/token_types.hpp>
#include <candela/custody/detail/verification_state.hpp>
#include <stdexcept>

namespace candela::custody::detail {

namespace {

using std::chrono::seconds;

std::unexpected<error> refused(refusal code, std::string_view detail) { return std::unexpected(error{code, detail}); }

}  // namespace

verification_state::verification_state(const verifier& by, const request_facts& request, const clock& time,
                                       arena& memory)
    : by_(by),
      request_(request),
      memory_(memory),
      steady_(time.steady()),
      now_(std::chrono::floor<seconds>(time.wall()).time_since_epoch().count()) {}

void verification_state::require(step reached) const {
  if (step_ != reached) throw std::logic_error("the steps of a verification stand in another order");
}

void verification_state::reach(step from, step to) {
  require(from);
  step_ = to;
}

checked verification_state::count_fields(const presented_chain& presented) const {
  if (presented.chain.size() > 1 || presented.proof.size() > 1)
    return refused(refusal::chain_malformed, "more than one field of a name");
  const bool certified = by_.rules.mtls && !request_.peer.empty();
  if (presented.proof.empty() && !certified) return refused(refusal::chain_missing, "no proof");
  const bool may_be_inside = by_.rules.queue_lifetime && !presented.proof.empty();
  if (presented.chain.empty() && !may_be_inside) return refused(refusal::chain_missing, "no chain");
  std::size_t bytes = 0;
  for (const auto& fields : {presented.chain, presented.proof}) {
    for (const std::string_view each : fields) bytes += each.size();
  }
  return bytes <= by_.rules.max_bytes ? checked() : refused(refusal::chain_malformed, "too many bytes");
}

checked verification_state::read_proof(std::string_view field) {
  const auto token = take_apart(field, memory_);
  if (!token) return std::unexpected(token.error());
  const auto head = read_head(*token, proof_type, memory_);
  if (!head) return refused(refusal::proof_invalid, "the header of a proof");
  const auto said = custody::read_proof(token->payload, memory_);
  if (!said) return std::unexpected(said.error());
  proof_ = read_proof_result{*token, *head, *said};
  return {};
}

// A queue's message may have the chain inside its proof; there is never a choice of two.
checked verification_state::take_chain(const presented_chain& presented) {
  const std::string_view inside = proof_ ? proof_->said.chain : std::string_view();
  if (!inside.empty() && (!by_.rules.queue_lifetime || !presented.chain.empty()))
    return refused(refusal::chain_malformed, "a chain inside of a proof");
  if (inside.empty() && presented.chain.empty()) return refused(refusal::chain_missing, "no chain");
  field_ = inside.empty() ? presented.chain.front() : inside;
  return {};
}

checked verification_state::split_chain() {
  const std::size_t count = static_cast<std::size_t>(std::ranges::count(field_, link_separator)) + 1;
  if (count > by_.rules.max_links) return refused(refusal::chain_too_deep, "more links than are accepted");
  counted_ = memory_.make_array<counted_link>(count);
  std::string_view rest = field_;
  for (counted_link& each : counted_) {
    const std::string_view one = rest.substr(0, rest.find(link_separator));
    const auto token = take_apart(one, memory_);
    if (!token) return std::unexpected(token.error());
    each.token = *token;
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
  }
  return {};
}

// The newest link tells which form the chain has, and how many links are nested.
checked verification_state::read_newest() {
  const compact_token token = counted_.back().token;
  const auto one = read_one(token, memory_);
  if (!one) return std::unexpected(one.error());
  newest_ = *one;
  const link_claims& said = newest_.read.said;
  if (counted_.size() == 1 && !said.prv.empty()) {
    form_ = history::by_value;
    if (said.dep >= by_.rules.max_links) return refused(refusal::chain_too_deep, "more links than are accepted");
    counted_ = memory_.make_array<counted_link>(said.dep + 1);
    counted_.back().token = token;
  }
  return {};
}

checked verification_state::check_proof() {
  if (auto right = check_request(proof_->said, request_, by_.rules, now_); !right) return right;
  if (!is_digest_of(proof_->said.cth, field_))
    return refused(refusal::chain_hash_mismatch, "a proof for another chain");
  // TLS ends here, with the caller: a proof of somebody else has come by a way on which there is nobody else.
  if (by_.rules.mtls && !request_.peer.empty() && proof_->said.iss != request_.peer)
    return refused(refusal::proof_invalid, "the peer is not who made the proof");
  return {};
}

checked verification_state::check_peer() const {
  const link_claims& said = newest().read.said;
  if (!is_ours(said.aud, by_.rules)) return refused(refusal::proof_target_mismatch, "a link for another service");
  if (said.iss != request_.peer) return refused(refusal::proof_invalid, "the peer is not who made the newest link");
  return {};
}

checked verification_state::read(const presented_chain& presented) {
  require(step::made);
  if (auto right = count_fields(presented); !right) return right;
  if (!presented.proof.empty()) {
    if (auto right = read_proof(presented.proof.front()); !right) return right;
  }
  if (auto right = take_chain(presented); !right) return right;
  if (auto right = split_chain(); !right) return right;
  if (auto right = read_newest(); !right) return right;
  if (auto right = proof_ ? check_proof() : check_peer(); !right) return right;
  reach(step::made, step::read);
  return {};
}

checked verification_state::find_key() {
  require(step::read);
  keys_ = by_.keys.keys();
  if (proof_) {
    const auto& [token, head, said] = *proof_;
    const service_key* by = keys_->find(said.iss, head.key_id);
    if (by == nullptr) by_.keys.missing(said.iss, head.key_id, steady_);
    if (by == nullptr || !by->counts_at(now_, by_.rules.accepted_skew()))
      return refused(refusal::key_unknown, "no key of that service and id");
    if (by->algorithm != head.algorithm) return refused(refusal::proof_invalid, "an algorithm that is not the key's");
    proof_work_ = &memory_.make<signature_work>(token, *by);
  }
  reach(step::read, step::keyed);
  return {};
}

checked verification_state::accept_proof() {
  require(step::keyed);
  if (proof_) {
    if (!proof_work_->holds()) return refused(refusal::proof_invalid, "the signature of a proof");
    if (auto right = check_headers(proof_->said, request_, by_.rules); !right) return right;
  }
  reach(step::keyed, step::proven);
  return {};
}

checked verification_state::accept_content(const content_digest& content) {
  if (step_ < step::proven) require(step::proven);
  if (proof_) {
    if (auto right = check_content(proof_->said, request_, content); !right) return right;
  }
  content_known_ = true;
  return {};
}

content_check& verification_state::stream_content() {
  if (step_ < step::proven) require(step::proven);
  content_known_ = true;
  return memory_.make<content_check>(*this);
}

// The proof, and the newest link where that counts once. TLS vouches for whose link it is before its signature does.
std::span<const spent_id> verification_state::spent() {
  require(step::proven);
  const bool link_too = !proof_ || by_.rules.single_use;
  const std::span<spent_id> ids = memory_.make_array<spent_id>((proof_ ? 1 : 0) + (link_too ? 1 : 0));
  const seconds_since_epoch skew = by_.rules.accepted_skew();
  const link_claims& last = newest().read.said;
  if (proof_) ids.front() = {proof_->said.iss, proof_->said.jti, proof_->said.exp + skew};
  // Its dates are looked at with the other links': what says more than a link may live is refused then, whatever is
  // remembered of it.
  const seconds_since_epoch latest = now_ + skew + by_.rules.link_lifetime();
  if (link_too) ids.back() = {proof_ ? proof_->said.iss : last.iss, last.jti, std::min(last.exp, latest) + skew};
  return ids;
}

checked verification_state::accept_spent(replay_answer answer) {
  require(step::proven);
  if (answer == replay_answer::used) return refused(refusal::proof_replayed, "a proof that was used before");
  if (answer != replay_answer::first)
    return refused(refusal::replay_store_unavailable, "the store of used proofs does not answer");
  reach(step::proven, step::unspent);
  return {};
}

}  // namespace candela::custody::detail
