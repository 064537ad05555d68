// Private to the room: the header of links and proofs as it stands in JSON.
#pragma once

#include <candela/json/describe.hpp>
#include <optional>
#include <string_view>

namespace candela::custody::detail {

struct header_json {
  std::string_view alg;
  std::string_view kid;
  std::string_view typ;
  std::optional<std::string_view> cty;
};
CANDELA_DESCRIBE(header_json, alg, kid, typ, cty)

}  // namespace candela::custody::detail
