#include <array>
#include <candela/custody/refusal.hpp>

namespace candela::custody {

namespace {

struct facts {
  std::string_view name;
  unsigned status;
};

// In the order of the enumerators, which begin with 1.
constexpr std::array<facts, 23> table{{{"chain_malformed", 400},     {"chain_missing", 401},
                                       {"chain_too_deep", 400},      {"proof_target_mismatch", 401},
                                       {"proof_expired", 401},       {"chain_hash_mismatch", 401},
                                       {"rate_limited", 429},        {"key_unknown", 401},
                                       {"proof_invalid", 401},       {"proof_body_mismatch", 401},
                                       {"proof_replayed", 401},      {"replay_store_unavailable", 503},
                                       {"chain_link_invalid", 401},  {"chain_broken", 401},
                                       {"chain_txn_mismatch", 401},  {"chain_subject_mismatch", 401},
                                       {"chain_scope_widened", 401}, {"chain_expired", 401},
                                       {"chain_loop", 401},          {"chain_evidence_invalid", 401},
                                       {"chain_revoked", 401},       {"chain_root_untrusted", 403},
                                       {"op_mismatch", 401}}};

const facts& of(refusal code) noexcept { return table[static_cast<std::size_t>(code) - 1]; }

}  // namespace

std::string_view name_of(refusal code) noexcept { return of(code).name; }
unsigned status_of(refusal code) noexcept { return of(code).status; }

}  // namespace candela::custody
