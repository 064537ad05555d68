// Rows of tokens that must be refused, each with its reason.
#pragma once

#include <doctest/doctest.h>

#include "tests/jose/samples.hpp"

namespace candela::testing {

inline constexpr std::string_view payload = R"({"iss":"joe","admin":true})";

struct attack {
  std::string name;
  std::string token;
  jose::failure refused_as;
};

/// Nothing when it is accepted.
inline std::optional<jose::failure> answer(std::string_view token, const jose::key_set& keys,
                                           const jose::signature_rules& rules) {
  arena memory;
  const auto checked = verify(token, keys, rules, memory);
  if (checked) return std::nullopt;
  return checked.error().code;
}

inline void refuse_all(const std::vector<attack>& attacks, const jose::key_set& keys,
                       const jose::signature_rules& rules) {
  for (const attack& each : attacks) {
    CAPTURE(each.name);
    const std::optional<jose::failure> found = answer(each.token, keys, rules);
    CHECK_MESSAGE(found.has_value(), "accepted");
    if (found) CHECK(name_of(*found) == name_of(each.refused_as));
  }
}

}  // namespace candela::testing
