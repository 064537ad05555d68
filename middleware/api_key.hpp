// Lets in who brings a key from the service's own list.
#pragma once

#include <candela/server/exchange.hpp>
#include <candela/server/stage_setup.hpp>
#include <cstdint>
#include <memory>
#include <string_view>

namespace candela::middleware {

/// The stage `api_key`. Keys are long random texts that the service does not have: it has their SHA-256, so that who
/// reads its configuration cannot use them. What people choose themselves is for `basic_auth`. A new key, and what is
/// kept of it: `head -c 32 /dev/urandom | base64 | tee key | candela keys hash --for api_key`.
///
///     - api_key:
///         from: {header: X-Api-Key}  # the default; {cookie: NAME}; Authorization: with the scheme ApiKey
///         keys:
///           - name: billing          # the principal's subject
///             sha256: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
///             client: billing-job    # its client; default: none
///             scopes: [orders:read]  # what it may do; default: nothing that a route asks for
///         scopes: [orders]           # that every request needs; a route adds its own
///         optional: false            # whether requests without a key go on, where no scope is needed
///         realm: api                 # in WWW-Authenticate
///
/// A name may have several keys, so that one can be exchanged for another. Answers: 401 `unauthorized` without a key,
/// 401 `invalid_key`, 403 `insufficient_scope`, 400 `invalid_request` for a key that comes twice.
///
///     api_key_requests_total{chain, result}     accepted, missing, refused or forbidden
class api_key {
 public:
  explicit api_key(stage_setup& setup);
  api_key(api_key&&) noexcept;
  ~api_key();

  static constexpr bool checks_scopes = true;
  step on_request(exchange& x);

 private:
  enum class result : std::uint8_t { accepted, missing, refused, forbidden };
  struct parts;

  step accept(exchange& x, std::string_view key);
  void count(result what) noexcept;

  std::unique_ptr<parts> parts_;
};

}  // namespace candela::middleware
