// Sending: a link for each call that a service makes, and a proof for each request.
#pragma once

#include <candela/core/clock.hpp>
#include <candela/custody/call_stack.hpp>
#include <candela/custody/request.hpp>
#include <candela/custody/service_keys.hpp>
#include <chrono>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace candela::custody {

namespace detail {
class kept_links;
}

/// Who sends, and how.
struct sender_options {
  std::string identity;             ///< a `spiffe:` or `urn:` URI
  jose::key key;                    ///< private, of P-256, P-384 or Ed25519; its id, or its thumbprint, names it
  bool may_root = false;            ///< whether transactions may begin here
  history form = history::by_hash;  ///< of chains that begin here
  std::chrono::seconds link_lifetime{60};
  std::chrono::seconds proof_lifetime{15};
  /// Links are used again for the same call in the same context, so that fan-out signs once. Not where receivers let
  /// each link be used once (`links=single_use`, `proof=mtls`).
  bool reuse = true;
  std::size_t kept_links = 1024;
};

/// What a transaction begins with; all but `transaction` may be missing.
struct root_facts {
  std::string_view transaction = {};  ///< `txn`; a new one where it is empty
  std::string_view subject = {};
  std::string_view subject_issuer = {};
  std::optional<std::string_view> scope = {};
  json::value context = {};  ///< `tctx`
  std::string_view client_id = {};
  json::value claims = {};                  ///< `clm`, an object
  std::string_view evidence = {};           ///< `evd`: a token that recipients can check themselves
  std::string_view access_token = {};       ///< whose digest `ath` shall be
  std::string_view transaction_token = {};  ///< whose digest `tth` shall be
};

/// A call that is to be made.
struct outgoing_call {
  std::string_view audience;   ///< the target's identity, from its signed record and never from DNS
  std::string_view operation;  ///< by its template
  /// A part of the scope that is left; nothing: all of it.
  std::optional<std::string_view> scope = {};
  std::string_view target_digest = {};  ///< `tgh`, if it shall be there
  /// Queues: how long the link, and the proof, may wait. Nothing: as the options say, and never longer than the chain.
  std::optional<std::chrono::seconds> queue_lifetime = {};
};

/// A chain that is ready to be sent with any number of proofs. Views into the arena, or into what the caller gave.
struct outgoing_chain {
  std::string_view field;  ///< the value of `Call-Chain`
  std::string_view audience;
  seconds_since_epoch expires = 0;
  std::optional<std::chrono::seconds> queue_lifetime = {};
};

/// Makes links and proofs for one service. Belongs to one thread.
class sender {
 public:
  /// A link that is used again has that long to live at least.
  static constexpr std::chrono::seconds least_life{5};

  /// Refused: a key that is none of a chain's or has no private half, an identity that is none.
  [[nodiscard]] static std::expected<sender, jose::error> of(sender_options options);
  sender(sender&&) noexcept;
  sender& operator=(sender&&) noexcept;
  ~sender();

  /// The first link of a transaction. Refused as `chain_root_untrusted` where none may begin here.
  [[nodiscard]] std::expected<outgoing_chain, error> begin(const root_facts& facts, const outgoing_call& call,
                                                           clock::wall_time now, arena& memory);
  /// The next link behind a verified chain. Refused as `chain_expired` when that has no time left, as
  /// `chain_scope_widened` for a scope that is no part of what is left.
  [[nodiscard]] std::expected<outgoing_chain, error> extend(const call_stack& by, const outgoing_call& call,
                                                            clock::wall_time now, arena& memory);

  /// The value of `Call-Proof` for one request: a new one for each, retries included. `content` is what will be sent.
  [[nodiscard]] std::string_view prove(const outgoing_chain& chain, const request_facts& request,
                                       const content_digest& content, clock::wall_time now, arena& memory);
  /// A proof with its chain inside, as one value for a queue.
  [[nodiscard]] std::string_view envelope(const outgoing_chain& chain, const request_facts& request,
                                          const content_digest& content, clock::wall_time now, arena& memory);

  [[nodiscard]] std::string_view identity() const noexcept { return options_.identity; }

 private:
  sender(sender_options options, jose::signature_algorithm algorithm);

  struct dated_link {
    std::string_view compact;
    seconds_since_epoch expires;
  };
  dated_link made_link(link_claims said, std::chrono::seconds lifetime, seconds_since_epoch latest,
                       clock::wall_time now, arena& memory);
  std::string_view made_proof(const outgoing_chain& chain, const request_facts& request, const content_digest& content,
                              bool enveloped, clock::wall_time now, arena& memory);
  std::string signed_token(std::string_view claims, std::string_view type, std::string_view content_type) const;

  sender_options options_;
  jose::signature_algorithm algorithm_;
  std::unique_ptr<detail::kept_links> kept_;
};

}  // namespace candela::custody
