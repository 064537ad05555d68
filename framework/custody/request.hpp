// What a proof binds: the request as both ends see it. Bytes and names only; whoever speaks a protocol fills it in.
#pragma once

#include <candela/custody/claims.hpp>
#include <candela/jose/digest.hpp>
#include <optional>
#include <span>
#include <string_view>

namespace candela::custody {

struct named_value {
  std::string_view name;
  std::string_view value;
};

/// One request. Views that live as long as whatever they are given to.
struct request_facts {
  /// The method; empty where there is no HTTP, and `operation` alone is bound.
  std::string_view method = {};
  /// Scheme, authority and path without query, as configured for the audience: never what a `Host` field says.
  std::string_view target = {};
  /// The bytes behind the `?`; nothing where there is no `?`.
  std::optional<std::string_view> query = {};
  /// The operation by its template, such as `POST /v1/payments/{id}` or `rpc:pay.Charge`.
  std::string_view operation = {};
  /// Sending: the fields to cover. Receiving: all fields of the request. Names in any case.
  std::span<const named_value> headers = {};
  /// Other tokens that go with the request, as they stand there; empty for none.
  std::string_view access_token = {};              ///< bound by `ath`
  std::string_view transaction_token = {};         ///< bound by `tth`
  std::string_view workload_token = {};            ///< bound by `wth`
  std::span<const named_value> other_tokens = {};  ///< bound by `oth`, by the name of their field
  /// Sending: the one that was demanded. Receiving: the newest that was given out; empty when none is asked for.
  std::string_view nonce = {};
  std::span<const std::string_view> other_nonces = {};  ///< receiving: those that count as well
  /// Receiving: who the peer is by TLS, when that ended here; empty otherwise.
  std::string_view peer = {};
};

/// The digest of content, or nothing where there is none: content of no bytes is none.
using content_digest = std::optional<jose::sha256_digest>;

/// A digest as it stands in a claim.
[[nodiscard]] std::string_view digest_text(const jose::sha256_digest& digest, arena& memory);
[[nodiscard]] std::string_view digest_text(std::string_view of, arena& memory);

/// Whether a claim is that digest; compared in constant time. An absent claim is none.
[[nodiscard]] bool is_digest_of(std::string_view claim, const jose::sha256_digest& digest) noexcept;
[[nodiscard]] bool is_digest_of(std::string_view claim, std::string_view text);

/// What was asked exactly, for the claim `tgh` of a link: method, target and query, and content.
[[nodiscard]] std::string_view target_digest(const request_facts& of, const content_digest& content, arena& memory);

}  // namespace candela::custody
