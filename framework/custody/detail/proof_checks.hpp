// Private to the room: whether a proof was made for this request, without a key.
#pragma once

#include <candela/custody/request.hpp>
#include <candela/custody/rules.hpp>
#include <expected>

namespace candela::custody::detail {

using checked = std::expected<void, error>;

[[nodiscard]] bool is_ours(std::string_view identity, const chain_rules& rules) noexcept;

/// Audience, time, method, target and query, other tokens, nonce: in that order.
[[nodiscard]] checked check_request(const proof_claims& proof, const request_facts& request, const chain_rules& rules,
                                    seconds_since_epoch now);

/// Whether all covered fields are as they were signed, and all that must be covered are.
[[nodiscard]] checked check_headers(const proof_claims& proof, const request_facts& request, const chain_rules& rules);

/// Whether the content is what was signed, and its type covered.
[[nodiscard]] checked check_content(const proof_claims& proof, const request_facts& request,
                                    const content_digest& content);

}  // namespace candela::custody::detail
