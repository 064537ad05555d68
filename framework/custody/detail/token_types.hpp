// Private to the room: what the headers of links and proofs say they are.
#pragma once

#include <string_view>

namespace candela::custody::detail {

inline constexpr std::string_view link_type = "chain-link+jwt";
inline constexpr std::string_view proof_type = "chain-call+jwt";
/// What stands between the links of a chain by hash.
inline constexpr char link_separator = '~';

}  // namespace candela::custody::detail
