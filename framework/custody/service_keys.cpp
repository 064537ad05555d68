#include <algorithm>
#include <atomic>
#include <candela/custody/service_keys.hpp>
#include <candela/json/reader.hpp>
#include <candela/json/writer.hpp>
#include <optional>
#include <tuple>

namespace candela::custody {

namespace {

using jose::failure;
using jose::signature_algorithm;

std::unexpected<jose::error> refused(failure code, std::string_view detail) {
  return std::unexpected(jose::error{code, detail});
}

std::uint64_t next_epoch() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

std::expected<void, jose::error> check(const service_key& each) {
  if (each.key.is_private()) return refused(failure::key_unfit, "a private key among those of services");
  if (each.key.id().empty()) return refused(failure::key_unfit, "a key without an id");
  if (!chain_algorithms.contains(each.algorithm)) return refused(failure::key_unfit, "an algorithm of no chain");
  return each.key.fits(each.algorithm, jose::key_operation::verify);
}

// A date that may be missing; nothing when it is none.
std::optional<seconds_since_epoch> date(const json::value& jwk, std::string_view name, seconds_since_epoch otherwise) {
  const json::value* found = jwk.find(name);
  if (found == nullptr) return otherwise;
  const std::optional<std::int64_t> seconds = found->integer();
  return seconds && *seconds >= 0 ? seconds : std::nullopt;
}

std::expected<service_keys, jose::error> read_service(const json::member& service) {
  service_keys read{.issuer = std::string(service.name), .keys = {}};
  const json::value* list = service.item.find("keys");
  if (list == nullptr || list->type() != json::value::kind::array)
    return refused(failure::key_invalid, "the keys of a service are a JWK set");
  for (const json::value& each : list->elements()) {
    std::expected<service_key, jose::error> one = read_service_key(each);
    if (!one) return std::unexpected(one.error());
    read.keys.push_back(std::move(*one));
  }
  return read;
}

}  // namespace

std::expected<signature_algorithm, jose::error> chain_algorithm_of(const jose::key& of, jose::key_operation operation) {
  std::optional<signature_algorithm> algorithm;
  if (of.on_curve() == jose::curve::p256) algorithm = signature_algorithm::es256;
  if (of.on_curve() == jose::curve::p384) algorithm = signature_algorithm::es384;
  if (of.on_curve() == jose::curve::ed25519) algorithm = signature_algorithm::ed25519;
  if (!algorithm) return refused(failure::key_unfit, "chains are signed with P-256, P-384 or Ed25519");
  if (auto fits = of.fits(*algorithm, operation); !fits) return std::unexpected(fits.error());
  return *algorithm;
}

key_snapshot::key_snapshot() : epoch_(next_epoch()) {}

std::expected<key_snapshot, jose::error> key_snapshot::of(std::vector<service_keys> services) {
  key_snapshot made;
  for (service_keys& service : services) {
    for (service_key& each : service.keys) {
      if (auto right = check(each); !right) return std::unexpected(right.error());
      made.keys_.push_back({service.issuer, std::move(each)});
    }
  }
  const auto place = [](const entry& each) { return std::pair(each.held.key.id(), std::string_view(each.issuer)); };
  std::ranges::sort(made.keys_, {}, place);
  if (std::ranges::adjacent_find(made.keys_, {}, place) != made.keys_.end())
    return refused(failure::key_ambiguous, "two keys of one service and id");
  return made;
}

std::expected<key_snapshot, jose::error> key_snapshot::from_json(std::string_view text) {
  arena memory;
  const auto read = json::parse<json::value>(text, memory, {.max_depth = 8});
  if (!read || read->type() != json::value::kind::object)
    return refused(failure::json_invalid, "keys of services are one JSON object");
  std::vector<service_keys> services;
  for (const json::member& each : read->members()) {
    std::expected<service_keys, jose::error> one = read_service(each);
    if (!one) return std::unexpected(one.error());
    services.push_back(std::move(*one));
  }
  return of(std::move(services));
}

const service_key* key_snapshot::find(std::string_view issuer, std::string_view id) const noexcept {
  const auto place = [](const entry& each) { return std::pair(each.held.key.id(), std::string_view(each.issuer)); };
  const auto wanted = std::pair(id, issuer);
  const auto found = std::ranges::lower_bound(keys_, wanted, {}, place);
  return found != keys_.end() && place(*found) == wanted ? &found->held : nullptr;
}

std::expected<service_key, jose::error> read_service_key(const json::value& jwk) {
  std::expected<jose::key, jose::error> key = jose::key::from_jwk(jwk);
  if (!key) return std::unexpected(key.error());
  const auto algorithm = chain_algorithm_of(*key, jose::key_operation::verify);
  if (!algorithm) return std::unexpected(algorithm.error());
  const auto not_before = date(jwk, "nbf", 0);
  const auto retire = date(jwk, "retire", std::numeric_limits<seconds_since_epoch>::max());
  if (!not_before || !retire || *retire <= *not_before)
    return refused(failure::key_invalid, "nbf and retire of a key are dates, the first before the second");
  if (key->id().empty()) {
    jose::key_description named = key->described();
    named.id = key->thumbprint();
    key = key->with(std::move(named));
    if (!key) return std::unexpected(key.error());
  }
  return service_key{std::move(*key), *algorithm, *not_before, *retire};
}

std::expected<std::string, jose::error> write_service_key(const service_key& of) {
  const std::expected<jose::secret_bytes, jose::error> jwk = of.key.to_jwk(jose::key_part::public_part);
  if (!jwk) return std::unexpected(jwk.error());
  arena memory;
  json::output out(memory);
  json::writer json(out);
  const auto read = json::parse<json::value>(jwk->text(), memory);
  if (!read) return refused(failure::json_invalid, "a key that cannot be read again");
  json.begin_object();
  for (const json::member& each : read->members()) json.member(each.name, each.item);
  if (of.key.described().algorithm.empty()) json.member("alg", name_of(of.algorithm));
  if (of.not_before != 0) json.member("nbf", of.not_before);
  if (of.retire != std::numeric_limits<seconds_since_epoch>::max()) json.member("retire", of.retire);
  json.end_object();
  return std::string(out.text());
}

}  // namespace candela::custody
