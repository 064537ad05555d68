// Outside bytes as keys and sets of keys, in JSON, PEM and DER: what is taken survives being written, and no public
// export shows a private number.
#include <candela/core/arena.hpp>
#include <candela/jose/key_set.hpp>
#include <candela/json/reader.hpp>
#include <cstdint>
#include <cstdlib>

using namespace candela;
using namespace candela::jose;

namespace {

void require(bool truth) {
  if (!truth) std::abort();
}

void check_public(const key& one) {
  const auto shown = one.to_jwk(key_part::public_part);
  if (one.kind() == key_kind::oct) return require(!shown);
  arena memory;
  const json::value open = json::parse<json::value>(shown->text(), memory).value();
  for (const char* const number : {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}) require(open.find(number) == nullptr);
  const auto again = key::from_jwk(shown->text());
  require(again.has_value() && *again == one && !again->is_private());
}

void check(const std::expected<key, error>& one) {
  if (!one) return require(!name_of(one.error().code).empty());
  require(one->thumbprint().size() == 43);
  check_public(*one);
  const key_part all = one->is_private() ? key_part::private_part : key_part::public_part;
  const auto again = key::from_jwk(one->to_jwk(all)->text());
  require(again.has_value() && *again == *one && again->is_private() == one->is_private());
  if (one->kind() == key_kind::oct) return;
  require(key::from_pem(one->to_pem(all)->text()).value() == *one);
  require(key::from_der(one->to_der(all).value()).value() == *one);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(key::from_jwk(text));
  check(key::from_pem(text));
  check(key::from_der(std::as_bytes(std::span(text))));
  if (const auto keys = key_set::from_json(text)) {
    for (const key& each : keys->keys()) require(keys->find(each.id()) == &each);
    require(key_set::from_json(keys->to_json(key_part::public_part)->text()).has_value());
  }
  return 0;
}
