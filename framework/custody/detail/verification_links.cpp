// V6 to V8: the links, and what follows from them.
#include <algorithm>
#include <candela/custody/detail/token_types.hpp>
#include <candela/custody/detail/verification_state.hpp>

namespace candela::custody::detail {

namespace {

std::unexpected<error> refused(refusal code, std::string_view detail) { return std::unexpected(error{code, detail}); }

bool allows(const allowed_root& root, const link_claims& first, const link_claims& last) noexcept {
  return root.issuer == first.iss && (root.audience.empty() || root.audience == last.aud) &&
         (root.operation.empty() || root.operation == last.op);
}

}  // namespace

// The proof and the newest link are two signatures of one service for one other.
checked verification_state::check_ends() const {
  if (!proof_) return {};
  const link_claims& last = newest().read.said;
  if (last.iss != proof_->said.iss) return refused(refusal::chain_broken, "a proof of another service than the link's");
  if (last.aud != proof_->said.aud) return refused(refusal::chain_broken, "a proof for another service than the link");
  return {};
}

checked verification_state::read_link_at(std::size_t place, read_link_result& into) {
  counted_link& counted = counted_[place];
  if (place + 1 == counted_.size()) {
    into = newest();
    return {};
  }
  if (form_ == history::by_value) {
    const auto token = take_apart(links_[place + 1].said.prv, memory_);
    if (!token) return std::unexpected(token.error());
    counted.token = *token;
  }
  const auto one = read_one(counted.token, memory_);
  if (!one) return std::unexpected(one.error());
  into = *one;
  return {};
}

// Each link by itself: where it stands, when, and by whose key.
checked verification_state::check_link_at(std::size_t place, const read_link_result& one) {
  const link_claims& said = one.read.said;
  const bool last = place + 1 == counted_.size();
  const seconds_since_epoch skew = by_.rules.accepted_skew();
  if (auto right = check_place(one, place, form_); !right) return right;
  // Its times are bounded before anything is reckoned with them.
  if (auto right = check_life(said, by_.rules, last, now_); !right) return right;
  const service_key* by = keys_->find(said.iss, one.read.key_id);
  if (by == nullptr) by_.keys.missing(said.iss, one.read.key_id, steady_);
  // What waited in a queue may be older than its key's retirement, as long as it was made before.
  const seconds_since_epoch moment = by_.rules.queue_lifetime && !last ? said.iat : now_;
  if (by == nullptr || !by->counts_at(moment, skew) || by->algorithm != one.head.algorithm)
    return refused(refusal::chain_link_invalid, "no such key of a link's service and id");
  counted_[place].by = by;
  return {};
}

checked verification_state::read_links() {
  require(step::unspent);
  if (auto right = check_ends(); !right) return right;
  links_ = memory_.make_array<chain_link>(counted_.size());
  for (std::size_t place = links_.size(); place-- != 0;) {
    read_link_result one;
    if (auto right = read_link_at(place, one); !right) return right;
    if (auto right = check_link_at(place, one); !right) return right;
    links_[place] = one.read;
    if (place + 1 == links_.size()) continue;
    if (auto right = check_pair(links_[place], links_[place + 1], by_.rules); !right) return right;
  }
  if (auto right = check_whole(links_, by_.rules, scope_); !right) return right;
  if (by_.rules.evidence_required && links_.front().said.evd.empty())
    return refused(refusal::chain_evidence_invalid, "no evidence");
  gather_work();
  reach(step::unspent, step::linked);
  return {};
}

void verification_state::gather_work() {
  const std::span<pending_check*> work = memory_.make_array<pending_check*>(links_.size() + 1);
  std::size_t count = 0;
  for (std::size_t place = links_.size(); place-- != 0;) {
    if (by_.kept.holds(links_[place].digest, keys_->epoch(), now_)) continue;
    counted_link& each = counted_[place];
    auto& made = memory_.make<signature_work>(each.token, *each.by);
    each.work = &made;
    work[count++] = &made;
  }
  const link_claims& root = links_.front().said;
  if (!root.evd.empty()) {
    const std::chrono::seconds skew(by_.rules.accepted_skew());
    evidence_ = &memory_.make<evidence_check>(root, by_.rules.evidence, skew);
    work[count++] = evidence_;
  }
  work_ = work.first(count);
}

std::span<pending_check* const> verification_state::link_checks() const {
  require(step::linked);
  return work_;
}

checked verification_state::accept_links() {
  require(step::linked);
  for (std::size_t place = links_.size(); place-- != 0;) {
    const signature_work* work = counted_[place].work;
    if (work == nullptr) continue;
    if (!work->holds()) return refused(refusal::chain_link_invalid, "the signature of a link");
    const chain_link& each = links_[place];
    by_.kept.remember(each.digest, keys_->epoch(), std::min(each.said.exp, counted_[place].by->retire));
  }
  if (evidence_ != nullptr && !evidence_->wrong().empty())
    return refused(refusal::chain_evidence_invalid, evidence_->wrong());
  reach(step::linked, step::accepted);
  return {};
}

// All of them are asked, so that what was revoked is not taken for what nobody can tell.
revocation_answer verification_state::ask_about_all(const revocations& revoked) const {
  revocation_answer worst = revocation_answer::good;
  const auto ask = [&](revocable kind, std::string_view value) {
    if (value.empty() || worst == revocation_answer::revoked) return;
    const revocation_answer said = revoked.ask(kind, value);
    if (said != revocation_answer::good) worst = said;
  };
  ask(revocable::transaction, links_.front().said.txn);
  for (const chain_link& each : links_) {
    ask(revocable::token, each.said.jti);
    ask(revocable::key, each.key_id);
    ask(revocable::service, each.said.iss);
    ask(revocable::subject, each.said.sub);
  }
  if (proof_) {
    ask(revocable::token, proof_->said.jti);
    ask(revocable::key, proof_->head.key_id);
  }
  return worst;
}

checked verification_state::check_revoked(const revocations& revoked) const {
  const revocation_answer said = ask_about_all(revoked);
  if (said == revocation_answer::revoked) return refused(refusal::chain_revoked, "something that was taken back");
  if (said == revocation_answer::good) return {};
  return refused(refusal::replay_store_unavailable, "a list of what was taken back that is too old to tell");
}

checked verification_state::check_root() const {
  const link_claims& first = links_.front().said;
  const link_claims& last = links_.back().said;
  const auto fits = [&](const allowed_root& each) { return allows(each, first, last); };
  return std::ranges::any_of(by_.rules.roots, fits)
             ? checked()
             : refused(refusal::chain_root_untrusted, "a service that may not begin this here");
}

checked verification_state::check_operation() const {
  const bool same = links_.back().said.op == request_.operation &&
                    (!proof_ || proof_->said.op.empty() || proof_->said.op == request_.operation);
  return same ? checked() : refused(refusal::op_mismatch, "a chain for another operation");
}

const call_stack* verification_state::made_stack() {
  return &memory_.make<call_stack>(call_stack{.links = links_,
                                              .form = form_,
                                              .field = field_,
                                              .scope = scope_,
                                              .proof = proof_ ? std::optional(proof_->said) : std::nullopt,
                                              .has_evidence = evidence_ != nullptr});
}

std::expected<const call_stack*, error> verification_state::finish(const revocations* revoked) {
  require(step::accepted);
  if (!content_known_) throw std::logic_error("nobody compared the content of a request");
  if (revoked != nullptr) {
    if (auto right = check_revoked(*revoked); !right) return std::unexpected(right.error());
  }
  if (auto right = check_root(); !right) return std::unexpected(right.error());
  if (auto right = check_operation(); !right) return std::unexpected(right.error());
  reach(step::accepted, step::finished);
  return made_stack();
}

}  // namespace candela::custody::detail
