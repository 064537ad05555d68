// Private to the room: who a verified client certificate says its owner is.
#pragma once

#include <openssl/x509.h>

#include <candela/net/transport.hpp>
#include <string_view>

namespace candela::net {

/// Whether the text is the SPIFFE id of a workload: "spiffe://", a trust domain, a path (SPIFFE-ID, sections 2
/// and 2.4).
[[nodiscard]] bool is_workload_spiffe_id(std::string_view text) noexcept;

/// Reads a certificate that was verified already.
[[nodiscard]] peer_identity identity_of(X509* certificate);

}  // namespace candela::net
