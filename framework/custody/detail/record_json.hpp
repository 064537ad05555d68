// Private to the room: a record of keys as it stands in JSON.
#pragma once

#include <candela/json/describe.hpp>
#include <candela/json/value.hpp>
#include <cstdint>
#include <string_view>
#include <vector>

namespace candela::custody::detail {

struct record_json {
  std::string_view iss;
  std::uint64_t seq = 0;
  std::int64_t iat = 0;
  std::int64_t exp = 0;
  std::vector<json::value> keys;
};
CANDELA_DESCRIBE(record_json, iss, seq, iat, exp, keys)

}  // namespace candela::custody::detail
