// Tokens for tests of stages that take them.
#pragma once

#include <candela/jose/jws.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace candela::testing {

/// When a `manual_clock` begins.
inline constexpr long long mint_time = 1'700'000'000;

/// What a token says, each member as JSON text; an empty one is left out.
struct token_claims {
  std::string issuer = R"("https://id.example")";
  std::string audience = R"("https://api.example")";
  std::string subject = R"("ann")";
  std::string client = R"("web")";
  std::string id = R"("t1")";
  std::string scope = R"("orders:read profile")";
  std::string issued = std::to_string(mint_time);
  std::string expires = std::to_string(mint_time + 300);
  std::string further = {};  ///< members as they are, with a comma in front

  [[nodiscard]] std::string text() const {
    std::string all;
    const auto add = [&all](std::string_view name, const std::string& value) {
      if (!value.empty()) all.append(all.empty() ? "{\"" : ",\"").append(name).append("\":").append(value);
    };
    add("iss", issuer);
    add("aud", audience);
    add("sub", subject);
    add("client_id", client);
    add("jti", id);
    add("scope", scope);
    add("iat", issued);
    add("exp", expires);
    return all + further + "}";
  }
};

inline std::string mint(const jose::key& by, const token_claims& said = {}, std::string_view type = "at+jwt",
                        jose::signature_algorithm algorithm = jose::signature_algorithm::es256) {
  return jose::sign(said.text(), by, algorithm, {.type = type}).value();
}

inline jose::key new_key(const std::string& id) { return jose::key::generate(jose::curve::p256, {.id = id}).value(); }

/// A JWK set of the public halves.
inline std::string published(const std::vector<jose::key>& keys) {
  return std::string(jose::key_set::of(keys).value().to_json(jose::key_part::public_part).value().text());
}

inline std::pair<std::string, std::string> bearer(const std::string& token) {
  return {"Authorization", "Bearer " + token};
}

}  // namespace candela::testing
