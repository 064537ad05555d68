// Private to the room: what a verification knows after each step.
#pragma once

#include <candela/custody/detail/compact_token.hpp>
#include <candela/custody/detail/link_checks.hpp>
#include <candela/custody/detail/signature_work.hpp>
#include <candela/custody/verification.hpp>
#include <memory>
#include <optional>

namespace candela::custody::detail {

/// The steps in their order; each holds what the ones before it found.
enum class step : std::uint8_t { made, read, keyed, proven, unspent, linked, accepted, finished };

class verification_state {
 public:
  verification_state(const verifier& by, const request_facts& request, const clock& time, arena& memory);

  checked read(const presented_chain& presented);
  checked find_key();
  pending_check* proof_check() noexcept { return proof_work_; }
  checked accept_proof();
  checked accept_content(const content_digest& content);
  content_check& stream_content();
  std::span<const spent_id> spent();
  checked accept_spent(replay_answer answer);
  checked read_links();
  [[nodiscard]] std::span<pending_check* const> link_checks() const;
  checked accept_links();
  std::expected<const call_stack*, error> finish(const revocations* revoked);

  [[nodiscard]] std::string_view claimed_transaction() const noexcept { return newest().read.said.txn; }
  [[nodiscard]] std::string_view claimed_id() const noexcept {
    return proof_ ? proof_->said.jti : newest().read.said.jti;
  }

 private:
  struct read_proof_result {
    compact_token token;
    token_head head;
    proof_claims said;
  };
  struct counted_link {
    compact_token token;
    const service_key* by = nullptr;
    const signature_work* work = nullptr;  // null: seen before
  };

  void reach(step from, step to);
  void require(step reached) const;

  // V0
  checked count_fields(const presented_chain& presented) const;
  checked read_proof(std::string_view field);
  checked take_chain(const presented_chain& presented);
  checked split_chain();
  // V1
  checked read_newest();
  checked check_proof();
  checked check_peer() const;
  // V6
  checked check_ends() const;
  checked read_link_at(std::size_t place, read_link_result& into);
  checked check_link_at(std::size_t place, const read_link_result& one);
  void gather_work();
  // V7, V8
  [[nodiscard]] revocation_answer ask_about_all(const revocations& revoked) const;
  checked check_revoked(const revocations& revoked) const;
  checked check_root() const;
  checked check_operation() const;
  const call_stack* made_stack();

  const read_link_result& newest() const noexcept { return newest_; }

  const verifier by_;
  const request_facts request_;
  arena& memory_;
  const clock::steady_time steady_;
  const seconds_since_epoch now_;
  std::shared_ptr<const key_snapshot> keys_;
  step step_ = step::made;
  bool content_known_ = false;

  std::optional<read_proof_result> proof_;  // none: the peer's certificate
  signature_work* proof_work_ = nullptr;
  std::string_view field_;
  history form_ = history::by_hash;
  read_link_result newest_{};
  std::span<counted_link> counted_;  // oldest first, as all below
  std::span<chain_link> links_;
  std::span<pending_check*> work_;
  evidence_check* evidence_ = nullptr;
  std::optional<std::string_view> scope_;
};

}  // namespace candela::custody::detail
