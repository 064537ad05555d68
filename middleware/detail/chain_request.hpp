// Private to the room: an exchange as a proof binds it.
#pragma once

#include <candela/custody/request.hpp>
#include <candela/custody/verification.hpp>
#include <candela/server/exchange.hpp>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace candela::middleware::detail {

/// How a service's addresses and other tokens look from outside: what configuration says, not what a request does.
struct chain_surface {
  std::string origin;                     ///< scheme and authority, without a slash at the end
  std::string operation;                  ///< empty: method and pattern of the route
  std::vector<std::string> other_tokens;  ///< names of fields that hold tokens besides the known ones
};

/// The request, and the fields of chain and proof; in the exchange's arena. Refused as `chain_malformed`: a token's
/// field that stands there twice.
struct chain_request {
  custody::request_facts facts;
  custody::presented_chain presented;
};
[[nodiscard]] std::expected<chain_request, custody::error> read_chain_request(exchange& x, const chain_surface& of);

/// Whether the request has content, or may have: no length says how much.
[[nodiscard]] bool may_have_content(const exchange& x) noexcept;

}  // namespace candela::middleware::detail
