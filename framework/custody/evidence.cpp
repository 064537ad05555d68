#include <algorithm>
#include <candela/custody/evidence.hpp>
#include <new>

namespace candela::custody {

namespace {

using jose::same_media_type;

std::string_view text_claim(const jose::claims& said, std::string_view name) noexcept {
  const json::value* found = said.all.find(name);
  return found == nullptr ? std::string_view() : found->string().value_or("");
}

// The client that a token was issued to, by either of the names that are in use.
std::string_view client_of(const jose::claims& said) noexcept {
  return said.client_id.empty() ? text_claim(said, "azp") : said.client_id;
}

std::string_view check_client(const jose::header& header, const jose::claims& said, const link_claims& root) noexcept {
  const bool access = same_media_type(header.type, "at+jwt");
  if (access || said.bound) {
    const bool bound = said.bound && (!said.bound->key_thumbprint.empty() ||
                                      !said.bound->certificate_thumbprint.empty() || !said.bound->key.is_null());
    if (!bound) return "evidence that is a bearer token";
    return client_of(said) == root.client_id ? "" : "evidence for another client";
  }
  const std::string_view client = client_of(said);
  if (same_media_type(header.type, "txntoken+jwt"))
    return client.empty() || client == root.client_id ? "" : "evidence for another client";
  if (!header.type.empty() && !same_media_type(header.type, "JWT")) return "evidence of an unknown type";
  // An ID token is for its client; an access token without a binding is for somebody else.
  if (root.client_id.empty() || !said.is_for(root.client_id)) return "evidence that is no ID token of the client";
  return client.empty() || client == root.client_id ? "" : "evidence for another client";
}

}  // namespace

std::string_view evidence_check::examine() const {
  arena memory;
  const auto issuer = jose::claimed_issuer(root_.evd, memory);
  if (!issuer) return "evidence that cannot be read";
  const auto from = std::ranges::find(issuers_, *issuer, &evidence_issuer::issuer);
  if (from == issuers_.end()) return "evidence of an issuer that is not configured";
  jose::token_rules rules;
  rules.signature.algorithms = from->algorithms;
  rules.issuers = {from->issuer};
  rules.any_audience = true;
  rules.leeway = skew_;
  const clock::wall_time then{std::chrono::seconds(root_.iat)};
  const auto token = jose::verify_token(root_.evd, *from->keys, rules, then, memory);
  if (!token) return "evidence whose signature or dates are wrong";
  if (token->said.issuer != root_.sub_iss) return "evidence of another issuer than the subject's";
  if (token->said.subject.empty() || token->said.subject != root_.sub) return "evidence for another subject";
  return check_client(token->protected_header, token->said, root_);
}

void evidence_check::run() noexcept {
  try {
    wrong_ = examine();
  } catch (const std::bad_alloc&) {
    wrong_ = "no memory to look at evidence";
  }
}

}  // namespace candela::custody
