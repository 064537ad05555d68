// Bodies that are signed.
#pragma once

#include <candela/middleware/body_stage.hpp>

namespace candela::middleware {

/// The stage `jws_sign`: signs bodies (RFC 7515).
///
///     - jws_sign:
///         keys: signing.jwk          # a private key that fits: JWK, JWK set or PEM; required
///         algorithm: ES256
///         header: X-Signature        # the signature goes into that field, detached, and the body stays as it is ...
///         members: [/order, /total]  # ... or these members of a JSON body become messages; default: the body is one
///         type: ""                   # `typ`; empty for none
///         unencoded: false           # detached ones with `b64: false` (RFC 7797)
///         direction: response        # or request, in front of a proxy
///         types: [application/json]  # of bodies to be signed; default: all but application/problem+json
///         required: true             # false: a member that is not there is left out
///         max_bytes: 256KiB
///
/// A whole body leaves as `application/jose`; what it was stands in `cty`. Bodies without a byte stay as they are. What
/// cannot be signed does not leave: the answer is then 500 `internal`, and the log has the reason. A streamed response
/// is kept back until it is whole, and cannot have its signature in a field.
///
/// Files of keys that are replaced, by renaming, count within two seconds. What was done is counted:
///
///     message_security_total{stage, outcome}     outcome: done or refused
class jws_sign : public body_stage {
 public:
  explicit jws_sign(stage_setup& setup);
};

}  // namespace candela::middleware
