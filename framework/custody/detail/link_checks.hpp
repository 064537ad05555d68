// Private to the room: whether links follow each other. No signatures here.
#pragma once

#include <candela/custody/call_stack.hpp>
#include <candela/custody/detail/compact_token.hpp>
#include <candela/custody/rules.hpp>
#include <candela/custody/service_keys.hpp>
#include <expected>
#include <span>

namespace candela::custody::detail {

using checked = std::expected<void, error>;

/// What is said in a link, beside its bytes.
struct read_link_result {
  chain_link read;
  token_head head;
};
/// Refused as `chain_link_invalid` for its header, as `chain_malformed` for its claims.
[[nodiscard]] std::expected<read_link_result, error> read_one(const compact_token& token, arena& memory);

/// Whether a link can stand at that place of a chain of that form, and lives. `now` is when the next one was made
/// where chains may wait.
[[nodiscard]] checked check_place(const read_link_result& one, std::size_t place, history form);
[[nodiscard]] checked check_life(const link_claims& said, const chain_rules& rules, bool newest,
                                 seconds_since_epoch now);

/// Whether `newer` was made behind `older`.
[[nodiscard]] checked check_pair(const chain_link& older, const chain_link& newer, const chain_rules& rules);

/// Whether all of them speak of what the root began: its transaction, its user, no more than its scope; and whether a
/// service stands there twice. Sets the scope that is left.
[[nodiscard]] checked check_whole(std::span<const chain_link> links, const chain_rules& rules,
                                  std::optional<std::string_view>& scope);

}  // namespace candela::custody::detail
