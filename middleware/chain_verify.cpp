#include <candela/middleware/chain_verify.hpp>

#include <algorithm>
#include <candela/core/log.hpp>
#include <candela/server/concatenate.hpp>
#include <candela/server/extension.hpp>
#include <candela/server/principal.hpp>

#include "middleware/detail/chain_keys.hpp"
#include "middleware/detail/chain_nonces.hpp"
#include "middleware/detail/chain_request.hpp"
#include "middleware/detail/chain_rules.hpp"
#include "middleware/detail/challenges.hpp"
#include "middleware/detail/revoked_chains.hpp"

namespace candela::middleware {

using custody::refusal;

/// The two sums of a chain of stages, and one for each reason to refuse.
struct chain_verify::counters {
  static constexpr std::size_t codes = static_cast<std::size_t>(refusal::op_mismatch);

  explicit counters(stage_setup& setup)
      : accepted(setup.metrics().counter_cell("candela_chain_verified_total", "Chains of calls that were accepted.",
                                              {{"chain", std::string(setup.chain())}}, setup.worker().index())) {
    for (std::size_t i = 0; i != codes; ++i) {
      const std::string_view code = name_of(static_cast<refusal>(i + 1));
      refused[i] = &setup.metrics().counter_cell(
          "candela_chain_refused_total", "Chains of calls that were refused, by reason.",
          {{"chain", std::string(setup.chain())}, {"reason", std::string(code)}}, setup.worker().index());
    }
  }

  metrics::counter& accepted;
  std::array<metrics::counter*, codes> refused;
};

/// Compares a body with what was signed while it comes. A handler that reads piece by piece gets nothing before all of
/// it is right.
class chain_verify::content_filter final : public body_filter {
 public:
  content_filter(custody::content_check& check, chain_verify& stage, const custody::verification& all, bool hold)
      : check_(check), stage_(stage), all_(all), hold_(hold) {}

  std::optional<problem> on_chunk(exchange&, std::string_view piece, body_sink& out) override {
    check_.add(piece);
    if (!hold_) {
      out.append(piece);
      return std::nullopt;
    }
    if (piece.size() > stage_.max_held_bytes_ - held_.size())
      return problem::too_large("The request's body is larger than this resource accepts.");
    held_.append(piece);
    return std::nullopt;
  }
  std::optional<problem> on_end(exchange& x, body_sink& out) override {
    if (const checked right = check_.finish(); !right) return stage_.refused(x, right.error(), all_);
    if (!held_.empty()) out.append(held_);
    return std::nullopt;
  }

 private:
  custody::content_check& check_;
  chain_verify& stage_;
  custody::verification all_;
  bool hold_;
  std::string held_;
};

namespace {

constexpr std::size_t peer_key_bytes = 96;

// A key of fixed length, whatever stands in identities.
std::string_view spent_key(const custody::spent_id& what, arena& memory) {
  jose::sha256_stream both;
  both.add(what.issuer);
  both.add(std::string_view("\0", 1));
  both.add(what.id);
  const jose::sha256_digest digest = both.finish();
  return concatenate(memory, "chain:", std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

// Who asks, for the limit of checks: by certificate, or by address.
std::string_view peer_key(exchange& x, std::string_view peer) {
  arena& memory = x.arena();
  if (peer.size() > peer_key_bytes / 2) peer = custody::digest_text(peer, memory);
  if (!peer.empty()) return concatenate(memory, "chain:", peer);
  const std::span<char> host = memory.make_array<char>(net::address::max_text);
  return concatenate(memory, "chain@", std::string_view(host.data(), x.peer().write_host(host.data())));
}

// What a client learns: the kind of refusal, never which check it was.
problem problem_of(refusal code) {
  switch (status_of(code)) {
    case 400: return problem(400, "chain_malformed", "The chain of calls or its proof cannot be read.");
    case 403: return problem(403, "chain_root_untrusted", "This chain of calls may not begin where it does.");
    case 429: return problem(429, "rate_limited", "Too many requests; try again later.").retry_after(1);
    case 503: return problem(503, "chain_unavailable", "Chains of calls cannot be verified now.").retry_after(1);
    default: return problem(401, "chain_refused", "What was shown is not accepted.");
  }
}

std::span<const std::string_view> words_of(std::string_view scope, arena& memory) {
  const auto count = static_cast<std::size_t>(std::ranges::count(scope, ' ')) + 1;
  const std::span<std::string_view> words = memory.make_array<std::string_view>(count);
  std::size_t used = 0;
  while (!scope.empty()) {
    const std::string_view word = scope.substr(0, scope.find(' '));
    if (!word.empty()) words[used++] = word;
    scope.remove_prefix(std::min(word.size() + 1, scope.size()));
  }
  return words.first(used);
}

principal principal_of(const custody::call_stack& stack, arena& memory) {
  const custody::link_claims& root = stack.root();
  return {.issuer = root.sub_iss,
          .subject = root.sub,
          .client_id = root.client_id,
          .token_id = stack.newest().jti,
          .scopes = words_of(stack.scope.value_or(""), memory),
          .expires = std::chrono::sys_seconds(std::chrono::seconds(stack.newest().exp)),
          .by = authentication::chain,
          .claims = root.clm};
}

std::string origin_of(config::reader& options) {
  std::string origin = options.string("origin");
  const bool right = origin.starts_with("https://") || origin.starts_with("http://");
  if (!right || origin.ends_with('/')) options.get("origin").fail("scheme and authority, as https://pay.example");
  return origin;
}

std::vector<std::string> in_lower_case(std::vector<std::string> names) {
  for (std::string& each : names) {
    std::ranges::transform(each, each.begin(),
                           [](char one) { return one >= 'A' && one <= 'Z' ? static_cast<char>(one + 32) : one; });
  }
  return names;
}

store::limit pace_of(std::uint32_t checks) {
  return store::limit::token_bucket(checks, std::chrono::seconds(1), checks);
}

}  // namespace

chain_verify::chain_verify(stage_setup& setup)
    : rules_(std::make_unique<const custody::chain_rules>(detail::read_chain_rules(setup.options()))),
      surface_(std::make_unique<const detail::chain_surface>(
          detail::chain_surface{.origin = origin_of(setup.options()),
                                .operation = setup.options().string("operation", ""),
                                .other_tokens = in_lower_case(setup.options().strings("other_tokens"))})),
      nonces_(detail::chain_nonces::of(setup)),
      keys_(std::make_unique<detail::chain_keys>(setup, rules_->skew)),
      kept_(std::make_unique<custody::verified_links>(setup.options().integer<std::size_t>(
          "remembered_links", custody::verified_links::default_capacity, {0, 1'000'000}))),
      scopes_(std::make_unique<const detail::scope_rules>(setup.options())),
      revoked_(setup.revocations() == nullptr ? nullptr
                                              : std::make_unique<const detail::revoked_chains>(*setup.revocations())),
      pace_(pace_of(setup.options().integer<std::uint32_t>("checks_per_peer", 500, {1, 1'000'000}))),
      store_(setup.store()),
      lane_(setup.lanes().cpu),
      time_(setup.time()),
      counters_(std::make_unique<counters>(setup)),
      max_held_bytes_(setup.options().size("max_held_bytes", 1024 * 1024, {1, 1024 * 1024 * 1024})),
      verify_body_(setup.options().choose<bool>("body", {{"verified", true}, {"uncovered", false}}, true)) {}

chain_verify::chain_verify(chain_verify&&) noexcept = default;
chain_verify::~chain_verify() = default;

task<step> chain_verify::on_request(exchange& x) {
  keys_->look(time_.steady());
  std::expected<detail::chain_request, custody::error> asked = detail::read_chain_request(x, *surface_);
  if (asked && nonces_ != nullptr) nonces_->demand(asked->facts, time_.wall(), x.arena());
  const custody::verifier by{*rules_, keys_->directory(), *kept_};
  custody::verification all(by, asked ? asked->facts : custody::request_facts(), time_, x.arena());
  verdict answer = std::unexpected(asked ? custody::error() : asked.error());
  if (asked) answer = co_await verify(x, all, *asked);
  // Somebody has answered in its place: a deadline, or nobody waits any more.
  if (x.cancelled()) co_return step::done;
  if (!answer) {
    x.fail(refused(x, answer.error(), all));
    co_return step::done;
  }
  co_return accept(x, **answer);
}

step chain_verify::accept(exchange& x, const custody::call_stack& stack) {
  counters_->accepted.add();
  x.put<custody::call_stack>(stack);
  const principal& who = x.put<principal>(principal_of(stack, x.arena()));
  if (scopes_->satisfied(x, who)) return step::next;
  detail::log_refusal(x, "a chain of calls was refused", "insufficient_scope", "not all scopes that are needed");
  x.fail(problem(403, "insufficient_scope", "What was shown does not allow this."));
  return step::done;
}

// The steps of the chain's design, V0 to V8. The content is compared as it comes, and the handler waits for that.
task<chain_verify::verdict> chain_verify::verify(exchange& x, custody::verification& all,
                                                 const detail::chain_request& asked) {
  if (auto right = all.read(asked.presented); !right) co_return std::unexpected(right.error());
  const checked proven = co_await prove(x, all, asked.facts.peer);
  if (!proven) co_return std::unexpected(proven.error());
  if (auto right = compare_content(x, all); !right) co_return std::unexpected(right.error());
  const checked unspent = co_await spend(x, all);
  if (!unspent) co_return std::unexpected(unspent.error());
  const checked linked = co_await check_links(x, all);
  if (!linked) co_return std::unexpected(linked.error());
  co_return all.finish(revoked_.get());
}

task<chain_verify::checked> chain_verify::prove(exchange& x, custody::verification& all, std::string_view peer) {
  const checked admitted = co_await admit(x, peer);
  if (!admitted) co_return admitted;
  if (auto right = all.find_key(); !right) co_return right;
  custody::pending_check* const proof = all.proof_check();
  const std::span<custody::pending_check* const> work(&proof, proof == nullptr ? 0U : 1U);
  const checked ran = co_await run(x, work);
  if (!ran) co_return ran;
  co_return all.accept_proof();
}

task<chain_verify::checked> chain_verify::check_links(exchange& x, custody::verification& all) {
  if (auto right = all.read_links(); !right) co_return right;
  const checked ran = co_await run(x, all.link_checks());
  if (!ran) co_return ran;
  co_return all.accept_links();
}

task<chain_verify::checked> chain_verify::admit(exchange& x, std::string_view peer) {
  const store::limit_use use{&pace_, store::limit_key(peer_key(x, peer))};
  store::limit_state left;
  const std::span<const store::limit_use> uses(&use, 1);
  const std::span<store::limit_state> states(&left, 1);
  const store::answer taken = co_await store_.take(uses, states, x.cancellation());
  if (!taken)
    co_return std::unexpected(custody::error{refusal::replay_store_unavailable, "the store of limits does not answer"});
  if (*taken) co_return checked();
  co_return std::unexpected(custody::error{refusal::rate_limited, "more checks than one caller may ask for"});
}

// Not called off with the exchange: what runs uses its memory, and takes a few milliseconds at most.
task<chain_verify::checked> chain_verify::run(exchange& x, std::span<custody::pending_check* const> work) {
  if (work.size() < 2 && (work.empty() || x.worker().claim_turn())) {
    if (!work.empty()) work.front()->run();
    co_return checked();
  }
  const auto all = [work] {
    for (custody::pending_check* each : work) each->run();
  };
  const std::expected<void, candela::error> ran = co_await lane_.run(x.loop(), all);
  if (ran) co_return checked();
  co_return std::unexpected(
      custody::error{refusal::replay_store_unavailable, "no thread has time to check signatures"});
}

task<chain_verify::checked> chain_verify::spend(exchange& x, custody::verification& all) {
  custody::replay_answer answer = custody::replay_answer::first;
  for (const custody::spent_id& each : all.spent()) {
    const std::string_view key = spent_key(each, x.arena());
    const clock::wall_time until{std::chrono::seconds(each.until)};
    const store::answer first = co_await store_.spend(key, until, x.cancellation());
    if (!first) answer = custody::replay_answer::unavailable;
    if (first && !*first) answer = custody::replay_answer::used;
    if (answer != custody::replay_answer::first) break;
  }
  co_return all.accept_spent(answer);
}

chain_verify::checked chain_verify::compare_content(exchange& x, custody::verification& all) {
  if (!verify_body_) {
    static_cast<void>(all.stream_content());
    return {};
  }
  if (!detail::may_have_content(x)) return all.accept_content(std::nullopt);
  const bool streamed = x.route().options.body == body_mode::streamed;
  x.filter_input(x.arena().make<content_filter>(all.stream_content(), *this, all, streamed));
  return {};
}

problem chain_verify::refused(exchange& x, const custody::error& why, const custody::verification& all) {
  counters_->refused[static_cast<std::size_t>(why.code) - 1]->add();
  log::info("a chain of calls was refused", log::field("why", name_of(why.code)), log::field("detail", why.detail),
            log::field("txn", all.claimed_transaction()), log::field("jti", all.claimed_id()),
            log::field("route", x.route().pattern), log::field("correlation_id", x.correlation_id()));
  return problem_of(why.code);
}

// To whoever has not the newest one: nobody learns from it why somebody was refused, and who had an older one is not
// refused when that ends.
void chain_verify::give_nonce(exchange& x) {
  const custody::call_stack* const stack = x.get<custody::call_stack>();
  const std::string_view newest = nonces_->newest(time_.wall());
  if (stack != nullptr && (!stack->proof || stack->proof->nonce == newest)) return;
  x.response().header("Call-Nonce", newest);
}

void chain_verify::on_response(exchange& x) {
  if (nonces_ != nullptr) give_nonce(x);
  if (x.response().status() != 401 || x.response().has(http::header::www_authenticate)) return;
  x.response().header_unchecked(http::header::www_authenticate, "Call-Chain");
  // What was refused today may be right tomorrow.
  x.response().header_unchecked(http::header::cache_control, "no-store");
}

CANDELA_STAGE("chain_verify", chain_verify);

}  // namespace candela::middleware
