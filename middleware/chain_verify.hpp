// Admits requests that come with a chain of custody: who called whom on their way, signed by each.
#pragma once

#include <array>
#include <candela/core/metrics.hpp>
#include <candela/core/task.hpp>
#include <candela/custody/verification.hpp>
#include <candela/net/lanes.hpp>
#include <candela/server/body_filter.hpp>
#include <candela/server/exchange.hpp>
#include <candela/server/stage_setup.hpp>
#include <candela/store/store.hpp>
#include <expected>
#include <memory>
#include <span>
#include <string_view>

namespace candela::middleware {

namespace detail {
class chain_keys;
class chain_nonces;
class revoked_chains;
class scope_rules;
struct chain_surface;
struct chain_request;
}  // namespace detail

/// The stage `chain_verify`. Belongs behind limits by address and before whatever reads the body: it needs the head
/// alone, and the handler does not start before the content was compared with what was signed.
///
///     - chain_verify:
///         identities: ["spiffe://shop.example/payment"]   # ours: who the caller must have called
///         origin: https://payment.shop.example     # of our addresses as callers sign them; never taken from `Host`
///         operation: ""                # what links must name; default: method and pattern, as "POST /payments/{id}"
///         keys: service-keys.json      # an object of identities, each with a JWK set; or, signed by an authority:
///         records: key-records.txt     #   one record a line (`candela keys record`), older ones too
///         authorities: authority.json  #   the JWK set of those who may sign records
///         kept_records: kept.txt       #   the newest of them, written by this service, so that none that is older is
///                                      #   believed after a restart or a reload; may be left out
///         refresh: 60s                 # how often those files are looked at; sooner for a key that is unknown
///         roots:                       # who may begin a transaction
///           - spiffe://shop.example/edge
///           - {issuer: "spiffe://shop.example/batch", audience: "", operation: "POST /payments/{id}"}
///         max_links: 8
///         max_bytes: 16KiB             # of chain and proof together
///         skew: 5s                     # how far clocks may be apart; up to 30s
///         max_link_lifetime: 120s
///         max_proof_lifetime: 15s      # up to 30s
///         nonce_lifetime: 60s          # a proof needs a nonce that was given out no longer ago; left out: none
///         nonce_key: nonce.jwk         # of HS256, the same for all instances that a caller may meet; otherwise the
///                                      # process has one of its own
///         covered_headers: [X-Tenant]  # fields that a proof covers wherever they are there, besides Content-Type
///         body: verified               # or uncovered: the content is not compared; then nothing may depend on it
///         max_held_bytes: 1MiB         # of a streamed body, which is handed on when all of it was compared
///         other_tokens: [X-Partner-Token]   # fields with tokens that a proof binds, besides Authorization, Txn-Token
///                                      # and Workload-Identity-Token
///         loops: false                 # whether a service may stand in a chain twice
///         proof: signed                # or mtls: the client's certificate, which must be the caller's where there is
///                                      # one, may take the place of a proof
///         links: reusable              # or single_use: the newest link counts once
///         evidence:                    # issuers of tokens that prove a chain's user
///           - {issuer: "https://id.example", keys: id.jwks.json, algorithms: [ES256]}
///         evidence_required: false
///         scopes: [pay]                # that every request needs; a route adds its own
///         checks_per_peer: 500         # a second, of one caller: certificate, or address
///         remembered_links: 8192       # whose signatures are not checked again while they live
///
/// The call stack (`custody::call_stack`) and the principal stand on the exchange. What is refused is answered with a
/// problem that tells its kind alone: 400 `chain_malformed`, 401 `chain_refused`, 403 `chain_root_untrusted` or
/// `insufficient_scope`, 429 `rate_limited` or 503 `chain_unavailable`; the log has the code, transaction and proof.
/// Where nonces are demanded, the field `Call-Nonce` tells the newest one to all who are refused, and to those who had
/// an older one: the claim `nonce` of the next proof.
/// Used proofs go to the service's store, and without it nothing passes; what the service's section `revocations` lists
/// is refused, be it a link, key, service, transaction or user. One signature in a turn of the loop is checked there,
/// all others on the lane for such work.
///
///     candela_chain_verified_total{chain}             accepted
///     candela_chain_refused_total{chain, reason}      by the code that stands in the log
///     candela_chain_key_records_refused_total{chain}  records that no authority signed, old ones and the like
class chain_verify {
 public:
  explicit chain_verify(stage_setup& setup);
  chain_verify(chain_verify&&) noexcept;
  ~chain_verify();

  static constexpr bool checks_scopes = true;
  task<step> on_request(exchange& x);
  void on_response(exchange& x);

 private:
  using verdict = std::expected<const custody::call_stack*, custody::error>;
  using checked = std::expected<void, custody::error>;
  class content_filter;
  struct counters;

  task<verdict> verify(exchange& x, custody::verification& all, const detail::chain_request& asked);
  task<checked> prove(exchange& x, custody::verification& all, std::string_view peer);
  task<checked> check_links(exchange& x, custody::verification& all);
  task<checked> admit(exchange& x, std::string_view peer);
  task<checked> run(exchange& x, std::span<custody::pending_check* const> work);
  task<checked> spend(exchange& x, custody::verification& all);
  checked compare_content(exchange& x, custody::verification& all);
  void give_nonce(exchange& x);
  step accept(exchange& x, const custody::call_stack& stack);
  problem refused(exchange& x, const custody::error& why, const custody::verification& all);

  std::unique_ptr<const custody::chain_rules> rules_;
  std::unique_ptr<const detail::chain_surface> surface_;
  std::unique_ptr<detail::chain_nonces> nonces_;  // null: none are demanded
  std::unique_ptr<detail::chain_keys> keys_;
  std::unique_ptr<custody::verified_links> kept_;
  std::unique_ptr<const detail::scope_rules> scopes_;
  std::unique_ptr<const detail::revoked_chains> revoked_;  // null: the service has no list
  store::limit pace_;
  store::worker_store& store_;
  net::lane& lane_;
  clock& time_;
  std::unique_ptr<counters> counters_;
  std::size_t max_held_bytes_;
  bool verify_body_;
};

}  // namespace candela::middleware
