#include <algorithm>
#include <candela/custody/detail/record_json.hpp>
#include <candela/custody/key_record.hpp>
#include <candela/jose/jws.hpp>
#include <candela/json/reader.hpp>
#include <candela/json/writer.hpp>

namespace candela::custody {

namespace {

using jose::failure;

constexpr std::string_view record_type = "key-record+jwt";
constexpr std::size_t max_record_bytes = 64 * 1024;

std::unexpected<jose::error> refused(failure code, std::string_view detail) {
  return std::unexpected(jose::error{code, detail});
}

std::expected<void, jose::error> check(const key_record& record) {
  if (!is_identity(record.issuer)) return refused(failure::claim_invalid, "an issuer that is no spiffe or urn URI");
  if (record.issued < 0 || record.expires <= record.issued)
    return refused(failure::claim_invalid, "times that cannot be");
  if (record.keys.empty() || record.keys.size() > max_record_keys)
    return refused(failure::key_invalid, "a record of no keys or too many");
  const auto named = [](const service_key& each) { return each.key.id() == each.key.thumbprint(); };
  if (!std::ranges::all_of(record.keys, named)) return refused(failure::key_invalid, "an id that is no thumbprint");
  for (auto each = record.keys.begin(); each != record.keys.end(); ++each) {
    const auto same_id = [each](const service_key& other) { return other.key.id() == each->key.id(); };
    if (std::any_of(record.keys.begin(), each, same_id)) return refused(failure::key_ambiguous, "a key twice");
  }
  return {};
}

std::expected<std::string, jose::error> claims_of(const key_record& record) {
  arena memory;
  json::output out(memory);
  json::writer json(out);
  json.begin_object().member("iss", record.issuer).member("seq", record.sequence);
  json.member("iat", record.issued).member("exp", record.expires).key("keys").begin_array();
  for (const service_key& each : record.keys) {
    const std::expected<std::string, jose::error> jwk = write_service_key(each);
    if (!jwk) return std::unexpected(jwk.error());
    json.raw(*jwk);
  }
  json.end_array().end_object();
  return std::string(out.text());
}

std::expected<key_record, jose::error> read_claims(std::string_view payload, arena& memory) {
  const auto said = json::parse<detail::record_json>(payload, memory, {.max_depth = 4});
  if (!said) return refused(failure::json_invalid, "the claims of a record");
  key_record read{.issuer = std::string(said->iss), .sequence = said->seq, .issued = said->iat, .expires = said->exp};
  for (const json::value& each : said->keys) {
    std::expected<service_key, jose::error> key = read_service_key(each);
    if (!key) return std::unexpected(key.error());
    if (key->key.is_private()) return refused(failure::key_unfit, "a private key in a record");
    read.keys.push_back(std::move(*key));
  }
  if (auto right = check(read); !right) return std::unexpected(right.error());
  return read;
}

}  // namespace

std::expected<std::string, jose::error> sign_record(const key_record& record, const jose::key& authority) {
  if (auto right = check(record); !right) return std::unexpected(right.error());
  const auto algorithm = chain_algorithm_of(authority, jose::key_operation::sign);
  if (!algorithm) return std::unexpected(algorithm.error());
  const std::expected<std::string, jose::error> claims = claims_of(record);
  if (!claims) return claims;
  return jose::sign(*claims, authority, *algorithm, {.type = record_type});
}

std::expected<key_record, jose::error> open_record(std::string_view compact, const jose::key_set& authorities) {
  arena memory;
  const jose::signature_rules rules{.algorithms = chain_algorithms, .max_bytes = max_record_bytes, .type = record_type};
  const auto checked = jose::verify(compact, authorities, rules, memory);
  if (!checked) return std::unexpected(checked.error());
  return read_claims(checked->payload, memory);
}

std::expected<void, jose::error> check_dates(const key_record& record, seconds_since_epoch now,
                                             seconds_since_epoch skew) {
  if (record.issued > now + skew) return refused(failure::issued_in_future, "a record of the future");
  if (now >= record.expires) return refused(failure::expired, "a record of the past");
  return {};
}

std::expected<key_record, jose::error> read_record(std::string_view compact, const jose::key_set& authorities,
                                                   seconds_since_epoch now, seconds_since_epoch skew) {
  std::expected<key_record, jose::error> read = open_record(compact, authorities);
  if (!read) return read;
  if (auto right = check_dates(*read, now, skew); !right) return std::unexpected(right.error());
  return read;
}

}  // namespace candela::custody
