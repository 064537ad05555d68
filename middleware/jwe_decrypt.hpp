// Bodies that somebody has encrypted for this service.
#pragma once

#include <candela/middleware/body_stage.hpp>

namespace candela::middleware {

/// The stage `jwe_decrypt`: decrypts bodies (RFC 7516), and what comes behind it sees what was encrypted, with its own
/// type and length. Encryption does not tell who has sent it: anybody can encrypt to a public key. Where that matters,
/// use `open`.
///
///     - jwe_decrypt:
///         keys: own.jwks                 # private keys or secrets: JWK, JWK set or PEM; required
///         algorithms: [ECDH-ES+A256KW]   # ways to the content key that are accepted; required
///         encryption: [A256GCM]          # content encryption that is accepted; required
///         members: [/card]               # members of a JSON body that are messages; default: the body is one
///         type: ""                       # `typ` that must be there
///         json: false                    # JSON serializations, too, with up to 8 recipients
///         direction: request             # or response
///         required: true                 # false: a body without a message, or a member that is not there, passes
///         max_bytes: 256KiB              # of the body as it comes
///
/// A whole body comes as `application/jose` (or `application/jose+json`), and `cty` becomes its Content-Type. Members
/// are replaced by what was encrypted, which must be JSON. Compressed content is refused, and so are RSA1_5 and
/// passwords unless they are named. GET, HEAD and OPTIONS without a body pass. Anything else is answered with 400
/// `message_refused`, whatever was wrong with it; the log has the reason. In responses that is 502, and those with
/// status 400 and above pass.
///
/// Files of keys that are replaced, by renaming, count within two seconds. What was done is counted:
///
///     message_security_total{stage, outcome}     outcome: done or refused
class jwe_decrypt : public body_stage {
 public:
  explicit jwe_decrypt(stage_setup& setup);
};

}  // namespace candela::middleware
