#include <candela/jose/base64url.hpp>
#include <candela/jose/detail/jws_parts.hpp>
#include <candela/jose/jws_json.hpp>
#include <candela/json/reader.hpp>

namespace candela::jose {

namespace {

constexpr std::size_t max_depth = 16;

std::unexpected<error> refused(failure code, std::string_view detail) { return std::unexpected(error{code, detail}); }

// A text member that may be missing.
std::expected<std::optional<std::string_view>, error> text_member(const json::value& object, std::string_view name) {
  const json::value* found = object.find(name);
  if (found == nullptr) return std::optional<std::string_view>();
  if (const std::optional<std::string_view> text = found->string()) return text;
  return refused(failure::malformed, "a member of the serialization is not a text");
}

std::expected<header, error> read_unprotected(const json::value& object) {
  if (object.type() != json::value::kind::object) return refused(failure::header_invalid, "header is not an object");
  for (const std::string_view never : {"crit", "b64"}) {
    if (object.find(never) != nullptr) return refused(failure::header_invalid, "crit and b64 must be protected");
  }
  header read;
  read.members = object;
  constexpr std::pair<std::string_view, std::string_view header::*> texts[] = {
      {"alg", &header::algorithm}, {"kid", &header::key_id}, {"typ", &header::type}, {"cty", &header::content_type}};
  for (const auto& [name, into] : texts) {
    const json::value* found = object.find(name);
    if (found == nullptr) continue;
    if (!found->string()) return refused(failure::header_invalid, "a member of the header is not a text");
    read.*into = *found->string();
  }
  return read;
}

std::expected<void, error> check_disjoint(const header& one, const header& other) {
  for (const json::member& each : other.members.members()) {
    if (one.members.find(each.name) != nullptr)
      return refused(failure::header_invalid, "a member is both protected and not");
  }
  return {};
}

// One signature as it stands in the text.
struct read_signature {
  checked_signature headers;
  std::string_view protected_text;  // in base64url; empty where nothing is protected
  std::string_view signature;

  [[nodiscard]] bool encoded_payload() const noexcept { return headers.protected_header.encoded_payload; }
  // `kid` and the like may stand in either header.
  [[nodiscard]] header joined() const noexcept {
    header both = headers.protected_header;
    if (both.algorithm.empty()) both.algorithm = headers.unprotected.algorithm;
    if (both.key_id.empty()) both.key_id = headers.unprotected.key_id;
    return both;
  }
};

class json_verifier {
 public:
  json_verifier(const key_set& keys, const json_signature_rules& rules, arena& memory) noexcept
      : keys_(keys), rules_(rules), memory_(memory) {}

  // `payload` as it stands in the text or, if `detached`, as it is.
  std::expected<verified_json, error> check(const json::value& whole, std::string_view payload, bool detached) {
    const std::expected<std::span<read_signature>, error> all = read_all(whole);
    if (!all) return std::unexpected(all.error());
    const bool encoded = all->front().encoded_payload();
    for (const read_signature& each : *all) {
      if (each.encoded_payload() != encoded) return refused(failure::header_invalid, "b64 differs between signatures");
    }
    const std::string_view text = detached && encoded ? encode(payload) : payload;
    const std::expected<std::span<checked_signature>, error> right = check_all(*all, text);
    if (!right) return std::unexpected(right.error());
    std::expected<std::string_view, error> plain = payload;
    if (!detached && encoded) plain = detail::decoded_payload(payload, memory_);
    if (!plain) return std::unexpected(plain.error());
    return verified_json{*plain, *right};
  }

 private:
  std::string_view encode(std::string_view payload) {
    char* const out = static_cast<char*>(memory_.allocate(encoded_size(payload.size()), 1));
    encode_base64url(out, std::as_bytes(std::span(payload)));
    return {out, encoded_size(payload.size())};
  }

  std::expected<std::span<read_signature>, error> read_all(const json::value& whole) {
    const json::value* list = whole.find("signatures");
    if (!(list != nullptr ? rules_.general : rules_.flattened))
      return refused(failure::malformed, "a serialization that is not accepted here");
    if (list == nullptr) return read_each({&whole, 1});
    for (const std::string_view of_flattened : {"signature", "protected", "header"}) {
      if (whole.find(of_flattened) != nullptr) return refused(failure::malformed, "two serializations in one");
    }
    if (list->type() != json::value::kind::array) return refused(failure::malformed, "signatures is not a list");
    return read_each(list->elements());
  }

  std::expected<std::span<read_signature>, error> read_each(std::span<const json::value> objects) {
    if (objects.empty()) return refused(failure::signature_missing, "no signature");
    if (objects.size() > rules_.signature.max_signatures) return refused(failure::too_large, "signatures");
    const std::span<read_signature> all = memory_.make_array<read_signature>(objects.size());
    for (std::size_t i = 0; i != objects.size(); ++i) {
      if (auto read = read_one(objects[i], all[i]); !read) return std::unexpected(read.error());
    }
    return all;
  }

  std::expected<void, error> read_one(const json::value& object, read_signature& into) {
    const auto signature = text_member(object, "signature");
    if (!signature) return std::unexpected(signature.error());
    if (!*signature) return refused(failure::signature_missing, "no signature");
    into.signature = **signature;
    if (auto read = read_headers(object, into); !read) return read;
    const header& safe = into.headers.protected_header;
    if (safe.algorithm.empty() && !rules_.unprotected_algorithm)
      return refused(failure::header_invalid, "nothing protects alg");
    if (into.joined().algorithm.empty()) return refused(failure::header_invalid, "the header names no algorithm");
    return check_disjoint(safe, into.headers.unprotected);
  }

  std::expected<void, error> read_headers(const json::value& object, read_signature& into) {
    const auto text = text_member(object, "protected");
    if (!text) return std::unexpected(text.error());
    if (*text) {
      if ((*text)->empty()) return refused(failure::header_invalid, "an empty protected header");
      const auto read = read_protected_header(**text, rules_.signature.header, memory_);
      if (!read) return std::unexpected(read.error());
      into.headers.protected_header = *read;
      into.protected_text = **text;
    }
    const json::value* open = object.find("header");
    if (open == nullptr) return {};
    const auto read = read_unprotected(*open);
    if (!read) return std::unexpected(read.error());
    into.headers.unprotected = *read;
    return {};
  }

  std::expected<const key*, error> check_one(const read_signature& given, std::string_view payload) {
    const header both = given.joined();
    const std::expected<signature_algorithm, error> algorithm = detail::accepted(both, rules_.signature);
    if (!algorithm) return std::unexpected(algorithm.error());
    const std::expected<const key*, error> by = keys_.verifier(both.key_id, *algorithm);
    if (!by) return by;
    const std::string_view text[] = {given.protected_text, ".", payload};
    if (auto right = detail::check(**by, *algorithm, text, given.signature); !right)
      return std::unexpected(right.error());
    return by;
  }

  std::expected<std::span<checked_signature>, error> check_all(std::span<const read_signature> all,
                                                               std::string_view payload) {
    const std::span<checked_signature> right = memory_.make_array<checked_signature>(all.size());
    std::size_t count = 0;
    error last;
    for (const read_signature& each : all) {
      const std::expected<const key*, error> by = check_one(each, payload);
      if (by) {
        right[count] = each.headers;
        right[count++].by = *by;
      } else if (rules_.every) {
        return std::unexpected(by.error());
      } else {
        last = by.error();
      }
    }
    if (count == 0) return std::unexpected(last);
    return right.first(count);
  }

  const key_set& keys_;
  const json_signature_rules& rules_;
  arena& memory_;
};

std::expected<json::value, error> read_whole(std::string_view text, const json_signature_rules& rules, arena& memory) {
  if (text.size() > rules.signature.max_bytes) return refused(failure::too_large, "the serialization");
  const auto whole = json::parse<json::value>(text, memory, {.max_depth = max_depth});
  if (!whole || whole->type() != json::value::kind::object)
    return refused(failure::json_invalid, "the serialization is not one JSON object");
  return *whole;
}

}  // namespace

std::expected<verified_json, error> verify_json(std::string_view text, const key_set& keys,
                                                const json_signature_rules& rules, arena& memory) {
  const std::expected<json::value, error> whole = read_whole(text, rules, memory);
  if (!whole) return std::unexpected(whole.error());
  const auto payload = text_member(*whole, "payload");
  if (!payload) return std::unexpected(payload.error());
  if (!*payload) return refused(failure::malformed, "the payload is missing");
  return json_verifier(keys, rules, memory).check(*whole, **payload, false);
}

std::expected<verified_json, error> verify_json_detached(std::string_view text, std::string_view payload,
                                                         const key_set& keys, const json_signature_rules& rules,
                                                         arena& memory) {
  const std::expected<json::value, error> whole = read_whole(text, rules, memory);
  if (!whole) return std::unexpected(whole.error());
  if (whole->find("payload") != nullptr)
    return refused(failure::malformed, "a detached signature has no payload in it");
  return json_verifier(keys, rules, memory).check(*whole, payload, true);
}

}  // namespace candela::jose
