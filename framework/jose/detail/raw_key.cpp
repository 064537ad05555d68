// OpenSSL's key as bytes.
#include <openssl/core_names.h>

#include <candela/jose/detail/raw_key.hpp>
#include <cstring>

namespace candela::jose::detail {

namespace {

std::unexpected<error> refused(failure code, std::string_view detail) { return std::unexpected(error{code, detail}); }

struct curve_facts {
  std::size_t bytes;
  const char* name;
};
// In the order of the enumerators.
constexpr std::array<curve_facts, 8> curves{{{0, ""},
                                             {32, "P-256"},
                                             {48, "P-384"},
                                             {66, "P-521"},
                                             {32, "ED25519"},
                                             {57, "ED448"},
                                             {32, "X25519"},
                                             {56, "X448"}}};

// `size` 0 stands for as many bytes as the number has.
bool take_number(const EVP_PKEY& from, const char* name, std::size_t size, secret_bytes& into) {
  BIGNUM* read = nullptr;
  if (EVP_PKEY_get_bn_param(&from, name, &read) != 1) return false;
  const bignum_ptr number(read);
  into = secret_bytes(size != 0 ? size : static_cast<std::size_t>(BN_num_bytes(read)));
  return BN_bn2binpad(read, reinterpret_cast<unsigned char*>(into.data()), static_cast<int>(into.size())) >= 0;
}

bool take_bytes(const EVP_PKEY& from, const char* name, std::size_t size, secret_bytes& into) {
  into = secret_bytes(size);
  std::size_t written = 0;
  auto* const out = reinterpret_cast<unsigned char*>(into.data());
  const bool whole = EVP_PKEY_get_octet_string_param(&from, name, out, size, &written) == 1 && written == size;
  if (!whole) into = {};
  return whole;
}

curve curve_named(std::string_view name) noexcept {
  if (name == "prime256v1" || name == "P-256") return curve::p256;
  if (name == "secp384r1" || name == "P-384") return curve::p384;
  if (name == "secp521r1" || name == "P-521") return curve::p521;
  return curve::none;
}

std::expected<raw_key, error> take_rsa(const EVP_PKEY& from) {
  raw_key key{.kind = key_kind::rsa, .on_curve = curve::none, .parts = {}};
  if (!take_number(from, OSSL_PKEY_PARAM_RSA_N, 0, key[part::n]) ||
      !take_number(from, OSSL_PKEY_PARAM_RSA_E, 0, key[part::e]))
    return refused(failure::key_invalid, "an RSA key without its modulus");
  if (!take_number(from, OSSL_PKEY_PARAM_RSA_D, 0, key[part::d])) return key;
  constexpr std::pair<part, const char*> factors[] = {{part::p, OSSL_PKEY_PARAM_RSA_FACTOR1},
                                                      {part::q, OSSL_PKEY_PARAM_RSA_FACTOR2},
                                                      {part::dp, OSSL_PKEY_PARAM_RSA_EXPONENT1},
                                                      {part::dq, OSSL_PKEY_PARAM_RSA_EXPONENT2},
                                                      {part::qi, OSSL_PKEY_PARAM_RSA_COEFFICIENT1}};
  for (const auto& [which, name] : factors) take_number(from, name, 0, key[which]);
  secret_bytes third;
  if (take_number(from, OSSL_PKEY_PARAM_RSA_FACTOR3, 0, third))
    return refused(failure::key_invalid, "an RSA key of more than two primes");
  return key;
}

std::expected<raw_key, error> take_ec(const EVP_PKEY& from) {
  char name[32];
  std::size_t size = 0;
  if (EVP_PKEY_get_utf8_string_param(&from, OSSL_PKEY_PARAM_GROUP_NAME, name, sizeof name, &size) != 1)
    return refused(failure::key_invalid, "an EC key without a named curve");
  raw_key key{.kind = key_kind::ec, .on_curve = curve_named({name, size}), .parts = {}};
  if (key.on_curve == curve::none) return refused(failure::key_invalid, "a curve that JOSE does not know");
  const std::size_t field = field_size(key.on_curve);
  if (!take_number(from, OSSL_PKEY_PARAM_EC_PUB_X, field, key[part::x]) ||
      !take_number(from, OSSL_PKEY_PARAM_EC_PUB_Y, field, key[part::y]))
    return refused(failure::key_invalid, "an EC key without its point");
  take_number(from, OSSL_PKEY_PARAM_PRIV_KEY, field, key[part::d]);
  return key;
}

std::expected<raw_key, error> take_okp(const EVP_PKEY& from, curve on) {
  raw_key key{.kind = key_kind::okp, .on_curve = on, .parts = {}};
  if (!take_bytes(from, OSSL_PKEY_PARAM_PUB_KEY, field_size(on), key[part::x]))
    return refused(failure::key_invalid, "a key without its public half");
  take_bytes(from, OSSL_PKEY_PARAM_PRIV_KEY, field_size(on), key[part::d]);
  return key;
}

std::expected<raw_key, error> take_any(const EVP_PKEY& from) {
  if (EVP_PKEY_is_a(&from, "RSA")) return take_rsa(from);
  if (EVP_PKEY_is_a(&from, "EC")) return take_ec(from);
  for (const curve each : {curve::ed25519, curve::ed448, curve::x25519, curve::x448}) {
    if (EVP_PKEY_is_a(&from, group_name(each))) return take_okp(from, each);
  }
  return refused(failure::key_invalid, "a kind of key that JOSE does not know");
}

}  // namespace

std::string_view name_of(part which) noexcept {
  constexpr std::array<std::string_view, part_count> names{"n", "e", "d", "p", "q", "dp", "dq", "qi", "x", "y", "k"};
  return names[static_cast<std::size_t>(which)];
}

std::size_t field_size(curve which) noexcept { return curves[static_cast<std::size_t>(which)].bytes; }
const char* group_name(curve which) noexcept { return curves[static_cast<std::size_t>(which)].name; }

std::expected<raw_key, error> take_apart(const EVP_PKEY& from) {
  std::expected<raw_key, error> taken = take_any(from);
  // A half that is not there is asked for as well.
  clear_errors();
  return taken;
}

std::expected<raw_key, error> take_apart(const key_numbers& from) {
  if (from.pkey != nullptr) return take_apart(*from.pkey);
  raw_key key;
  key[part::k] = secret_bytes(std::span<const std::byte>(from.secret));
  return key;
}

}  // namespace candela::jose::detail
