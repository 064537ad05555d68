#include <candela/custody/detail/verification_state.hpp>
#include <candela/custody/verification.hpp>

namespace candela::custody {

verification::verification(const verifier& by, const request_facts& request, const clock& time, arena& memory)
    : state_(memory.make<detail::verification_state>(by, request, time, memory)) {}

std::expected<void, error> verification::read(const presented_chain& presented) { return state_.read(presented); }
std::expected<void, error> verification::find_key() { return state_.find_key(); }
pending_check* verification::proof_check() noexcept { return state_.proof_check(); }
std::expected<void, error> verification::accept_proof() { return state_.accept_proof(); }
std::expected<void, error> verification::accept_content(const content_digest& content) {
  return state_.accept_content(content);
}
content_check& verification::stream_content() { return state_.stream_content(); }
std::span<const spent_id> verification::spent() const { return state_.spent(); }
std::expected<void, error> verification::accept_spent(replay_answer answer) { return state_.accept_spent(answer); }
std::expected<void, error> verification::read_links() { return state_.read_links(); }
std::span<pending_check* const> verification::link_checks() const { return state_.link_checks(); }
std::expected<void, error> verification::accept_links() { return state_.accept_links(); }
std::expected<const call_stack*, error> verification::finish(const revocations* revoked) {
  return state_.finish(revoked);
}
std::string_view verification::claimed_transaction() const noexcept { return state_.claimed_transaction(); }
std::string_view verification::claimed_id() const noexcept { return state_.claimed_id(); }

void content_check::add(std::string_view piece) {
  any_ = any_ || !piece.empty();
  stream_.add(piece);
}

std::expected<void, error> content_check::finish() {
  return state_.accept_content(any_ ? content_digest(stream_.finish()) : std::nullopt);
}

namespace {

std::expected<void, error> spend_all(verification& all, replay_log& used) {
  replay_answer answer = replay_answer::first;
  for (const spent_id& each : all.spent()) {
    answer = used.spend(each);
    if (answer != replay_answer::first) break;
  }
  return all.accept_spent(answer);
}

std::expected<void, error> check_links(verification& all) {
  if (auto right = all.read_links(); !right) return right;
  for (pending_check* each : all.link_checks()) each->run();
  return all.accept_links();
}

}  // namespace

std::expected<const call_stack*, error> verify(const verifier& by, const presented_chain& presented,
                                               const request_facts& request, const content_digest& content,
                                               replay_log& used, const revocations* revoked, const clock& time,
                                               arena& memory) {
  verification all(by, request, time, memory);
  if (auto right = all.read(presented); !right) return std::unexpected(right.error());
  if (auto right = all.find_key(); !right) return std::unexpected(right.error());
  if (pending_check* proof = all.proof_check()) proof->run();
  if (auto right = all.accept_proof(); !right) return std::unexpected(right.error());
  if (auto right = all.accept_content(content); !right) return std::unexpected(right.error());
  if (auto right = spend_all(all, used); !right) return std::unexpected(right.error());
  if (auto right = check_links(all); !right) return std::unexpected(right.error());
  return all.finish(revoked);
}

}  // namespace candela::custody
