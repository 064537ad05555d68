// The keys of one service as an authority signed them: what registries and files hold, whoever can write to those.
#pragma once

#include <candela/custody/service_keys.hpp>
#include <candela/jose/key_set.hpp>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace candela::custody {

/// A compact JWS of type `key-record+jwt` over `iss`, `seq`, `iat`, `exp` and `keys`, each a JWK whose `kid` is its
/// thumbprint (RFC 7638), with `nbf` and `retire` where it has them.
struct key_record {
  std::string issuer;          ///< the service, not the authority
  std::uint64_t sequence = 0;  ///< of two records of a service the higher one counts
  seconds_since_epoch issued = 0;
  seconds_since_epoch expires = 0;  ///< what it says counts no longer than that
  std::vector<service_key> keys = {};
};

/// How many keys one record may hold.
inline constexpr std::size_t max_record_keys = 16;

/// Refused: an issuer that is no identity (`claim_invalid`), no or too many keys, keys whose id is not their
/// thumbprint (`key_invalid`), an authority's key that cannot sign.
[[nodiscard]] std::expected<std::string, jose::error> sign_record(const key_record& record, const jose::key& authority);

/// Opens a record that one of those authorities signed, whose keys come from configuration only, whether it counts now
/// or not. Held to the rules above; refused besides: another type or signature.
[[nodiscard]] std::expected<key_record, jose::error> open_record(std::string_view compact,
                                                                 const jose::key_set& authorities);

/// Whether a record counts then; refused as `expired` or `issued_in_future`.
[[nodiscard]] std::expected<void, jose::error> check_dates(const key_record& record, seconds_since_epoch now,
                                                           seconds_since_epoch skew);

/// Opens a record and checks its dates.
[[nodiscard]] std::expected<key_record, jose::error> read_record(std::string_view compact,
                                                                 const jose::key_set& authorities,
                                                                 seconds_since_epoch now, seconds_since_epoch skew);

}  // namespace candela::custody
