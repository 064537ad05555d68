// Opening what `seal.cpp` makes.
#include <algorithm>
#include <candela/jose/base64url.hpp>
#include <candela/jose/detail/jws_parts.hpp>
#include <candela/jose/detail/sealed_part.hpp>
#include <candela/json/reader.hpp>

namespace candela::jose {

namespace {

using std::chrono::seconds;

constexpr seconds max_leeway{30};
constexpr std::int64_t last_second = 253'402'300'799;  // of the year 9999
constexpr std::size_t max_json_depth = 8;

std::unexpected<error> refused(failure code, std::string_view detail) { return std::unexpected(error{code, detail}); }

// Whether it is a signature's serialization, by its form alone.
bool looks_signed(std::string_view message) {
  if (!message.starts_with('{')) return std::ranges::count(message, '.') == 2;
  arena memory;
  const auto read = json::parse<json::value>(message, memory, {.max_depth = max_json_depth});
  return read && (read->find("signature") != nullptr || read->find("signatures") != nullptr);
}

std::expected<decrypted, error> decrypt_outer(std::string_view message, const key_set& keys, const opening_rules& rules,
                                              arena& memory) {
  if (message.size() > rules.max_bytes) return refused(failure::too_large, "the message");
  if (looks_signed(message)) return refused(failure::order_invalid, "signed only, or signed last");
  decryption_rules outer;
  outer.algorithms = rules.algorithms;
  outer.encryption = rules.encryption;
  outer.max_bytes = rules.max_bytes;
  outer.type = sealed_type;
  outer.json = rules.several;
  outer.max_recipients = rules.max_recipients;
  std::expected<decrypted, error> opened = decrypt(message, keys, outer, memory);
  if (!opened) return opened;
  if (!same_media_type(opened->protected_header.content_type, sealed_content_type))
    return refused(failure::order_invalid, "cty does not say that something signed is inside");
  return opened;
}

// The inner part with its signature checked.
struct checked {
  header said;
  const trusted_signer* signer;
  const key* by;
  std::string_view payload;  // still in base64url
};

std::expected<const trusted_signer*, error> signer_of(const header& read, const opening_rules& rules) {
  const json::value* name = read.members.find("iss");
  if (name == nullptr) return refused(failure::claim_missing, "iss");
  const std::optional<std::string_view> text = name->string();
  if (!text) return refused(failure::claim_invalid, "iss");
  const auto found = std::ranges::find(rules.signers, *text, &trusted_signer::name);
  if (found == rules.signers.end()) return refused(failure::issuer_mismatch, "iss");
  return &*found;
}

std::expected<signature_algorithm, error> accepted_algorithm(const header& read, const opening_rules& rules) {
  signature_rules inner;
  inner.algorithms = rules.signatures;
  inner.type = sealed_content_type;
  const auto algorithm = detail::accepted(read, inner);
  if (algorithm && detail::is_mac(*algorithm))
    return refused(failure::algorithm_refused, "a MAC does not tell who has signed");
  return algorithm;
}

std::expected<checked, error> check_inner(std::string_view token, const opening_rules& rules, arena& memory) {
  const std::size_t first = token.find('.');
  const std::size_t second = token.rfind('.');
  if (std::ranges::count(token, '.') != 2) return refused(failure::order_invalid, "what is encrypted is not signed");
  const std::expected<header, error> read = read_header(token.substr(0, first), {}, memory);
  if (!read) return std::unexpected(read.error());
  const std::expected<signature_algorithm, error> algorithm = accepted_algorithm(*read, rules);
  if (!algorithm) return std::unexpected(algorithm.error());
  const std::expected<const trusted_signer*, error> signer = signer_of(*read, rules);
  if (!signer) return std::unexpected(signer.error());
  const std::expected<const key*, error> by = (*signer)->keys.verifier(read->key_id, *algorithm);
  if (!by) return std::unexpected(by.error());
  const std::string_view text = token.substr(0, second);
  if (auto right = detail::check(**by, *algorithm, {&text, 1}, token.substr(second + 1)); !right)
    return std::unexpected(right.error());
  return checked{*read, *signer, *by, text.substr(first + 1)};
}

// A text that must be that one, and must not be there where it is empty.
std::expected<void, error> check_text(const header& said, std::string_view name, std::string_view expected) {
  const json::value* found = said.members.find(name);
  if (found == nullptr ? expected.empty() : !expected.empty() && found->string() == expected) return {};
  return refused(failure::place_mismatch, "sealed for another place or context");
}

std::expected<std::span<const std::string_view>, error> read_recipients(const header& said, const opening_rules& rules,
                                                                        arena& memory) {
  const json::value* list = said.members.find("aud");
  if (list == nullptr) return refused(failure::claim_missing, "aud");
  const std::span<const json::value> listed = list->elements();
  if (listed.empty()) return refused(failure::claim_invalid, "aud is not a list of names");
  if (listed.size() > rules.max_recipients) return refused(failure::too_large, "aud");
  const std::span<std::string_view> names = memory.make_array<std::string_view>(listed.size());
  for (std::size_t i = 0; i != names.size(); ++i) {
    const std::optional<std::string_view> name = listed[i].string();
    if (!name || name->empty()) return refused(failure::claim_invalid, "aud is not a list of names");
    names[i] = *name;
  }
  const bool meant = std::ranges::find(names, std::string_view(rules.recipient)) != names.end();
  if (!meant) return refused(failure::recipient_mismatch, "aud");
  return names;
}

std::expected<std::optional<token_time>, error> read_moment(const header& said, std::string_view name) {
  const json::value* found = said.members.find(name);
  if (found == nullptr) return std::optional<token_time>();
  const std::optional<std::int64_t> count = found->integer();
  if (!count || *count < 0 || *count > last_second) return refused(failure::claim_invalid, "a date");
  return std::optional<token_time>(token_time(seconds(*count)));
}

// In the unit of dates: a clock's nanoseconds end in 2262.
std::expected<void, error> check_times(const unsealed& said, const opening_rules& rules, clock::wall_time moment) {
  const auto now = std::chrono::floor<token_time::duration>(moment);
  const seconds leeway = std::clamp(rules.leeway, seconds{0}, max_leeway);
  if (rules.require_expiry && !said.expires) return refused(failure::claim_missing, "exp");
  if (rules.max_age && !said.issued) return refused(failure::claim_missing, "iat");
  if (said.expires && now - leeway >= *said.expires) return refused(failure::expired, "exp");
  if (said.issued && now + leeway < *said.issued) return refused(failure::issued_in_future, "iat");
  if (rules.max_age && now - *said.issued > *rules.max_age + leeway) return refused(failure::too_old, "iat");
  return {};
}

// What the author says is what the caller expects.
std::expected<unsealed, error> check_said(const checked& inner, const opening_rules& rules, std::string_view place,
                                          clock::wall_time now, arena& memory) {
  const header& said = inner.said;
  if (auto right = check_text(said, "at", place); !right) return std::unexpected(right.error());
  if (auto right = check_text(said, "ctx", rules.context); !right) return std::unexpected(right.error());
  const auto recipients = read_recipients(said, rules, memory);
  if (!recipients) return std::unexpected(recipients.error());
  if (said.content_type.empty()) return refused(failure::claim_missing, "cty");
  const std::string_view type = place.empty() ? std::string_view(rules.content_type) : detail::member_type;
  if (!type.empty() && !same_media_type(said.content_type, type)) return refused(failure::type_mismatch, "cty");
  const auto issued = read_moment(said, "iat");
  if (!issued) return std::unexpected(issued.error());
  const auto expires = read_moment(said, "exp");
  if (!expires) return std::unexpected(expires.error());
  unsealed result{inner.signer->name, inner.by, *recipients, said.content_type, *issued, *expires, {}};
  if (auto right = check_times(result, rules, now); !right) return std::unexpected(right.error());
  return result;
}

}  // namespace

std::expected<unsealed, error> open(std::string_view message, const key_set& keys, const opening_rules& rules,
                                    std::string_view place, clock::wall_time now, arena& memory) {
  const std::expected<decrypted, error> outer = decrypt_outer(message, keys, rules, memory);
  if (!outer) return std::unexpected(outer.error());
  const std::expected<checked, error> inner = check_inner(outer->content.text(), rules, memory);
  if (!inner) return std::unexpected(inner.error());
  std::expected<unsealed, error> result = check_said(*inner, rules, place, now, memory);
  if (!result) return result;
  secret_bytes content(decoded_size(inner->payload.size()));
  const std::optional<std::size_t> size = decode_base64url(inner->payload, content.data());
  if (!size) return refused(failure::base64_invalid, "the content");
  content.shrink(*size);
  result->content = std::move(content);
  return result;
}

}  // namespace candela::jose
