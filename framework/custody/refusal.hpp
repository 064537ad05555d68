// Why a chain is refused: the codes that logs and problem documents carry.
#pragma once

#include <cstdint>
#include <string_view>

namespace candela::custody {

/// In the order of the checks. The first group is decided without a key.
enum class refusal : std::uint8_t {
  chain_malformed = 1,       ///< field lines, size, encoding or claims of a link or proof
  chain_missing,             ///< no chain or no proof where both are required
  chain_too_deep,            ///< more links than are accepted
  proof_target_mismatch,     ///< the proof is for another service, method, target or query
  proof_expired,             ///< outside of the proof's time, or it lives longer than it may
  chain_hash_mismatch,       ///< the proof was made for another chain
  rate_limited,              ///< the peer asked for too many checks
  key_unknown,               ///< no key of that issuer and id here
  proof_invalid,             ///< the proof's signature
  proof_body_mismatch,       ///< the content, or a covered header, is not what was signed
  proof_replayed,            ///< the proof was used before
  replay_store_unavailable,  ///< nobody can tell whether it was, or what is revoked
  chain_link_invalid,        ///< type, algorithm or signature of a link
  chain_broken,              ///< links that do not follow each other
  chain_txn_mismatch,        ///< links of different transactions
  chain_subject_mismatch,    ///< user, client or their claims change on the way
  chain_scope_widened,       ///< a later link allows more than an earlier one
  chain_expired,             ///< a link's time is over, or outlives the one before it
  chain_loop,                ///< one service stands twice in the chain
  chain_evidence_invalid,    ///< what the root gives for its user
  chain_revoked,             ///< a link, transaction, key, service or user was revoked
  chain_root_untrusted,      ///< the first service may not begin a chain here
  op_mismatch,               ///< the operation is another than the one that is asked for
};

/// A fixed name such as `proof_replayed`; valid forever.
[[nodiscard]] std::string_view name_of(refusal code) noexcept;

/// The status that a client gets: 400, 401, 403, 429 or 503.
[[nodiscard]] unsigned status_of(refusal code) noexcept;

/// A refusal. `detail` is a fixed sentence for logs, never made of the input; valid forever.
struct error {
  refusal code = refusal::chain_malformed;
  std::string_view detail;

  friend bool operator==(const error& left, refusal right) noexcept { return left.code == right; }
};

}  // namespace candela::custody
