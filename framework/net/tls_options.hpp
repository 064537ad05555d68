// What a TLS listener is told: files, who must show a certificate, protocols, limits.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace candela::net {

/// Whether a client shows a certificate of its own (mutual TLS).
enum class client_certificates : std::uint8_t {
  none,      ///< not asked for
  optional,  ///< asked for; a client without one is served, one whose certificate does not verify is not
  required,  ///< a client without a certificate that verifies is not served
};

/// The oldest protocol version that is spoken.
enum class tls_version : std::uint8_t { v1_2, v1_3 };

/// Everything a `tls_context` is built from. Cipher suites and groups are not a choice: TLS 1.3, and of TLS 1.2 what
/// has forward secrecy and authenticated encryption.
struct tls_options {
  std::string certificate_file;  ///< PEM: our certificate, then the intermediate ones up to (without) the root
  std::string key_file;          ///< PEM: the private key of the first certificate, without a passphrase
  std::string client_ca_file;    ///< PEM: every certificate in it is trusted to sign those of clients
  net::client_certificates client_certificates = net::client_certificates::none;
  std::vector<std::string> alpn{"http/1.1"};  ///< protocols, best first; empty: ALPN is not answered
  tls_version minimum_version = tls_version::v1_2;
  bool resumption = true;                               ///< tickets let a client come back without a full handshake
  std::chrono::milliseconds handshake_timeout{10'000};  ///< from the accepted connection to the finished handshake

  friend bool operator==(const tls_options&, const tls_options&) = default;
};

}  // namespace candela::net
