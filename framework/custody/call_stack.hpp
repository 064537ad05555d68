// The whole path of a request as its links show it.
#pragma once

#include <candela/core/arena.hpp>
#include <candela/custody/claims.hpp>
#include <candela/jose/digest.hpp>
#include <optional>
#include <span>
#include <string_view>

namespace candela::custody {

/// The two ways in which a link shows the one before it.
enum class history : std::uint8_t {
  by_hash,   ///< links stand side by side, each with the digest of the one before it
  by_value,  ///< each link holds the one before it
};

/// One call that a service made, rightly signed by it.
struct chain_link {
  link_claims said;
  std::string_view key_id;       ///< whose key signed it, together with `said.iss`
  std::string_view compact;      ///< as it was signed
  jose::sha256_digest digest{};  ///< of that
};

/// A verified chain. Views into the arena of its verification. As an attachment of an exchange: the path on which its
/// request came.
struct call_stack {
  static constexpr std::string_view attachment_name = "call_stack";

  std::span<const chain_link> links;  ///< oldest first; one at least
  history form = history::by_hash;
  std::string_view field;  ///< the chain as it came: the value of `Call-Chain`
  /// What all calls together leave of the root's scope; nothing when the root named none.
  std::optional<std::string_view> scope = {};
  /// The proof of the last hop; nothing when TLS took its place.
  std::optional<proof_claims> proof = {};
  bool has_evidence = false;  ///< the root gave evidence for its user, and it was verified

  [[nodiscard]] const link_claims& root() const noexcept { return links.front().said; }
  [[nodiscard]] const link_claims& newest() const noexcept { return links.back().said; }
  [[nodiscard]] std::string_view caller() const noexcept { return newest().iss; }
  [[nodiscard]] std::string_view transaction() const noexcept { return root().txn; }
  [[nodiscard]] std::string_view subject() const noexcept { return root().sub; }
};

/// The callers as the claim `act` of RFC 8693, section 4.1: the newest outermost, its predecessor within it.
[[nodiscard]] std::string_view write_act(const call_stack& of, arena& memory);

}  // namespace candela::custody
