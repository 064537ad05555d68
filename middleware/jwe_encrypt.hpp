// Bodies that are encrypted.
#pragma once

#include <candela/middleware/body_stage.hpp>

namespace candela::middleware {

/// The stage `jwe_encrypt`: encrypts bodies (RFC 7516) for everybody whose key is in the file.
///
///     - jwe_encrypt:
///         keys: partners.jwks         # public keys (or secrets) that all fit: JWK, JWK set or PEM; required
///         algorithm: ECDH-ES+A256KW
///         encryption: A256GCM
///         members: [/card]            # members of a JSON body that become messages; default: the body becomes one
///         type: ""                    # `typ`; empty for none
///         direction: response         # or request, in front of a proxy
///         types: [application/json]   # of bodies to be encrypted; default: all but application/problem+json
///         required: true              # false: a member that is not there is left out
///         max_bytes: 256KiB
///
/// A whole body leaves as `application/jose`, for several recipients as `application/jose+json`; what it was stands in
/// `cty`. Bodies without a byte stay as they are. What cannot be encrypted does not leave: the answer is then 500
/// `internal`, and the log has the reason. A streamed response is kept back until it is whole.
///
/// Files of keys that are replaced, by renaming, count within two seconds. What was done is counted:
///
///     message_security_total{stage, outcome}     outcome: done or refused
class jwe_encrypt : public body_stage {
 public:
  explicit jwe_encrypt(stage_setup& setup);
};

}  // namespace candela::middleware
