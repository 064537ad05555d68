// Bodies that somebody has signed.
#pragma once

#include <candela/middleware/body_stage.hpp>

namespace candela::middleware {

/// The stage `jws_verify`: checks signatures (RFC 7515) of bodies, and what comes behind it sees exactly what was
/// signed, with its own type and length. Who has signed stands in the attachment `message_authors`.
///
///     - jws_verify:
///         keys: partners.jwks        # JWK, JWK set or PEM; required
///         algorithms: [ES256]        # that are accepted; required
///         header: X-Signature        # the signature is in that field, detached (RFC 7515, appendix F) ...
///         members: [/order, /total]  # ... or these members of a JSON body are messages; default: the body is one
///         type: ""                   # `typ` that must be there
///         json: false                # JSON serializations, too; every signature in them must be right
///         unencoded: false           # detached ones with `b64: false`, too (RFC 7797)
///         direction: request         # or response
///         required: true             # false: a body without a message, or a member that is not there, passes
///         max_bytes: 256KiB          # of the body as it comes
///
/// A whole body comes as `application/jose` (or `application/jose+json`), and `cty` becomes its Content-Type. A
/// detached signature that has `cty` must mean the request's Content-Type. Members are replaced by what was signed,
/// which must be JSON. Nothing says at which place a signed member belongs: where that matters, use `seal`.
///
/// GET, HEAD and OPTIONS without a body pass. Anything else is answered with 400 `message_refused`, whatever was wrong
/// with it; the log has the reason. In responses (a proxy's, say) that is 502, and those with status 400 and above
/// pass.
///
/// Files of keys that are replaced, by renaming, count within two seconds. What was done is counted:
///
///     message_security_total{stage, outcome}     outcome: done or refused
class jws_verify : public body_stage {
 public:
  explicit jws_verify(stage_setup& setup);
};

}  // namespace candela::middleware
