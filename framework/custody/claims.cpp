#include <algorithm>
#include <candela/custody/claims.hpp>
#include <candela/custody/detail/claims_json.hpp>
#include <candela/json/reader.hpp>
#include <candela/json/writer.hpp>

namespace candela::custody {

namespace {

using optional_text = std::optional<std::string_view>;

constexpr std::size_t jti_characters = 22;  // 16 bytes
constexpr std::size_t max_text = 2048;

std::unexpected<error> malformed(std::string_view detail) {
  return std::unexpected(error{refusal::chain_malformed, detail});
}

bool is_base64url(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char each) {
    return (each >= 'A' && each <= 'Z') || (each >= 'a' && each <= 'z') || (each >= '0' && each <= '9') ||
           each == '-' || each == '_';
  });
}

bool is_digest(const optional_text& text) noexcept {
  return !text || (text->size() == digest_characters && is_base64url(*text));
}

bool is_id(std::string_view text) noexcept { return text.size() == jti_characters && is_base64url(text); }

// There is a difference between a claim that is empty and one that is not there.
bool is_given(const optional_text& text) noexcept { return !text || (!text->empty() && text->size() <= max_text); }

// Tokens within tokens are bounded by the whole.
bool is_token(const optional_text& text) noexcept { return !text || !text->empty(); }

template <class... Texts>
bool all_given(const Texts&... texts) noexcept {
  return (is_given(texts) && ...);
}

template <class... Texts>
bool all_digests(const Texts&... texts) noexcept {
  return (is_digest(texts) && ...);
}

bool is_object(const std::optional<json::value>& item) noexcept {
  return !item || item->type() == json::value::kind::object;
}

template <class Claims>
std::expected<void, error> check_common(const Claims& claims) {
  if (claims.v != 1) return malformed("a version that is not 1");
  if (!is_identity(claims.iss) || !is_identity(claims.aud))
    return malformed("an identity that is no spiffe or urn URI");
  if (!is_id(claims.jti)) return malformed("jti is not 16 bytes");
  if (claims.iat < 0 || claims.exp <= claims.iat) return malformed("times that cannot be");
  return {};
}

constexpr json::read_options strict{.max_depth = 8};

optional_text given(std::string_view text) noexcept { return text.empty() ? optional_text() : optional_text(text); }

std::optional<json::value> given(const json::value& item) noexcept {
  return item.is_null() ? std::optional<json::value>() : std::optional<json::value>(item);
}

}  // namespace

bool is_identity(std::string_view text) noexcept {
  const bool scheme = text.starts_with("spiffe://") || text.starts_with("urn:");
  // Printable ASCII: what stands in logs and headers must not be able to say more than a name.
  const auto printable = [](char each) { return each > ' ' && each < '\x7f' && each != '"' && each != '\\'; };
  return scheme && text.size() <= max_text && std::ranges::all_of(text, printable);
}

std::expected<link_claims, error> read_link(std::string_view payload, arena& memory) {
  const auto read = json::parse<detail::link_json>(payload, memory, strict);
  if (!read) return malformed("claims of a link");
  const detail::link_json& claims = *read;
  if (auto right = check_common(claims); !right) return std::unexpected(right.error());
  if (!all_given(optional_text(claims.op), optional_text(claims.txn), claims.sub, claims.sub_iss, claims.client_id) ||
      !is_token(claims.prv) || !is_token(claims.evd))
    return malformed("a claim of a link that is empty or too long");
  if (!all_digests(claims.prh, claims.ath, claims.tth, claims.tgh)) return malformed("a digest that is none");
  if (claims.prh && claims.prv) return malformed("two forms of history in one link");
  if (!is_object(claims.clm)) return malformed("clm is no object");
  const bool root_only = claims.evd || claims.ath || claims.tth;
  if (root_only && claims.dep != 0) return malformed("a claim of the root in a later link");
  return link_claims{.iss = claims.iss,
                     .aud = claims.aud,
                     .iat = claims.iat,
                     .exp = claims.exp,
                     .jti = claims.jti,
                     .txn = claims.txn,
                     .dep = claims.dep,
                     .op = claims.op,
                     .prh = claims.prh.value_or(""),
                     .prv = claims.prv.value_or(""),
                     .sub = claims.sub.value_or(""),
                     .sub_iss = claims.sub_iss.value_or(""),
                     .scope = claims.scope,
                     .tctx = claims.tctx.value_or(json::value()),
                     .client_id = claims.client_id.value_or(""),
                     .clm = claims.clm.value_or(json::value()),
                     .evd = claims.evd.value_or(""),
                     .ath = claims.ath.value_or(""),
                     .tth = claims.tth.value_or(""),
                     .tgh = claims.tgh.value_or("")};
}

std::expected<proof_claims, error> read_proof(std::string_view payload, arena& memory) {
  const auto read = json::parse<detail::proof_json>(payload, memory, strict);
  if (!read) return malformed("claims of a proof");
  const detail::proof_json& claims = *read;
  if (auto right = check_common(claims); !right) return std::unexpected(right.error());
  if (!all_given(claims.htm, claims.htu, claims.op, claims.nonce) || !is_token(claims.chain))
    return malformed("a claim of a proof that is empty or too long");
  if (!all_digests(optional_text(claims.cth), claims.hqh, claims.cdg, claims.ath, claims.tth, claims.wth))
    return malformed("a digest that is none");
  if (claims.htm.has_value() != claims.htu.has_value() || claims.htm.has_value() == claims.op.has_value())
    return malformed("either method and target, or an operation");
  if (!is_object(claims.chd) || !is_object(claims.oth)) return malformed("chd and oth are objects");
  return proof_claims{.iss = claims.iss,
                      .aud = claims.aud,
                      .iat = claims.iat,
                      .exp = claims.exp,
                      .jti = claims.jti,
                      .cth = claims.cth,
                      .htm = claims.htm.value_or(""),
                      .htu = claims.htu.value_or(""),
                      .op = claims.op.value_or(""),
                      .hqh = claims.hqh.value_or(""),
                      .cdg = claims.cdg.value_or(""),
                      .chd = claims.chd.value_or(json::value()),
                      .ath = claims.ath.value_or(""),
                      .tth = claims.tth.value_or(""),
                      .oth = claims.oth.value_or(json::value()),
                      .wth = claims.wth.value_or(""),
                      .nonce = claims.nonce.value_or(""),
                      .chain = claims.chain.value_or("")};
}

std::string_view write_link(const link_claims& claims, arena& memory) {
  const detail::link_json said{.v = 1,
                               .iss = claims.iss,
                               .aud = claims.aud,
                               .iat = claims.iat,
                               .exp = claims.exp,
                               .jti = claims.jti,
                               .txn = claims.txn,
                               .dep = claims.dep,
                               .op = claims.op,
                               .prh = given(claims.prh),
                               .prv = given(claims.prv),
                               .sub = given(claims.sub),
                               .sub_iss = given(claims.sub_iss),
                               .scope = claims.scope,
                               .tctx = given(claims.tctx),
                               .client_id = given(claims.client_id),
                               .clm = given(claims.clm),
                               .evd = given(claims.evd),
                               .ath = given(claims.ath),
                               .tth = given(claims.tth),
                               .tgh = given(claims.tgh)};
  return json::to_text(said, memory);
}

std::string_view write_proof(const proof_claims& claims, arena& memory) {
  const detail::proof_json said{.v = 1,
                                .iss = claims.iss,
                                .aud = claims.aud,
                                .iat = claims.iat,
                                .exp = claims.exp,
                                .jti = claims.jti,
                                .cth = claims.cth,
                                .htm = given(claims.htm),
                                .htu = given(claims.htu),
                                .op = given(claims.op),
                                .hqh = given(claims.hqh),
                                .cdg = given(claims.cdg),
                                .chd = given(claims.chd),
                                .ath = given(claims.ath),
                                .tth = given(claims.tth),
                                .oth = given(claims.oth),
                                .wth = given(claims.wth),
                                .nonce = given(claims.nonce),
                                .chain = given(claims.chain)};
  return json::to_text(said, memory);
}

}  // namespace candela::custody
