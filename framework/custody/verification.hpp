// Verifying a chain with its proof, step by step, so that a stage can wait between the steps and put the public-key
// work where there is time for it. Bytes in, verdict out.
#pragma once

#include <candela/core/arena.hpp>
#include <candela/core/clock.hpp>
#include <candela/custody/call_stack.hpp>
#include <candela/custody/key_directory.hpp>
#include <candela/custody/pending_check.hpp>
#include <candela/custody/replay_log.hpp>
#include <candela/custody/request.hpp>
#include <candela/custody/revocations.hpp>
#include <candela/custody/rules.hpp>
#include <candela/custody/verified_links.hpp>
#include <expected>
#include <span>
#include <string_view>

namespace candela::custody {

namespace detail {
class verification_state;
}

/// What one worker verifies with; copied by verifications, which all that it refers to outlives.
struct verifier {
  const chain_rules& rules;
  key_directory& keys;
  verified_links& kept;
};

/// What came: the values of all fields, or metadata keys, of each name.
struct presented_chain {
  std::span<const std::string_view> chain;
  std::span<const std::string_view> proof;
};

/// V4 for content that comes piece by piece.
class content_check {
 public:
  explicit content_check(detail::verification_state& of) : state_(of) {}

  void add(std::string_view piece);
  /// When all of it was added, once.
  [[nodiscard]] std::expected<void, error> finish();

 private:
  detail::verification_state& state_;
  jose::sha256_stream stream_;
  bool any_ = false;
};

/// One chain on its way to a verdict. The steps, V0 to V8, are called in the order below, each once and only when the
/// one before it was passed; another order throws `std::logic_error`. The first refusal is the verdict.
///
/// Everything lives in the arena that it was made with, and what was presented is kept by the caller for as long. Used
/// on one thread, but for the work that it hands out.
class verification {
 public:
  /// `request` is copied; what it views is kept by the caller.
  verification(const verifier& by, const request_facts& request, const clock& time, arena& memory);

  /// V0 and V1: form, sizes, times, target, and that the proof was made for this chain. No key is looked for, nothing
  /// is remembered: what comes before a limit of each peer's requests.
  [[nodiscard]] std::expected<void, error> read(const presented_chain& presented);
  /// V2: finds the key of the proof.
  [[nodiscard]] std::expected<void, error> find_key();

  /// V3: the signature of the proof, to be run before `accept_proof`; null where TLS took its place.
  [[nodiscard]] pending_check* proof_check() noexcept;
  /// The verdict of V3, and that covered fields are as they were signed.
  [[nodiscard]] std::expected<void, error> accept_proof();
  /// V4, of content that is there; at any time between `accept_proof` and `finish`, which does not go without it.
  [[nodiscard]] std::expected<void, error> accept_content(const content_digest& content);
  /// The same for content that comes piece by piece: the other steps go on meanwhile, and whoever acts upon the content
  /// waits for the end of the check, which lives as long as the verification.
  [[nodiscard]] content_check& stream_content();

  /// V5: what is used up now.
  [[nodiscard]] std::span<const spent_id> spent() const;
  [[nodiscard]] std::expected<void, error> accept_spent(replay_answer answer);

  /// V6 but for the public-key work: all links and how they follow each other.
  [[nodiscard]] std::expected<void, error> read_links();
  /// What is left to check of them, newest first: the signatures that were not seen before, and evidence. All of them
  /// are to be run before `accept_links`.
  [[nodiscard]] std::span<pending_check* const> link_checks() const;
  [[nodiscard]] std::expected<void, error> accept_links();

  /// V7 and V8: revocation (no list: nothing is revoked), root and operation.
  [[nodiscard]] std::expected<const call_stack*, error> finish(const revocations* revoked);

  /// For logs, and not verified before the end: the transaction and the proof's `jti`; empty when they were not read.
  [[nodiscard]] std::string_view claimed_transaction() const noexcept;
  [[nodiscard]] std::string_view claimed_id() const noexcept;

 private:
  detail::verification_state& state_;
};

/// All steps at once, for callers that need not wait: `content` is there, the log answers at once.
[[nodiscard]] std::expected<const call_stack*, error> verify(const verifier& by, const presented_chain& presented,
                                                             const request_facts& request,
                                                             const content_digest& content, replay_log& used,
                                                             const revocations* revoked, const clock& time,
                                                             arena& memory);

}  // namespace candela::custody
