// From bytes to a key that OpenSSL can use, and all that may be wrong with it.
#include <openssl/core_names.h>

#include <algorithm>
#include <candela/core/secret.hpp>
#include <candela/jose/detail/edwards_point.hpp>
#include <candela/jose/detail/raw_key.hpp>
#include <cstring>
#include <string>

namespace candela::jose::detail {

namespace {

constexpr unsigned min_rsa_bits = 2048;
constexpr unsigned max_rsa_bits = 16384;
constexpr unsigned least_exponent = 65537;

using assembled = std::expected<std::shared_ptr<const key_numbers>, error>;

std::unexpected<error> refused(failure code, std::string_view detail) {
  clear_errors();
  return std::unexpected(error{code, detail});
}

const unsigned char* raw(const secret_bytes& bytes) noexcept {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

bignum_ptr number(const secret_bytes& bytes) noexcept {
  return bignum_ptr(BN_bin2bn(raw(bytes), static_cast<int>(bytes.size()), BN_secure_new()));
}

// Collects what OpenSSL makes a key of; it keeps pointers to the numbers, which must live until then.
class parameters {
 public:
  parameters() : build_(OSSL_PARAM_BLD_new()) {}

  void add(const char* name, const secret_bytes& bytes) {
    numbers_[count_] = number(bytes);
    good_ =
        good_ && numbers_[count_] != nullptr && OSSL_PARAM_BLD_push_BN(build_.get(), name, numbers_[count_].get()) == 1;
    ++count_;
  }
  void add_text(const char* name, const char* text) {
    good_ = good_ && OSSL_PARAM_BLD_push_utf8_string(build_.get(), name, text, 0) == 1;
  }
  void add_bytes(const char* name, std::span<const unsigned char> bytes) {
    good_ = good_ && OSSL_PARAM_BLD_push_octet_string(build_.get(), name, bytes.data(), bytes.size()) == 1;
  }

  pkey_ptr make(const char* kind, bool with_private) {
    if (!good_) return nullptr;
    const params_ptr all(OSSL_PARAM_BLD_to_param(build_.get()));
    const pkey_ctx_ptr context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
    EVP_PKEY* made = nullptr;
    if (all == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1) return nullptr;
    EVP_PKEY_fromdata(context.get(), &made, with_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, all.get());
    return pkey_ptr(made);
  }

 private:
  param_build_ptr build_;
  std::array<bignum_ptr, 8> numbers_;
  std::size_t count_ = 0;
  bool good_ = build_ != nullptr;
};

bool checks(const pkey_ptr& made, int (*check)(EVP_PKEY_CTX*)) {
  const pkey_ctx_ptr context(EVP_PKEY_CTX_new_from_pkey(nullptr, made.get(), nullptr));
  return context != nullptr && check(context.get()) == 1;
}

assembled finish(const raw_key& from, pkey_ptr made, unsigned bits) {
  auto numbers = std::make_shared<key_numbers>();
  numbers->kind = from.kind;
  numbers->on_curve = from.on_curve;
  numbers->bits = bits;
  numbers->is_private = from.has(part::d);
  numbers->pkey = std::move(made);
  return numbers;
}

// Of the numbers alone, before OpenSSL works with them: what is too large costs time, what is too small is no secret.
std::expected<unsigned, error> rsa_bits(const raw_key& from) {
  const secret_bytes& modulus = from[part::n];
  const bignum_ptr n = number(modulus);
  const bignum_ptr e = number(from[part::e]);
  if (n == nullptr || e == nullptr) return refused(failure::out_of_resources, "no memory for a key");
  const auto bits = static_cast<unsigned>(BN_num_bits(n.get()));
  if (bits < min_rsa_bits) return refused(failure::key_weak, "RSA of less than 2,048 bits");
  if (bits > max_rsa_bits) return refused(failure::too_large, "RSA of more than 16,384 bits");
  if (!BN_is_odd(n.get())) return refused(failure::key_invalid, "an even RSA modulus");
  if (!BN_is_odd(e.get()) || BN_num_bits(e.get()) > 64 || BN_get_word(e.get()) < least_exponent)
    return refused(failure::key_weak, "an RSA exponent that is even, below 65,537 or above 64 bits");
  return bits;
}

bool has_all_factors(const raw_key& from) {
  return std::ranges::all_of(std::array{part::p, part::q, part::dp, part::dq, part::qi},
                             [&](part each) { return from.has(each); });
}

bool has_no_factor(const raw_key& from) {
  return std::ranges::none_of(std::array{part::p, part::q, part::dp, part::dq, part::qi},
                              [&](part each) { return from.has(each); });
}

// Signs something and checks it: tells halves that do not belong together where OpenSSL has no check without primes.
bool halves_agree(const key_numbers& numbers) {
  signature_context both(numbers);
  const std::string_view text = "halves of one key";
  std::array<std::byte, max_signature_size> signature;
  return both.sign(signature_algorithm::rs256, {&text, 1}, signature.data()) &&
         both.verify(signature_algorithm::rs256, {&text, 1},
                     std::span(signature).first(signature_size(numbers, signature_algorithm::rs256)));
}

assembled assemble_rsa(const raw_key& from) {
  const std::expected<unsigned, error> bits = rsa_bits(from);
  if (!bits) return std::unexpected(bits.error());
  parameters all;
  all.add(OSSL_PKEY_PARAM_RSA_N, from[part::n]);
  all.add(OSSL_PKEY_PARAM_RSA_E, from[part::e]);
  const bool with_private = from.has(part::d);
  if (with_private) {
    all.add(OSSL_PKEY_PARAM_RSA_D, from[part::d]);
    if (has_all_factors(from)) {
      all.add(OSSL_PKEY_PARAM_RSA_FACTOR1, from[part::p]);
      all.add(OSSL_PKEY_PARAM_RSA_FACTOR2, from[part::q]);
      all.add(OSSL_PKEY_PARAM_RSA_EXPONENT1, from[part::dp]);
      all.add(OSSL_PKEY_PARAM_RSA_EXPONENT2, from[part::dq]);
      all.add(OSSL_PKEY_PARAM_RSA_COEFFICIENT1, from[part::qi]);
    } else if (!has_no_factor(from)) {
      return refused(failure::key_invalid, "some of an RSA key's factors without the others");
    }
  }
  pkey_ptr made = all.make("RSA", with_private);
  if (made == nullptr) return refused(failure::key_invalid, "OpenSSL takes no such RSA key");
  if (with_private && has_all_factors(from) && !checks(made, EVP_PKEY_pairwise_check))
    return refused(failure::key_invalid, "an RSA private half that is not the public one's");
  assembled numbers = finish(from, std::move(made), *bits);
  if (with_private && !halves_agree(**numbers))
    return refused(failure::key_invalid, "an RSA private half that is not the public one's");
  return numbers;
}

assembled assemble_ec(const raw_key& from) {
  const std::size_t field = field_size(from.on_curve);
  if (from[part::x].size() != field || from[part::y].size() != field)
    return refused(failure::key_invalid, "a coordinate of another length than the curve's");
  if (from.has(part::d) && from[part::d].size() != field)
    return refused(failure::key_invalid, "a private half of another length than the curve's");
  std::array<unsigned char, 1 + 2 * 66> point;
  point[0] = POINT_CONVERSION_UNCOMPRESSED;
  std::memcpy(point.data() + 1, from[part::x].data(), field);
  std::memcpy(point.data() + 1 + field, from[part::y].data(), field);
  parameters all;
  all.add_text(OSSL_PKEY_PARAM_GROUP_NAME, group_name(from.on_curve));
  all.add_bytes(OSSL_PKEY_PARAM_PUB_KEY, std::span(point).first(1 + 2 * field));
  if (from.has(part::d)) all.add(OSSL_PKEY_PARAM_PRIV_KEY, from[part::d]);
  pkey_ptr made = all.make("EC", from.has(part::d));
  if (made == nullptr || !checks(made, EVP_PKEY_public_check))
    return refused(failure::key_invalid, "a point that is not on the curve");
  if (from.has(part::d) && (!checks(made, EVP_PKEY_private_check) || !checks(made, EVP_PKEY_pairwise_check)))
    return refused(failure::key_invalid, "an EC private half that is not the public one's");
  return finish(from, std::move(made), from.on_curve == curve::p521 ? 521 : static_cast<unsigned>(field * 8));
}

assembled assemble_okp(const raw_key& from) {
  const std::size_t size = field_size(from.on_curve);
  if (from[part::x].size() != size || (from.has(part::d) && from[part::d].size() != size))
    return refused(failure::key_invalid, "a key of another length than the curve's");
  if (auto point = check_edwards_point(from.on_curve, from[part::x]); !point) return std::unexpected(point.error());
  const char* const kind = group_name(from.on_curve);
  pkey_ptr made(from.has(part::d) ? EVP_PKEY_new_raw_private_key_ex(nullptr, kind, nullptr, raw(from[part::d]), size)
                                  : EVP_PKEY_new_raw_public_key_ex(nullptr, kind, nullptr, raw(from[part::x]), size));
  if (made == nullptr) return refused(failure::key_invalid, "OpenSSL takes no such key");
  // OpenSSL works out the public half by itself.
  std::array<unsigned char, 57> point;
  std::size_t written = point.size();
  if (EVP_PKEY_get_raw_public_key(made.get(), point.data(), &written) != 1 ||
      !equal_secrets(std::as_bytes(std::span(point).first(written)), from[part::x]))
    return refused(failure::key_invalid, "a private half that is not the public one's");
  return finish(from, std::move(made), static_cast<unsigned>(size * 8));
}

assembled assemble_oct(const raw_key& from) {
  if (!from.has(part::k)) return refused(failure::key_weak, "a symmetric key without a byte");
  auto numbers = std::make_shared<key_numbers>();
  numbers->bits = static_cast<unsigned>(from[part::k].size() * 8);
  numbers->secret = secret_bytes(std::span<const std::byte>(from[part::k]));
  return numbers;
}

}  // namespace

assembled assemble(const raw_key& from) {
  switch (from.kind) {
    case key_kind::rsa: return assemble_rsa(from);
    case key_kind::ec: return assemble_ec(from);
    case key_kind::okp: return assemble_okp(from);
    case key_kind::oct: return assemble_oct(from);
  }
  return refused(failure::key_invalid, "kty");
}

}  // namespace candela::jose::detail
