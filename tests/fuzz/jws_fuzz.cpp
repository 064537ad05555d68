// Outside bytes as signed tokens, as JSON serializations and as headers that are rightly signed: whatever they are,
// they are answered, and what nobody signed is not accepted.
#include <array>
#include <candela/jose/base64url.hpp>
#include <candela/jose/jws_json.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace candela;
using namespace candela::jose;

namespace {

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

signature_rules rules() {
  static const std::array<std::string_view, 1> understood{"x"};
  signature_rules accepted;
  accepted.algorithms = {signature_algorithm::hs256, signature_algorithm::hs384};
  accepted.header = {.understood = understood, .unencoded_payload = true};
  return accepted;
}

// As a header: what is read of it names the algorithm and the key that signed it.
void check_header(std::string_view text, arena& memory) {
  const auto read = read_header_json(text, {.unencoded_payload = true}, true, memory);
  if (!read) return require(!name_of(read.error().code).empty());
  require(!read->algorithm.empty() && read->members.type() == json::value::kind::object);
  const auto again = read_header(encode_base64url(std::as_bytes(std::span(text))), {.unencoded_payload = true}, memory);
  require(again.has_value() && again->members == read->members);
}

// As a payload: what is signed is accepted as it was, in every serialization that can hold it.
void check_payload(std::string_view text, arena& memory) {
  const std::string token = sign(text, secret(), signature_algorithm::hs256).value();
  require(verify(token, keys(), rules(), memory)->payload == text);
  require(!verify(token, keys(), {}, memory));
  const signature_header plain{.encoded_payload = false};
  if (const auto made = sign(text, secret(), signature_algorithm::hs256, plain))
    require(verify(*made, keys(), rules(), memory)->payload == text);
  const signer by{.with = secret(), .algorithm = signature_algorithm::hs384, .said = plain};
  if (const auto made = sign_json(text, {&by, 1}, json_form::flattened))
    require(verify_json(*made, keys(), {.signature = rules()}, memory)->payload == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  arena memory;
  if (const auto checked = verify(text, keys(), rules(), memory)) require(checked->by == keys().keys().data());
  const json_signature_rules lenient{.signature = rules(), .every = false, .unprotected_algorithm = true};
  if (const auto checked = verify_json(text, keys(), lenient, memory)) require(!checked->signatures.empty());
  static_cast<void>(verify_json_detached(text, "content", keys(), lenient, memory));
  check_header(text, memory);
  check_payload(text, memory);
  return 0;
}
