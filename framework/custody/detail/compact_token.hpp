// Private to the room: a link or a proof as it comes, taken apart by rules that are stricter than those of RFC 7515.
#pragma once

#include <candela/core/arena.hpp>
#include <candela/custody/refusal.hpp>
#include <candela/jose/algorithms.hpp>
#include <expected>
#include <optional>
#include <string_view>

namespace candela::custody::detail {

/// The three parts, each of which is strict base64url and not empty.
struct compact_token {
  std::string_view whole;
  std::string_view signing_input;  ///< the first two parts as they stand
  std::string_view header;         ///< decoded
  std::string_view payload;        ///< decoded
  std::string_view signature;      ///< as it stands
};

/// Takes a token apart; nothing that is decoded is looked at.
[[nodiscard]] std::expected<compact_token, error> take_apart(std::string_view token, arena& memory);

/// What a header may say, and nothing else.
struct token_head {
  jose::signature_algorithm algorithm = jose::signature_algorithm::es256;
  std::string_view key_id;
  bool holds_link = false;  ///< `cty` says that a link is inside
};

/// Nothing for a header that has any other member, or one twice, another type, or an algorithm that is none of a
/// chain's.
[[nodiscard]] std::optional<token_head> read_head(const compact_token& of, std::string_view type, arena& memory);

}  // namespace candela::custody::detail
