// Outside bytes as an encrypted message, to somebody who accepts everything: they are refused with a reason or open to
// what one of the keys can have sealed, and what JSON says in several parts is said once.
#include <array>
#include <candela/jose/jwe.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace candela;
using namespace candela::jose;

namespace {

void require(bool truth) {
  if (!truth) std::abort();
}

decryption_rules accepting_all() {
  decryption_rules rules;
  for (int i = 0; i <= static_cast<int>(key_algorithm::pbes2_hs512_a256kw); ++i)
    rules.algorithms.add(static_cast<key_algorithm>(i));
  for (int i = 0; i <= static_cast<int>(content_algorithm::a256gcm); ++i)
    rules.encryption.add(static_cast<content_algorithm>(i));
  rules.json = true;
  rules.unprotected_encryption = true;
  rules.compressed = true;
  rules.max_iterations = 10;
  rules.max_decompressed_bytes = 10'000;
  return rules;
}

// The seeds are for these: secrets of 16 and 32 bytes, and a key of X25519 (RFC 8037, appendix A.6).
const std::array<key_set, 3>& keys() {
  static const std::array<key_set, 3> made{
      key_set::from_json(R"({"kty":"oct","k":"GawgguFyGrWKav7AX4VKUg"})").value(),
      key_set::from_json(R"({"kty":"oct","k":"a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s"})").value(),
      key_set::from_json(R"({"kty":"OKP","crv":"X25519","x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08",
                             "d":"XasIfmJKikt54X-Lg4AO5m87sSkmGLb9HC-LJ_-I4Os"})")
          .value()};
  return made;
}

void check_opened(const decrypted& opened) {
  require(opened.by != nullptr);
  require(opened.content.size() <= 1'000'000);
  for (const json::member& each : opened.recipient_header.members()) {
    require(opened.protected_header.members.find(each.name) == nullptr);
    require(opened.shared_header.find(each.name) == nullptr);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const decryption_rules rules = accepting_all();
  const std::string_view message(reinterpret_cast<const char*>(data), size);
  for (const key_set& each : keys()) {
    arena memory;
    const auto opened = decrypt(message, each, rules, memory);
    if (opened) {
      check_opened(*opened);
    } else {
      require(name_of(opened.error().code) != "unknown" && !opened.error().detail.empty());
    }
  }
  return 0;
}
