// What a service accepts of chains: made once from configuration, read by any thread.
#pragma once

#include <algorithm>
#include <candela/custody/evidence.hpp>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace candela::custody {

/// A service that may begin a transaction here.
struct allowed_root {
  std::string issuer;          ///< its identity, byte by byte
  std::string audience = {};   ///< of the newest link; empty: any of ours
  std::string operation = {};  ///< of the newest link; empty: any
};

struct chain_rules {
  /// No link, proof or message may live longer, whatever the rules say: sums of times stay in their range.
  static constexpr std::chrono::seconds longest_lifetime = std::chrono::days(3653);

  std::vector<std::string> identities = {};  ///< ours: one of them is the audience
  std::vector<allowed_root> roots = {};      ///< none: no chain is accepted
  std::vector<evidence_issuer> evidence = {};
  bool evidence_required = false;
  /// Names of fields, in any case, that a proof covers wherever a request has them. Content-Type, where there is
  /// content, needs no saying.
  std::vector<std::string> covered_headers = {};
  unsigned max_links = 8;
  std::size_t max_bytes = 16 * 1024;            ///< of chain and proof together
  std::chrono::seconds skew{5};                 ///< how far clocks may be apart; more than 30 count as 30
  std::chrono::seconds max_link_lifetime{120};  ///< from `iat` to `exp`
  std::chrono::seconds max_proof_lifetime{15};  ///< from `iat` to `exp`; more than 30 count as 30
  bool loops = false;                           ///< whether a service may stand in a chain twice
  /// Whether the peer's certificate may take the place of a proof. Then TLS ends here: a certificate is the caller's.
  bool mtls = false;
  bool single_use = false;  ///< whether the newest link is used up with the proof
  /// How long a message may wait, for operations that come by a queue: links may have expired since, as long as each
  /// was alive when the next one was made. Nothing: requests are direct.
  std::optional<std::chrono::seconds> queue_lifetime = {};

  [[nodiscard]] seconds_since_epoch accepted_skew() const noexcept {
    return std::clamp<seconds_since_epoch>(skew.count(), 0, 30);
  }
  [[nodiscard]] seconds_since_epoch proof_lifetime() const noexcept {
    if (queue_lifetime) return bounded(*queue_lifetime).count();
    return std::clamp<seconds_since_epoch>(max_proof_lifetime.count(), 1, 30);
  }
  [[nodiscard]] seconds_since_epoch link_lifetime() const noexcept {
    return bounded(std::max(queue_lifetime.value_or(max_link_lifetime), max_link_lifetime)).count();
  }

 private:
  [[nodiscard]] static constexpr std::chrono::seconds bounded(std::chrono::seconds lifetime) noexcept {
    return std::clamp(lifetime, std::chrono::seconds(1), longest_lifetime);
  }
};

}  // namespace candela::custody
