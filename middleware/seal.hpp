// Bodies that are sealed.
#pragma once

#include <candela/middleware/body_stage.hpp>

namespace candela::middleware {

/// The stage `seal`: signs bodies and then encrypts them (see <candela/jose/seal.hpp>), so that they pass through
/// services that can neither read them nor put them to another use.
///
///     - seal:
///         signer: urn:shop:web             # who this service is; required
///         keys: web.jwk                    # a private key that fits: JWK, JWK set or PEM; required
///         signature: ES256                 # none of HMAC
///         recipients:                      # who can open it, and their public keys; required
///           urn:shop:payment: payment.jwk
///           urn:shop:fraud: fraud.jwk
///         algorithm: ECDH-ES+A256KW
///         encryption: A256GCM
///         members: [/card/number]          # members of a JSON body to be sealed; default: the body as a whole
///         context: ""                      # `ctx`: what it is part of; empty for none
///         lifetime: 5m                     # says when it was sealed and until when it may be opened; default: neither
///         direction: response              # or request, in front of a proxy
///         types: [application/json]        # of bodies to be sealed; default: all but application/problem+json
///         required: true                   # false: a member that is not there is left out
///         max_bytes: 256KiB
///
/// A whole body leaves as `application/jose`, for several recipients as `application/jose+json`. Bodies without a byte
/// stay as they are. What cannot be sealed does not leave: the answer is then 500 `internal`, and the log has the
/// reason. A streamed response is kept back until it is whole.
///
/// Files of keys that are replaced, by renaming, count within two seconds. What was done is counted:
///
///     message_security_total{stage, outcome}     outcome: done or refused
class seal : public body_stage {
 public:
  explicit seal(stage_setup& setup);
};

}  // namespace candela::middleware
