#include <algorithm>
#include <array>
#include <candela/jose/detail/edwards_point.hpp>
#include <candela/jose/detail/openssl.hpp>
#include <string>

namespace candela::jose::detail {

namespace {

using bn_ctx_ptr = std::unique_ptr<BN_CTX, openssl_free<BN_CTX_free>>;

// Points of small order, by their encodings: with such a key everybody can sign (Ed25519, RFC 8032, has the order 8 in
// its group; y is 0, 1 or -1, or one of two of order 8; the last two are 0 and 1 once more, not reduced).
constexpr std::array<std::string_view, 7> small_order_25519{
    std::string_view("\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
                     "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
                     32),
    std::string_view("\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
                     "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
                     32),
    std::string_view("\xec\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
                     "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
                     32),
    std::string_view("\x26\xe8\x95\x8f\xc2\xb2\x27\xb0\x45\xc3\xf4\x89\xf2\xef\x98\xf0"
                     "\xd5\xdf\xac\x05\xd3\xc6\x33\x39\xb1\x38\x02\x88\x6d\x53\xfc\x05",
                     32),
    std::string_view("\xc7\x17\x6a\x70\x3d\x4d\xd8\x4f\xba\x3c\x0b\x76\x0d\x10\x67\x0f"
                     "\x2a\x20\x53\xfa\x2c\x39\xcc\xc6\x4e\xc7\xfd\x77\x92\xac\x03\x7a",
                     32),
    std::string_view("\xed\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
                     "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
                     32),
    std::string_view("\xee\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
                     "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
                     32)};

bool has_small_order(curve on, std::string_view point) {
  if (on == curve::ed25519) {
    std::string encoding(point);
    encoding.back() = static_cast<char>(encoding.back() & 0x7F);
    return std::ranges::find(small_order_25519, encoding) != small_order_25519.end();
  }
  if (on != curve::ed448) return false;
  // Here y is 0, 1 or -1; p is 2^448 - 2^224 - 1.
  std::string minus_one(57, '\xff');
  minus_one[0] = '\xfe';
  minus_one[28] = '\xfe';
  minus_one[56] = '\0';
  std::string one(57, '\0');
  one[0] = 1;
  std::string encoding(point);
  encoding.back() = 0;
  return encoding == std::string(57, '\0') || encoding == one || encoding == minus_one;
}

// x^2 = (y^2 - 1) / (a y^2 + b) where it is multiplied by a square.
struct equation {
  const char* prime;
  BN_ULONG minus_a;
  long b;
  BN_ULONG factor;
};
constexpr equation equation_25519{"7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFED", 121665, 121666,
                                  121666};
constexpr equation equation_448{
    "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFE"
    "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
    39081, -1, 1};

// Whether there is an x to that y: its square must be one.
bool has_x(const equation& on, BIGNUM* y, BN_CTX* context) {
  BIGNUM* read = nullptr;
  BN_hex2bn(&read, on.prime);
  const bignum_ptr prime(read);
  const bignum_ptr square(BN_new());
  const bignum_ptr below(BN_new());
  if (prime == nullptr || square == nullptr || below == nullptr) return false;
  if (BN_cmp(y, prime.get()) >= 0 || BN_mod_sqr(square.get(), y, prime.get(), context) != 1) return false;
  if (BN_copy(below.get(), square.get()) == nullptr || BN_mul_word(below.get(), on.minus_a) != 1) return false;
  BN_set_negative(below.get(), 1);
  const bool added = on.b >= 0 ? BN_add_word(below.get(), static_cast<BN_ULONG>(on.b)) == 1
                               : BN_sub_word(below.get(), static_cast<BN_ULONG>(-on.b)) == 1;
  return added && BN_mul_word(below.get(), on.factor) == 1 && BN_sub_word(square.get(), 1) == 1 &&
         BN_mod_mul(square.get(), square.get(), below.get(), prime.get(), context) == 1 &&
         BN_kronecker(square.get(), prime.get(), context) >= 0;
}

bool is_on_curve(curve on, std::string_view point) {
  std::string bytes(point);
  // The sign of x stands in the first bit of the last byte.
  bytes.back() = static_cast<char>(bytes.back() & 0x7F);
  const bignum_ptr y(
      BN_lebin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()), nullptr));
  const bn_ctx_ptr context(BN_CTX_new());
  if (y == nullptr || context == nullptr) return false;
  return has_x(on == curve::ed25519 ? equation_25519 : equation_448, y.get(), context.get());
}

}  // namespace

std::expected<void, error> check_edwards_point(curve on, const secret_bytes& point) {
  if (on != curve::ed25519 && on != curve::ed448) return {};
  if (has_small_order(on, point.text())) return std::unexpected(error{failure::key_weak, "a point of small order"});
  const bool right = is_on_curve(on, point.text());
  clear_errors();
  if (!right) return std::unexpected(error{failure::key_invalid, "a point that is not on the curve"});
  return {};
}

}  // namespace candela::jose::detail
