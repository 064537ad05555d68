#include <algorithm>
#include <array>
#include <candela/core/text.hpp>
#include <candela/jose/base64url.hpp>
#include <candela/jose/header.hpp>
#include <candela/json/reader.hpp>

namespace candela::jose {

namespace {

// What `crit` may not name: these are understood by everybody (RFC 7515, section 4.1.11; RFC 7518 adds its own).
constexpr std::array<std::string_view, 20> registered{"alg",      "jku", "jwk", "kid",  "x5u", "x5c", "x5t",
                                                      "x5t#S256", "typ", "cty", "crit", "enc", "zip", "epk",
                                                      "apu",      "apv", "iv",  "tag",  "p2s", "p2c"};

constexpr std::size_t max_depth = 8;

std::unexpected<error> refused(failure code, std::string_view detail) { return std::unexpected(error{code, detail}); }

template <class Item>
bool holds(std::span<const Item> items, const Item& wanted) noexcept {
  return std::ranges::find(items, wanted) != items.end();
}

// Reads the texts that a header may hold; the first wrong one is kept.
class member_reader {
 public:
  explicit member_reader(const json::value& object) noexcept : object_(object) {}

  std::string_view text(std::string_view name) noexcept {
    const json::value* found = object_.find(name);
    if (found == nullptr) return {};
    const std::optional<std::string_view> content = found->string();
    right_ = right_ && content.has_value();
    return content.value_or(std::string_view());
  }
  [[nodiscard]] bool right() const noexcept { return right_; }

 private:
  const json::value& object_;
  bool right_ = true;
};

// What one name in `crit` asks for.
std::expected<void, error> check_critical(std::string_view name, const header_rules& rules, header& read) {
  if (holds<std::string_view>(registered, name))
    return refused(failure::header_unsupported, "crit names a registered member");
  const json::value* meant = read.members.find(name);
  if (meant == nullptr) return refused(failure::header_unsupported, "crit names a member that is not there");
  if (name != "b64") {
    if (holds(rules.understood, name)) return {};
    return refused(failure::header_unsupported, "crit names an extension that is not understood");
  }
  const std::optional<bool> encoded = meant->boolean();
  if (!encoded) return refused(failure::header_invalid, "b64 is not true or false");
  if (!*encoded && !rules.unencoded_payload)
    return refused(failure::header_unsupported, "an unencoded payload is not accepted here");
  read.encoded_payload = *encoded;
  return {};
}

std::expected<void, error> read_critical(const header_rules& rules, header& read) {
  const json::value* critical = read.members.find("crit");
  if (critical == nullptr) {
    if (read.members.find("b64") == nullptr) return {};
    return refused(failure::header_invalid, "b64 without crit");
  }
  const std::span<const json::value> names = critical->elements();
  if (names.empty()) return refused(failure::header_unsupported, "crit is not a list of names");
  bool names_b64 = false;
  for (std::size_t i = 0; i != names.size(); ++i) {
    const std::optional<std::string_view> name = names[i].string();
    if (!name) return refused(failure::header_unsupported, "crit is not a list of names");
    if (holds(names.first(i), names[i])) return refused(failure::header_unsupported, "crit repeats a name");
    if (auto understood = check_critical(*name, rules, read); !understood) return understood;
    names_b64 = names_b64 || *name == "b64";
  }
  if (!names_b64 && read.members.find("b64") != nullptr) return refused(failure::header_invalid, "b64 without crit");
  return {};
}

// The members that all parts of a header may have.
std::expected<header, error> read_members(std::string_view json, const header_rules& rules, arena& memory) {
  if (json.size() > rules.max_bytes) return refused(failure::too_large, "the header");
  std::expected<json::value, json::error> parsed = json::parse<json::value>(json, memory, {.max_depth = max_depth});
  if (!parsed || parsed->type() != json::value::kind::object)
    return refused(failure::json_invalid, "the header is not one JSON object");
  header read;
  read.members = *parsed;
  member_reader members(read.members);
  read.algorithm = members.text("alg");
  read.encryption = members.text("enc");
  read.key_id = members.text("kid");
  read.type = members.text("typ");
  read.content_type = members.text("cty");
  if (!members.right()) return refused(failure::header_invalid, "a member of the header is not a text");
  return read;
}

std::expected<header, error> read_protected(std::string_view json, const header_rules& rules, arena& memory) {
  std::expected<header, error> read = read_members(json, rules, memory);
  if (!read) return read;
  if (auto understood = read_critical(rules, *read); !understood) return std::unexpected(understood.error());
  return read;
}

std::expected<std::string_view, error> decoded(std::string_view encoded, const header_rules& rules, arena& memory) {
  if (encoded.size() > encoded_size(rules.max_bytes)) return refused(failure::too_large, "the header");
  const std::span<char> json = memory.make_array<char>(decoded_size(encoded.size()));
  const std::optional<std::size_t> size = decode_base64url(encoded, reinterpret_cast<std::byte*>(json.data()));
  if (!size) return refused(failure::base64_invalid, "the header");
  return std::string_view(json.data(), *size);
}

}  // namespace

std::expected<header, error> read_header_json(std::string_view json, const header_rules& rules,
                                              bool integrity_protected, arena& memory) {
  std::expected<header, error> read =
      integrity_protected ? read_protected(json, rules, memory) : read_members(json, rules, memory);
  if (!read) return read;
  if (integrity_protected && read->algorithm.empty())
    return refused(failure::header_invalid, "the header names no algorithm");
  if (!integrity_protected && (read->members.find("crit") != nullptr || read->members.find("b64") != nullptr))
    return refused(failure::header_invalid, "crit and b64 must be protected");
  return read;
}

std::expected<header, error> read_header(std::string_view encoded, const header_rules& rules, arena& memory) {
  const std::expected<std::string_view, error> json = decoded(encoded, rules, memory);
  if (!json) return std::unexpected(json.error());
  return read_header_json(*json, rules, true, memory);
}

std::expected<header, error> read_protected_header(std::string_view encoded, const header_rules& rules, arena& memory) {
  const std::expected<std::string_view, error> json = decoded(encoded, rules, memory);
  if (!json) return std::unexpected(json.error());
  return read_protected(*json, rules, memory);
}

bool same_media_type(std::string_view given, std::string_view expected) noexcept {
  constexpr std::string_view prefix = "application/";
  const auto bare = [prefix](std::string_view name) {
    const bool prefixed = name.size() > prefix.size() && equal_ignoring_case(name.substr(0, prefix.size()), prefix);
    // `application/x; charset=...` and the like keep what they say: only what has no further `/` may be shortened.
    return prefixed && !name.substr(prefix.size()).contains('/') ? name.substr(prefix.size()) : name;
  };
  return equal_ignoring_case(bare(given), bare(expected));
}

}  // namespace candela::jose
