// The public keys of services as they stood at one moment.
#pragma once

#include <candela/custody/claims.hpp>
#include <candela/jose/key.hpp>
#include <cstdint>
#include <expected>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace candela::custody {

/// The algorithms that links and proofs may be signed with.
inline constexpr jose::algorithm_set<jose::signature_algorithm> chain_algorithms{
    jose::signature_algorithm::es256, jose::signature_algorithm::es384, jose::signature_algorithm::ed25519};

/// The one of them that a key is for: its curve says so. Refused as `key_unfit`: keys of other kinds, and those whose
/// `alg`, `use` or `key_ops` forbid it.
[[nodiscard]] std::expected<jose::signature_algorithm, jose::error> chain_algorithm_of(const jose::key& of,
                                                                                       jose::key_operation operation);

/// One public key, and when it counts.
struct service_key {
  jose::key key;
  jose::signature_algorithm algorithm = jose::signature_algorithm::es256;
  seconds_since_epoch not_before = 0;
  /// From then on nothing that it signed is accepted.
  seconds_since_epoch retire = std::numeric_limits<seconds_since_epoch>::max();

  /// Whether it counts then, for a clock that may be late by `skew`.
  [[nodiscard]] bool counts_at(seconds_since_epoch now, seconds_since_epoch skew) const noexcept {
    return now >= not_before - skew && now < retire;
  }
};

/// The keys of one service.
struct service_keys {
  std::string issuer;
  std::vector<service_key> keys;
};

/// Immutable keys of many services. Whoever uses one of them holds the snapshot for as long.
class key_snapshot {
 public:
  /// Of nobody.
  key_snapshot();
  /// Refused as `key_ambiguous`: two keys of one service and id; as `key_unfit`: keys with a private half, without an
  /// id, or of an algorithm that is none of a chain's.
  [[nodiscard]] static std::expected<key_snapshot, jose::error> of(std::vector<service_keys> services);
  /// From a JSON object that gives each service's identity a JWK set. A key may have `nbf` and `retire` besides.
  [[nodiscard]] static std::expected<key_snapshot, jose::error> from_json(std::string_view text);

  /// The key of that service and id, both compared byte by byte, whether it counts now or not; or null. There is no
  /// search by id alone: a key speaks for its own service only.
  [[nodiscard]] const service_key* find(std::string_view issuer, std::string_view id) const noexcept;

  /// A number that no other snapshot of this process has.
  [[nodiscard]] std::uint64_t epoch() const noexcept { return epoch_; }
  [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }

 private:
  struct entry {
    std::string issuer;
    service_key held;
  };
  std::vector<entry> keys_;  // in the order of ids, then of issuers
  std::uint64_t epoch_;
};

/// One key as its JWK, `nbf` and `retire` included, and back; what records and files of keys hold.
[[nodiscard]] std::expected<service_key, jose::error> read_service_key(const json::value& jwk);
[[nodiscard]] std::expected<std::string, jose::error> write_service_key(const service_key& of);

}  // namespace candela::custody
