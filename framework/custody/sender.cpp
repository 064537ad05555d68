#include <algorithm>
#include <array>
#include <candela/core/random.hpp>
#include <candela/custody/detail/kept_links.hpp>
#include <candela/custody/detail/scope.hpp>
#include <candela/custody/detail/token_types.hpp>
#include <candela/custody/sender.hpp>
#include <candela/jose/base64url.hpp>
#include <candela/jose/jws.hpp>
#include <new>

namespace candela::custody {

namespace {

using std::chrono::seconds;

std::unexpected<error> refused(refusal code, std::string_view detail) { return std::unexpected(error{code, detail}); }

seconds_since_epoch since_epoch(clock::wall_time now) noexcept {
  return std::chrono::floor<seconds>(now).time_since_epoch().count();
}

std::string_view new_id(arena& memory) {
  std::array<std::byte, 16> bytes;
  fill_random(bytes);
  return jose::encode_base64url(bytes, memory);
}

std::string_view digest_unless_empty(std::string_view token, arena& memory) {
  return token.empty() ? std::string_view() : digest_text(token, memory);
}

std::string_view in_lower_case(std::string_view name, arena& memory) {
  const std::span<char> lower = memory.make_array<char>(name.size());
  std::ranges::transform(name, lower.begin(),
                         [](char each) { return each >= 'A' && each <= 'Z' ? static_cast<char>(each + 32) : each; });
  return {lower.data(), lower.size()};
}

// Names in lower case, each with the digest of its value; null for none.
json::value digests_of(std::span<const named_value> values, arena& memory) {
  if (values.empty()) return {};
  const std::span<json::member> members = memory.make_array<json::member>(values.size());
  std::ranges::transform(values, members.begin(), [&memory](const named_value& each) {
    return json::member{in_lower_case(each.name, memory), json::value(digest_text(each.value, memory))};
  });
  return json::value(std::span<const json::member>(members));
}

std::string_view joined(std::string_view chain, std::string_view link, arena& memory) {
  const std::span<char> both = memory.make_array<char>(chain.size() + link.size() + 1);
  chain.copy(both.data(), chain.size());
  both[chain.size()] = detail::link_separator;
  link.copy(both.data() + chain.size() + 1, link.size());
  return {both.data(), both.size()};
}

}  // namespace

sender::sender(sender_options options, jose::signature_algorithm algorithm)
    : options_(std::move(options)),
      algorithm_(algorithm),
      kept_(std::make_unique<detail::kept_links>(options_.reuse ? options_.kept_links : 0)) {}
sender::sender(sender&&) noexcept = default;
sender& sender::operator=(sender&&) noexcept = default;
sender::~sender() = default;

std::expected<sender, jose::error> sender::of(sender_options options) {
  if (!is_identity(options.identity))
    return std::unexpected(jose::error{jose::failure::claim_invalid, "an identity that is no spiffe or urn URI"});
  const auto algorithm = chain_algorithm_of(options.key, jose::key_operation::sign);
  if (!algorithm) return std::unexpected(algorithm.error());
  if (options.key.id().empty()) {
    jose::key_description named = options.key.described();
    named.id = options.key.thumbprint();
    auto described = options.key.with(std::move(named));
    if (!described) return std::unexpected(described.error());
    options.key = std::move(*described);
  }
  return sender(std::move(options), *algorithm);
}

std::expected<outgoing_chain, error> sender::begin(const root_facts& facts, const outgoing_call& call,
                                                   clock::wall_time now, arena& memory) {
  if (!options_.may_root) return refused(refusal::chain_root_untrusted, "no transaction may begin here");
  if (call.scope && !detail::is_within(*call.scope, facts.scope))
    return refused(refusal::chain_scope_widened, "a scope that was not given");
  const link_claims said{.iss = options_.identity,
                         .aud = call.audience,
                         .txn = facts.transaction.empty() ? new_id(memory) : facts.transaction,
                         .op = call.operation,
                         .sub = facts.subject,
                         .sub_iss = facts.subject_issuer,
                         .scope = call.scope ? call.scope : facts.scope,
                         .tctx = facts.context,
                         .client_id = facts.client_id,
                         .clm = facts.claims,
                         .evd = facts.evidence,
                         .ath = digest_unless_empty(facts.access_token, memory),
                         .tth = digest_unless_empty(facts.transaction_token, memory),
                         .tgh = call.target_digest};
  const seconds lifetime = call.queue_lifetime.value_or(options_.link_lifetime);
  const seconds_since_epoch latest = since_epoch(now) + lifetime.count();
  const dated_link made = made_link(said, lifetime, latest, now, memory);
  return outgoing_chain{made.compact, call.audience, made.expires, call.queue_lifetime};
}

std::expected<outgoing_chain, error> sender::extend(const call_stack& by, const outgoing_call& call,
                                                    clock::wall_time now, arena& memory) {
  const link_claims& before = by.newest();
  if (before.exp <= since_epoch(now)) return refused(refusal::chain_expired, "no time is left for another call");
  if (call.scope && !detail::is_within(*call.scope, by.scope))
    return refused(refusal::chain_scope_widened, "a scope that is not left");
  // A root alone could be either form yet.
  const bool by_value = (by.links.size() == 1 ? options_.form : by.form) == history::by_value;
  const chain_link& last = by.links.back();
  const link_claims said{.iss = options_.identity,
                         .aud = call.audience,
                         .txn = before.txn,
                         .dep = before.dep + 1,
                         .op = call.operation,
                         .prh = by_value ? std::string_view() : digest_text(last.digest, memory),
                         .prv = by_value ? last.compact : std::string_view(),
                         .scope = call.scope,
                         .client_id = before.client_id,
                         .clm = before.clm,
                         .tgh = call.target_digest};
  const seconds lifetime = call.queue_lifetime.value_or(options_.link_lifetime);
  const seconds_since_epoch wanted = since_epoch(now) + lifetime.count();
  // A chain never outlives its root; what waits in a queue has the queue's own time.
  const seconds_since_epoch latest = call.queue_lifetime ? wanted : std::min(wanted, before.exp);
  const dated_link made = made_link(said, lifetime, latest, now, memory);
  const std::string_view field = by_value ? made.compact : joined(by.field, made.compact, memory);
  return outgoing_chain{field, call.audience, made.expires, call.queue_lifetime};
}

// The claims but for times and id say what a link is for. Fan-out within one context asks for the same again.
sender::dated_link sender::made_link(link_claims said, seconds lifetime, seconds_since_epoch latest,
                                     clock::wall_time now, arena& memory) {
  const seconds_since_epoch moment = since_epoch(now);
  said.exp = lifetime.count();
  const jose::sha256_digest what = jose::sha256(write_link(said, memory));
  const seconds_since_epoch least = std::min(moment + least_life.count(), latest);
  if (const auto* found = kept_->find(what, least)) return {memory.copy(found->compact), found->expires};
  said.iat = moment;
  said.exp = latest;
  said.jti = new_id(memory);
  const std::string_view content_type = said.prv.empty() ? std::string_view() : detail::link_type;
  std::string made = signed_token(write_link(said, memory), detail::link_type, content_type);
  const std::string_view copy = memory.copy(made);
  kept_->keep(what, latest, std::move(made));
  return {copy, latest};
}

std::string_view sender::made_proof(const outgoing_chain& chain, const request_facts& request,
                                    const content_digest& content, bool enveloped, clock::wall_time now,
                                    arena& memory) {
  const bool http = !request.method.empty();
  const proof_claims said{
      .iss = options_.identity,
      .aud = chain.audience,
      .iat = since_epoch(now),
      .exp = since_epoch(now) + chain.queue_lifetime.value_or(options_.proof_lifetime).count(),
      .jti = new_id(memory),
      .cth = digest_text(chain.field, memory),
      .htm = request.method,
      .htu = http ? request.target : std::string_view(),
      .op = http ? std::string_view() : request.operation,
      .hqh = request.query ? digest_text(*request.query, memory) : std::string_view(),
      .cdg = content ? digest_text(*content, memory) : std::string_view(),
      .chd = digests_of(request.headers, memory),
      .ath = digest_unless_empty(request.access_token, memory),
      .tth = digest_unless_empty(request.transaction_token, memory),
      .oth = digests_of(request.other_tokens, memory),
      .wth = digest_unless_empty(request.workload_token, memory),
      .nonce = request.nonce,
      .chain = enveloped ? chain.field : std::string_view(),
  };
  return memory.copy(signed_token(write_proof(said, memory), detail::proof_type, {}));
}

std::string_view sender::prove(const outgoing_chain& chain, const request_facts& request, const content_digest& content,
                               clock::wall_time now, arena& memory) {
  return made_proof(chain, request, content, false, now, memory);
}

std::string_view sender::envelope(const outgoing_chain& chain, const request_facts& request,
                                  const content_digest& content, clock::wall_time now, arena& memory) {
  return made_proof(chain, request, content, true, now, memory);
}

std::string sender::signed_token(std::string_view claims, std::string_view type, std::string_view content_type) const {
  auto made = jose::sign(claims, options_.key, algorithm_, {.type = type, .content_type = content_type});
  // The key was found fit when the sender was made: what is left is OpenSSL without memory.
  if (!made) throw std::bad_alloc();
  return std::move(*made);
}

}  // namespace candela::custody
