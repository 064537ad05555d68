// Private to the room: links and proofs as they stand in JSON.
#pragma once

#include <candela/json/describe.hpp>
#include <candela/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

namespace candela::custody::detail {

struct link_json {
  std::uint32_t v = 0;
  std::string_view iss;
  std::string_view aud;
  std::int64_t iat = 0;
  std::int64_t exp = 0;
  std::string_view jti;
  std::string_view txn;
  std::uint32_t dep = 0;
  std::string_view op;
  std::optional<std::string_view> prh;
  std::optional<std::string_view> prv;
  std::optional<std::string_view> sub;
  std::optional<std::string_view> sub_iss;
  std::optional<std::string_view> scope;
  std::optional<json::value> tctx;
  std::optional<std::string_view> client_id;
  std::optional<json::value> clm;
  std::optional<std::string_view> evd;
  std::optional<std::string_view> ath;
  std::optional<std::string_view> tth;
  std::optional<std::string_view> tgh;
};
CANDELA_DESCRIBE(link_json, v, iss, aud, iat, exp, jti, txn, dep, op, prh, prv, sub, sub_iss, scope, tctx, client_id,
                 clm, evd, ath, tth, tgh)

struct proof_json {
  std::uint32_t v = 0;
  std::string_view iss;
  std::string_view aud;
  std::int64_t iat = 0;
  std::int64_t exp = 0;
  std::string_view jti;
  std::string_view cth;
  std::optional<std::string_view> htm;
  std::optional<std::string_view> htu;
  std::optional<std::string_view> op;
  std::optional<std::string_view> hqh;
  std::optional<std::string_view> cdg;
  std::optional<json::value> chd;
  std::optional<std::string_view> ath;
  std::optional<std::string_view> tth;
  std::optional<json::value> oth;
  std::optional<std::string_view> wth;
  std::optional<std::string_view> nonce;
  std::optional<std::string_view> chain;
};
CANDELA_DESCRIBE(proof_json, v, iss, aud, iat, exp, jti, cth, htm, htu, op, hqh, cdg, chd, ath, tth, oth, wth, nonce,
                 chain)

}  // namespace candela::custody::detail
