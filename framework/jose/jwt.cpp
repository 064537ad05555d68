#include <algorithm>
#include <candela/jose/detail/jws_parts.hpp>
#include <candela/jose/jwt.hpp>

namespace candela::jose {

namespace {

using std::chrono::seconds;

constexpr seconds max_leeway{30};
constexpr unsigned max_nesting = 4;
constexpr std::string_view nested_type = "JWT";

constexpr std::unexpected<error> refused(failure code, std::string_view detail) noexcept {
  return std::unexpected(error{code, detail});
}

bool holds(std::span<const std::string> list, std::string_view wanted) noexcept {
  return std::ranges::find(list, wanted) != list.end();
}

std::expected<void, error> check_audience(const claims& said, const token_rules& rules) noexcept {
  if (rules.any_audience) return {};
  if (rules.audiences.empty()) {
    if (said.audiences.empty()) return {};
    return refused(failure::audience_mismatch, "aud is there, and nobody is expected");
  }
  if (said.audiences.empty()) return refused(failure::claim_missing, "aud");
  if (rules.single_audience && said.audiences.size() != 1)
    return refused(failure::audience_mismatch, "aud names several");
  const auto meant = [&rules](std::string_view each) { return holds(rules.audiences, each); };
  if (!std::ranges::any_of(said.audiences, meant)) return refused(failure::audience_mismatch, "aud");
  return {};
}

std::expected<void, error> check_parties(const claims& said, const token_rules& rules) noexcept {
  if (!rules.issuers.empty()) {
    if (said.issuer.empty()) return refused(failure::claim_missing, "iss");
    if (!holds(rules.issuers, said.issuer)) return refused(failure::issuer_mismatch, "iss");
  }
  if (auto right = check_audience(said, rules); !right) return right;
  if (!rules.subject.empty()) {
    if (said.subject.empty()) return refused(failure::claim_missing, "sub");
    if (said.subject != rules.subject) return refused(failure::subject_mismatch, "sub");
  }
  for (const std::string& name : rules.required) {
    const json::value* found = said.all.find(name);
    if (found == nullptr || found->is_null()) return refused(failure::claim_missing, "a required claim");
    if (found->string() == "") return refused(failure::claim_missing, "a required claim is empty");
  }
  return {};
}

std::expected<void, error> check_ages(const claims& said, const token_rules& rules, token_time now,
                                      seconds leeway) noexcept {
  if (!rules.max_age && !rules.max_lifetime) return {};
  if (!said.issued) return refused(failure::claim_missing, "iat");
  if (rules.max_age && now - *said.issued > *rules.max_age + leeway) return refused(failure::too_old, "iat");
  if (!rules.max_lifetime) return {};
  if (!said.expires) return refused(failure::claim_missing, "exp");
  if (*said.expires - *said.issued > *rules.max_lifetime)
    return refused(failure::claim_invalid, "a longer life than is accepted");
  return {};
}

std::expected<void, error> check_dates(const claims& said, const token_rules& rules, clock::wall_time moment) noexcept {
  const seconds leeway = std::clamp(rules.leeway, seconds(0), max_leeway);
  const auto now = std::chrono::floor<token_time::duration>(moment);
  if (!said.expires && rules.require_expiry) return refused(failure::claim_missing, "exp");
  if (said.expires && now >= *said.expires + leeway) return refused(failure::expired, "exp");
  if (said.not_before && now + leeway < *said.not_before) return refused(failure::not_yet_valid, "nbf");
  if (said.issued && now + leeway < *said.issued) return refused(failure::issued_in_future, "iat");
  return check_ages(said, rules, now, leeway);
}

// What a token may be by its header, whichever claims it has.
signature_rules header_rules_of(const token_rules& rules) {
  signature_rules signature = rules.signature;
  signature.header.unencoded_payload = false;
  // Which of several tokens is the innermost is known only when it was opened.
  if (rules.max_nesting != 0) signature.type = {};
  return signature;
}

struct innermost {
  verified token;
  unsigned nesting;
};

std::expected<innermost, error> open(std::string_view token, const key_set& keys, const token_rules& rules,
                                     arena& memory) {
  const signature_rules signature = header_rules_of(rules);
  for (unsigned depth = 0;; ++depth) {
    const std::expected<verified, error> checked = verify(token, keys, signature, memory);
    if (!checked) return std::unexpected(checked.error());
    const header& read = checked->protected_header;
    if (!same_media_type(read.content_type, nested_type)) {
      if (!rules.signature.type.empty() && !same_media_type(read.type, rules.signature.type))
        return refused(failure::type_mismatch, "typ");
      return innermost{*checked, depth};
    }
    if (depth == std::min(rules.max_nesting, max_nesting)) return refused(failure::order_invalid, "nested too deeply");
    token = checked->payload;
  }
}

}  // namespace

token_rules access_token_rules(std::string issuer, std::string audience, signature_algorithms algorithms) {
  token_rules rules;
  rules.signature.algorithms = algorithms;
  rules.signature.type = "at+jwt";
  rules.issuers.push_back(std::move(issuer));
  rules.audiences.push_back(std::move(audience));
  rules.required = {"sub", "client_id", "iat", "jti"};
  return rules;
}

std::expected<void, error> check_claims(const claims& said, const token_rules& rules, clock::wall_time now) noexcept {
  if (auto right = check_parties(said, rules); !right) return right;
  return check_dates(said, rules, now);
}

std::expected<verified_token, error> verify_token(std::string_view token, const key_set& keys, const token_rules& rules,
                                                  clock::wall_time now, arena& memory) {
  const std::expected<innermost, error> opened = open(token, keys, rules, memory);
  if (!opened) return std::unexpected(opened.error());
  const std::expected<claims, error> said = read_claims(opened->token.payload, memory);
  if (!said) return std::unexpected(said.error());
  if (auto right = check_claims(*said, rules, now); !right) return std::unexpected(right.error());
  return verified_token{opened->token.protected_header, *said, opened->token.by, opened->nesting};
}

std::expected<verified_token, error> verify_nested_token(const header& outer, std::string_view content,
                                                         const key_set& keys, const token_rules& rules,
                                                         clock::wall_time now, arena& memory) {
  if (!same_media_type(outer.content_type, nested_type))
    return refused(failure::type_mismatch, "cty does not say that a token is inside");
  return verify_token(content, keys, rules, now, memory);
}

std::expected<std::string_view, error> claimed_issuer(std::string_view token, arena& memory, std::size_t max_bytes) {
  if (token.size() > max_bytes) return refused(failure::too_large, "the token");
  const std::size_t first = token.find('.');
  const std::size_t second = first == token.npos ? first : token.find('.', first + 1);
  if (second == token.npos) return refused(failure::malformed, "a compact signature has three parts");
  const auto payload = detail::decoded_payload(token.substr(first + 1, second - first - 1), memory);
  if (!payload) return std::unexpected(payload.error());
  const std::expected<claims, error> said = read_claims(*payload, memory);
  if (!said) return std::unexpected(said.error());
  if (said->issuer.empty()) return refused(failure::claim_missing, "iss");
  return said->issuer;
}

std::expected<std::string, error> sign_token(const claims& said, const key& with, signature_algorithm algorithm,
                                             const signature_header& header) {
  if (!header.encoded_payload) return refused(failure::header_invalid, "the payload of a token is always encoded");
  arena memory;
  const std::expected<std::string_view, error> text = write_claims(said, memory);
  if (!text) return std::unexpected(text.error());
  return sign(*text, with, algorithm, header);
}

}  // namespace candela::jose
