#include <algorithm>
#include <candela/custody/detail/link_checks.hpp>
#include <candela/custody/detail/scope.hpp>
#include <candela/custody/detail/token_types.hpp>
#include <candela/custody/request.hpp>

namespace candela::custody::detail {

namespace {

std::unexpected<error> refused(refusal code, std::string_view detail) { return std::unexpected(error{code, detail}); }

// What may be said again, unchanged.
bool repeats(std::string_view said, std::string_view at_root) noexcept { return said.empty() || said == at_root; }
bool repeats(const json::value& said, const json::value& at_root) noexcept { return said.is_null() || said == at_root; }

checked check_subject(const link_claims& said, const link_claims& root) {
  const auto changed = [](std::string_view detail) { return refused(refusal::chain_subject_mismatch, detail); };
  if (!repeats(said.sub, root.sub) || !repeats(said.sub_iss, root.sub_iss)) return changed("another user");
  if (!repeats(said.tctx, root.tctx)) return changed("another context of the transaction");
  if (said.client_id != root.client_id) return changed("another client");
  if (said.clm != root.clm) return changed("other claims of the user");
  return {};
}

bool stands_twice(std::span<const chain_link> links) noexcept {
  for (std::size_t i = 1; i < links.size(); ++i) {
    const auto same = [&](const chain_link& each) { return each.said.iss == links[i].said.iss; };
    if (std::ranges::any_of(links.first(i), same)) return true;
  }
  return false;
}

}  // namespace

std::expected<read_link_result, error> read_one(const compact_token& token, arena& memory) {
  const auto head = read_head(token, link_type, memory);
  if (!head) return refused(refusal::chain_link_invalid, "the header of a link");
  const auto said = read_link(token.payload, memory);
  if (!said) return std::unexpected(said.error());
  return read_link_result{{*said, head->key_id, token.whole, jose::sha256(token.whole)}, *head};
}

checked check_place(const read_link_result& one, std::size_t place, history form) {
  const auto broken = [](std::string_view detail) { return refused(refusal::chain_broken, detail); };
  const link_claims& said = one.read.said;
  if (one.head.holds_link != !said.prv.empty())
    return refused(refusal::chain_link_invalid, "cty and content of a link disagree");
  if (said.dep != place) return broken("a link at another place than its own");
  if (place == 0) return said.prh.empty() && said.prv.empty() ? checked() : broken("a root that has a past");
  const bool right =
      form == history::by_hash ? said.prv.empty() && !said.prh.empty() : said.prh.empty() && !said.prv.empty();
  return right ? checked() : broken("a link without its past, or two forms of it");
}

checked check_life(const link_claims& said, const chain_rules& rules, bool newest, seconds_since_epoch now) {
  const auto expired = [](std::string_view detail) { return refused(refusal::chain_expired, detail); };
  const seconds_since_epoch skew = rules.accepted_skew();
  if (said.exp - said.iat > rules.link_lifetime()) return expired("a longer life than a link may have");
  if (said.iat > now + skew) return expired("a link of the future");
  // What came by a queue is older than its history; each pair is compared then.
  if ((newest || !rules.queue_lifetime) && now >= said.exp + skew) return expired("a link of the past");
  return {};
}

checked check_pair(const chain_link& older, const chain_link& newer, const chain_rules& rules) {
  const auto broken = [](std::string_view detail) { return refused(refusal::chain_broken, detail); };
  const seconds_since_epoch skew = rules.accepted_skew();
  const link_claims& before = older.said;
  const link_claims& after = newer.said;
  if (before.aud != after.iss) return broken("a link of somebody who was not called");
  if (!after.prh.empty() && !is_digest_of(after.prh, older.digest)) return broken("another past than was signed");
  if (before.txn != after.txn) return refused(refusal::chain_txn_mismatch, "links of two transactions");
  if (after.iat < before.iat - skew) return refused(refusal::chain_expired, "a call before the one that led to it");
  if (rules.queue_lifetime) {
    if (after.iat >= before.exp + skew) return refused(refusal::chain_expired, "a call after the time for it");
  } else if (after.exp > before.exp) {
    return refused(refusal::chain_expired, "a link that outlives the one before it");
  }
  return {};
}

checked check_whole(std::span<const chain_link> links, const chain_rules& rules,
                    std::optional<std::string_view>& scope) {
  const link_claims& root = links.front().said;
  scope = root.scope;
  for (const chain_link& each : links.subspan(1)) {
    if (auto right = check_subject(each.said, root); !right) return right;
    if (!each.said.scope) continue;
    if (!is_within(*each.said.scope, scope))
      return refused(refusal::chain_scope_widened, "a link that allows more than the one before it");
    scope = each.said.scope;
  }
  if (!rules.loops && stands_twice(links)) return refused(refusal::chain_loop, "a service that was called before");
  return {};
}

}  // namespace candela::custody::detail
