#include <algorithm>
#include <candela/jose/detail/jwk.hpp>
#include <candela/jose/detail/key_material.hpp>
#include <candela/jose/key_set.hpp>
#include <candela/json/secret_reader.hpp>
#include <cstring>
#include <optional>

namespace candela::jose {

namespace {

constexpr std::size_t max_depth = 8;
constexpr std::size_t max_keys = 1000;

std::unexpected<error> refused(failure code, std::string_view detail) { return std::unexpected(error{code, detail}); }

// One key of a set; nothing for a kind that is not known here.
std::expected<std::optional<key>, error> read_one(const json::value& object) {
  const std::expected<detail::read_jwk, error> read = detail::read(object);
  if (!read) return std::unexpected(read.error());
  if (!read->known) return std::optional<key>();
  std::expected<key, error> made = key::from_jwk(object);
  if (!made) return std::unexpected(made.error());
  return std::optional<key>(std::move(*made));
}

std::expected<std::vector<key>, error> read_all(const json::value& set) {
  const json::value* list = set.find("keys");
  if (list == nullptr || list->type() != json::value::kind::array)
    return refused(failure::key_invalid, "a JWK set is an object with a list `keys`");
  if (list->elements().size() > max_keys) return refused(failure::too_large, "the JWK set");
  std::vector<key> keys;
  for (const json::value& each : list->elements()) {
    std::expected<std::optional<key>, error> read = read_one(each);
    if (!read) return std::unexpected(read.error());
    if (*read) keys.push_back(std::move(**read));
  }
  return keys;
}

// The key of that id or, among those that may be meant besides, the only one that fits: of keys without an id whichever
// is named, of all when none is.
template <class Fits>
std::expected<const key*, error> choose(const key_set& from, std::string_view id, Fits fits) noexcept {
  if (const key* named = id.empty() ? nullptr : from.find(id)) {
    if (auto right = fits(*named); !right) return std::unexpected(right.error());
    return named;
  }
  const auto may_be_meant = [id](const key& each) { return id.empty() || each.id().empty(); };
  if (!id.empty() && std::ranges::none_of(from.keys(), may_be_meant)) return refused(failure::key_unknown, "kid");
  const key* only = nullptr;
  for (const key& each : from.keys()) {
    if (!may_be_meant(each) || !fits(each)) continue;
    if (only != nullptr) return refused(failure::key_ambiguous, "several keys fit and none is named");
    only = &each;
  }
  if (only == nullptr) return refused(failure::key_unfit, "no key fits the algorithm");
  return only;
}

}  // namespace

std::expected<key_set, error> key_set::of(std::vector<key> keys) {
  for (key& each : keys) {
    if (!each.id().empty()) continue;
    key_description named = each.described();
    named.id = each.thumbprint();
    each = key(std::make_shared<const detail::key_material>(each.material().shared_numbers(), std::move(named)));
  }
  return unnamed(std::move(keys));
}

std::expected<key_set, error> key_set::unnamed(std::vector<key> keys) {
  const auto is_secret = [](const key& each) { return each.kind() == key_kind::oct; };
  if (std::ranges::any_of(keys, is_secret) && !std::ranges::all_of(keys, is_secret))
    return refused(failure::key_ambiguous, "secrets beside public keys");
  for (auto each = keys.begin(); each != keys.end(); ++each) {
    const auto same_id = [&](const key& other) { return !other.id().empty() && other.id() == each->id(); };
    if (std::any_of(keys.begin(), each, same_id)) return refused(failure::key_ambiguous, "two keys of one id");
  }
  key_set made;
  made.keys_ = std::move(keys);
  return made;
}

std::expected<key_set, error> key_set::from_json(std::string_view text) {
  const json::secret_reader parsed(text, {.max_depth = max_depth});
  if (parsed.root() == nullptr) return refused(failure::json_invalid, "a JWK set is one JSON object");
  if (parsed.root()->find("kty") != nullptr) {
    std::expected<key, error> one = key::from_jwk(*parsed.root());
    if (!one) return std::unexpected(one.error());
    return of({std::move(*one)});
  }
  std::expected<std::vector<key>, error> keys = read_all(*parsed.root());
  if (!keys) return std::unexpected(keys.error());
  return of(std::move(*keys));
}

const key* key_set::find(std::string_view id) const noexcept {
  const auto found = std::ranges::find(keys_, id, &key::id);
  return found == keys_.end() ? nullptr : &*found;
}

std::expected<const key*, error> key_set::verifier(std::string_view id, signature_algorithm algorithm) const noexcept {
  return choose(*this, id, [=](const key& each) { return each.fits(algorithm, key_operation::verify); });
}

bool key_set::has_verifier(signature_algorithms accepted) const noexcept {
  const auto fits = [accepted](const key& each) {
    for (int i = 0; i <= static_cast<int>(signature_algorithm::ed448); ++i) {
      const auto algorithm = static_cast<signature_algorithm>(i);
      if (accepted.contains(algorithm) && each.fits(algorithm, key_operation::verify)) return true;
    }
    return false;
  };
  return std::ranges::any_of(keys_, fits);
}

std::expected<const key*, error> key_set::opener(std::string_view id, key_algorithm algorithm,
                                                 content_algorithm content) const noexcept {
  return choose(*this, id, [=](const key& each) { return each.fits(algorithm, content, key_operation::decrypt); });
}

std::expected<secret_bytes, error> key_set::to_json(key_part which) const {
  constexpr std::string_view begin = R"({"keys":[)";
  secret_bytes text(std::as_bytes(std::span(begin)));
  const auto append = [&text](std::span<const std::byte> more) {
    secret_bytes longer(text.size() + more.size());
    std::memcpy(longer.data(), text.data(), text.size());
    std::memcpy(longer.data() + text.size(), more.data(), more.size());
    text = std::move(longer);
  };
  bool first = true;
  for (const key& each : keys_) {
    const std::expected<secret_bytes, error> one = each.to_jwk(which);
    if (!one) continue;
    if (!std::exchange(first, false)) append(std::as_bytes(std::span(",", 1)));
    append(*one);
  }
  append(std::as_bytes(std::span("]}", 2)));
  return text;
}

}  // namespace candela::jose
