// Bodies that somebody has sealed for this service.
#pragma once

#include <candela/middleware/body_stage.hpp>

namespace candela::middleware {

/// The stage `open`: opens what was sealed for this service (see <candela/jose/seal.hpp>): signed by a known author,
/// for this service by name, for this place in this document, then encrypted. What comes behind it sees exactly what
/// was sealed; who has sealed it stands in the attachment `message_authors`.
///
///     - open:
///         recipient: urn:shop:payment    # who this service is; required
///         keys: payment.jwks             # its private keys: JWK, JWK set or PEM; required
///         signers:                       # the authors that are trusted, and their keys; required
///           urn:shop:web: web.jwks
///         signatures: [ES256]            # signature algorithms that are accepted; never those of HMAC
///         algorithms: [ECDH-ES+A256KW]   # ways to the content key that are accepted
///         encryption: [A256GCM]          # content encryption that is accepted
///         members: [/card/number]        # sealed members of a JSON body; default: the body is sealed as a whole
///         context: ""                    # `ctx` that must be there; empty: there must be none
///         content_type: ""               # that a whole body must have; empty for any
///         several: true                  # also what is sealed for several recipients
///         require_expiry: false          # refuse what has no `exp`
///         max_age: 5m                    # the greatest time since it was sealed; default: any
///         direction: request             # or response
///         required: true                 # false: a body that is not sealed, or a member that is not there, passes
///         max_bytes: 256KiB              # of the body as it comes
///
/// A whole body comes as `application/jose` or `application/jose+json`. GET, HEAD and OPTIONS without a body pass.
/// Anything else is answered with 400 `message_refused`, whatever was wrong with it; the log has the reason. In
/// responses that is 502, and those with status 400 and above pass.
///
/// Files of keys that are replaced, by renaming, count within two seconds. What was done is counted:
///
///     message_security_total{stage, outcome}     outcome: done or refused
class open : public body_stage {
 public:
  explicit open(stage_setup& setup);
};

}  // namespace candela::middleware
