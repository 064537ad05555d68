#include <candela/middleware/api_key.hpp>

#include <algorithm>
#include <array>
#include <candela/core/metrics.hpp>
#include <candela/core/secret.hpp>
#include <candela/jose/digest.hpp>
#include <candela/server/extension.hpp>
#include <optional>
#include <string>
#include <vector>

#include "middleware/detail/challenges.hpp"
#include "middleware/detail/credential.hpp"
#include "middleware/detail/listed_party.hpp"

namespace candela::middleware {

namespace {

constexpr std::array<const char*, 4> result_names = {"accepted", "missing", "refused", "forbidden"};
constexpr std::size_t max_key_bytes = 4096;

struct listed_key {
  jose::sha256_digest digest;
  std::unique_ptr<const detail::listed_party> owner;
};

std::optional<unsigned> hex_digit(char digit) noexcept {
  if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a' + 10);
  return std::nullopt;
}

jose::sha256_digest read_digest(const config::node& from) {
  const std::string text = from.as_string();
  jose::sha256_digest digest;
  if (text.size() != 2 * digest.size()) from.unexpected("a SHA-256 in 64 hexadecimal digits");
  for (std::size_t at = 0; at != digest.size(); ++at) {
    const auto high = hex_digit(text[2 * at]);
    const auto low = hex_digit(text[2 * at + 1]);
    if (!high || !low) from.unexpected("a SHA-256 in 64 hexadecimal digits");
    digest[at] = static_cast<std::byte>(*high << 4 | *low);
  }
  return digest;
}

std::vector<listed_key> read_keys(config::reader& options) {
  std::vector<listed_key> keys;
  for (const config::node& each : options.list("keys")) {
    config::reader from(each);
    const jose::sha256_digest digest = read_digest(from.get("sha256"));
    keys.push_back({digest, std::make_unique<const detail::listed_party>(from, "api_key", authentication::api_key)});
    from.finish();
  }
  if (keys.empty()) options.get("keys").fail("at least one key is needed");
  std::ranges::sort(keys, {}, &listed_key::digest);
  if (std::ranges::adjacent_find(keys, {}, &listed_key::digest) != keys.end())
    options.get("keys").fail("the same key is there twice");
  return keys;
}

detail::credential_place place_of(config::reader& options) {
  if (!options.has("from")) return detail::credential_place::field("X-Api-Key");
  return {options, detail::key_words.scheme};
}

}  // namespace

struct api_key::parts {
  explicit parts(stage_setup& setup)
      : place(place_of(setup.options())),
        keys(read_keys(setup.options())),
        answers(detail::key_words, setup.options()),
        scopes(setup.options()),
        optional(setup.options().boolean("optional", false)) {
    for (std::size_t each = 0; each != counters.size(); ++each) {
      counters[each] = &setup.metrics().counter_cell(
          "api_key_requests_total", "Requests by what became of their key.",
          {{"chain", std::string(setup.chain())}, {"result", result_names[each]}}, setup.worker().index());
    }
  }

  // By the digest: how long it takes tells something of digests only, and nobody can choose those.
  [[nodiscard]] const detail::listed_party* find(std::string_view key) const {
    const jose::sha256_digest digest = jose::sha256(key);
    const auto found = std::ranges::lower_bound(keys, digest, {}, &listed_key::digest);
    const bool same = found != keys.end() && equal_secrets(found->digest, digest);
    return same ? found->owner.get() : nullptr;
  }

  detail::credential_place place;
  std::vector<listed_key> keys;
  detail::challenges answers;
  detail::scope_rules scopes;
  bool optional;
  std::array<metrics::counter*, result_names.size()> counters{};
};

api_key::api_key(stage_setup& setup) : parts_(std::make_unique<parts>(setup)) {}
api_key::api_key(api_key&&) noexcept = default;
api_key::~api_key() = default;

step api_key::on_request(exchange& x) {
  const detail::credential given = parts_->place.find(x.request().headers());
  switch (given.found) {
    case detail::credential_found::none:
      count(result::missing);
      return parts_->optional && parts_->scopes.none_for(x) ? step::next : parts_->answers.missing(x);
    case detail::credential_found::ambiguous:
      count(result::refused);
      detail::log_refusal(x, "an API key was refused", "malformed", "it comes twice");
      return parts_->answers.ambiguous(x);
    case detail::credential_found::one: break;
  }
  return accept(x, given.value);
}

step api_key::accept(exchange& x, std::string_view key) {
  const detail::listed_party* owner = key.size() > max_key_bytes ? nullptr : parts_->find(key);
  if (owner == nullptr) {
    count(result::refused);
    detail::log_refusal(x, "an API key was refused", "key_unknown", "it is not in the list");
    return parts_->answers.invalid(x);
  }
  if (!parts_->scopes.satisfied(x, owner->who())) {
    count(result::forbidden);
    return parts_->answers.insufficient(x, parts_->scopes.needed(x));
  }
  count(result::accepted);
  x.put<principal>(owner->who());
  return step::next;
}

void api_key::count(result what) noexcept { parts_->counters[static_cast<std::size_t>(what)]->add(); }

CANDELA_STAGE("api_key", api_key);

}  // namespace candela::middleware
