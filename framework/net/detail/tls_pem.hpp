// Private to the room: certificates and keys out of PEM files.
#pragma once

#include <candela/net/detail/tls_pointers.hpp>
#include <expected>
#include <string>
#include <vector>

namespace candela::net {

/// All certificates of the file, in order, at least one.
[[nodiscard]] std::expected<std::vector<x509_ptr>, std::string> read_certificates(const std::string& path);

/// The private key of the file; one under a passphrase is refused.
[[nodiscard]] std::expected<evp_pkey_ptr, std::string> read_private_key(const std::string& path);

}  // namespace candela::net
