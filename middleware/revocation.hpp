// Refuses callers whose credentials were taken back before their time.
#pragma once

#include <candela/core/metrics.hpp>
#include <candela/server/exchange.hpp>
#include <candela/server/stage_setup.hpp>
#include <candela/store/revocations.hpp>

namespace candela {
struct principal;
}

namespace candela::middleware {

/// The stage `revocation`. It stands behind the stages that verify who asks and looks at the principal that they have
/// made: its token (`jti`), the key that signed that (`kid`), its subject, its issuer, and the transaction (`txn`) that
/// its claims name; on every request, so that a token that was found good before is looked up, too. A request without a
/// principal passes: whether it needs one, others say. It has no options; the list is the service's, which its section
/// `revocations` describes (see <candela/store/revocation_feed.hpp>).
///
///     revocations: {file: revoked.txt}
///     chains:
///       default: [jwt_verify: ..., revocation]
///
/// A revoked caller is answered as one whose token is invalid, with 401 `unauthorized`; when the list is too old to
/// tell, with 503 `unavailable`. The stage `chain_verify` asks the same list by itself.
class revocation {
 public:
  explicit revocation(stage_setup& setup);

  step on_request(exchange& x);

 private:
  [[nodiscard]] store::revocation_answer ask(const principal& who) const;
  step refuse(exchange& x, const principal& who);
  step go_without(exchange& x);

  const store::revocations& revoked_;
  clock& time_;
  metrics::counter& refused_;
  metrics::counter& unknown_;
  bool complained_ = false;  // since the list was good last
  clock::steady_time complain_at_{};
};

}  // namespace candela::middleware
