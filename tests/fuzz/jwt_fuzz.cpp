// Outside bytes as claims and as tokens: what is read survives being written, and no claims set is accepted that a
// second look refuses.
#include <candela/jose/jwt.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace candela;
using namespace candela::jose;

namespace {

constexpr auto now = clock::wall_time(std::chrono::seconds(1'700'000'000));

void require(bool truth) {
  if (!truth) std::abort();
}

const key& secret() {
  static const key made = key::from_secret(std::as_bytes(std::span("a secret of more than thirty-two bytes"))).value();
  return made;
}

const key_set& keys() {
  static const key_set made = key_set::of({secret()}).value();
  return made;
}

token_rules rules() {
  token_rules accepted;
  accepted.signature.algorithms = {signature_algorithm::hs256};
  accepted.issuers = {"joe"};
  accepted.any_audience = true;
  accepted.max_age = std::chrono::hours(1);
  accepted.max_nesting = 2;
  return accepted;
}

void check_written(const claims& said, arena& memory) {
  const auto written = write_claims(said, memory);
  if (!written) return require(written.error() == failure::claim_invalid);
  const auto again = read_claims(*written, memory);
  require(again.has_value() && again->issuer == said.issuer && again->subject == said.subject && again->id == said.id);
  require(again->expires == said.expires && again->not_before == said.not_before && again->issued == said.issued);
  require(again->scopes.size() == said.scopes.size() && again->audiences.size() == said.audiences.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  arena memory;
  static_cast<void>(claimed_issuer(text, memory));
  static_cast<void>(verify_token(text, keys(), rules(), now, memory));
  const auto said = read_claims(text, memory);
  if (said) check_written(*said, memory);
  // The same as the payload of a token that is rightly signed.
  for (const char* const content_type : {"", "JWT"}) {
    const std::string token = sign(text, secret(), signature_algorithm::hs256, {.content_type = content_type}).value();
    const auto checked = verify_token(token, keys(), rules(), now, memory);
    if (!checked) continue;
    require(checked->said.issuer == "joe" && checked->said.expires && checked->said.issued);
    require(check_claims(checked->said, rules(), now).has_value());
  }
  return 0;
}
