#include <candela/jose/detail/fitness.hpp>
#include <optional>

namespace candela::jose::detail {

namespace {

constexpr std::unexpected<error> unfit(std::string_view detail) noexcept {
  return std::unexpected(error{failure::key_unfit, detail});
}

// The curve that an algorithm by name is bound to; `none` for those that leave it to the key.
bool kind_fits(const key_numbers& numbers, signature_algorithm algorithm) noexcept {
  switch (algorithm) {
    case signature_algorithm::hs256: return numbers.kind == key_kind::oct;
    case signature_algorithm::hs384: return numbers.kind == key_kind::oct;
    case signature_algorithm::hs512: return numbers.kind == key_kind::oct;
    case signature_algorithm::es256: return numbers.on_curve == curve::p256;
    case signature_algorithm::es384: return numbers.on_curve == curve::p384;
    case signature_algorithm::es512: return numbers.on_curve == curve::p521;
    case signature_algorithm::ed25519: return numbers.on_curve == curve::ed25519;
    case signature_algorithm::ed448: return numbers.on_curve == curve::ed448;
    case signature_algorithm::eddsa: return numbers.on_curve == curve::ed25519 || numbers.on_curve == curve::ed448;
    default: return numbers.kind == key_kind::rsa;
  }
}

// RFC 7518, section 3.2: as long as the digest at least.
constexpr unsigned least_mac_bits(signature_algorithm algorithm) noexcept {
  return 256 + static_cast<unsigned>(algorithm) * 128;
}

// `alg` is the only one that the key is for; an Edwards curve may be called by either of its names.
bool named_for(const key_description& described, const key_numbers& numbers, signature_algorithm algorithm) noexcept {
  if (described.algorithm.empty()) return true;
  const std::optional<signature_algorithm> named = signature_algorithm_of(described.algorithm);
  if (!named) return false;
  if (*named == algorithm) return true;
  const bool edwards = *named >= signature_algorithm::eddsa && algorithm >= signature_algorithm::eddsa;
  return edwards && kind_fits(numbers, *named) && kind_fits(numbers, algorithm);
}

constexpr std::size_t aes_bits(key_algorithm algorithm) noexcept {
  switch (algorithm) {
    case key_algorithm::a128kw:
    case key_algorithm::a128gcmkw: return 128;
    case key_algorithm::a192kw:
    case key_algorithm::a192gcmkw: return 192;
    default: return 256;
  }
}

constexpr bool takes_rsa(key_algorithm algorithm) noexcept {
  return algorithm >= key_algorithm::rsa_oaep && algorithm <= key_algorithm::rsa1_5;
}

bool kind_fits(const key_numbers& numbers, key_algorithm algorithm) noexcept {
  if (takes_rsa(algorithm)) return numbers.kind == key_kind::rsa;
  switch (algorithm) {
    case key_algorithm::ecdh_es:
    case key_algorithm::ecdh_es_a128kw:
    case key_algorithm::ecdh_es_a192kw:
    case key_algorithm::ecdh_es_a256kw:
      return numbers.kind == key_kind::ec || numbers.on_curve == curve::x25519 || numbers.on_curve == curve::x448;
    default: return numbers.kind == key_kind::oct;
  }
}

bool size_fits(const key_numbers& numbers, key_algorithm algorithm, content_algorithm content) noexcept {
  if (algorithm == key_algorithm::dir) return numbers.bits == content_key_size(content) * 8;
  const bool wraps = algorithm >= key_algorithm::a128kw && algorithm <= key_algorithm::a256gcmkw;
  return !wraps || numbers.bits == aes_bits(algorithm);
}

// What the owner of the private half does, said as what `key_ops` may name for it.
bool opens(key_operation operation) noexcept {
  return operation == key_operation::decrypt || operation == key_operation::unwrap_key;
}

bool operation_allowed(const key_description& described, key_algorithm algorithm, key_operation operation) noexcept {
  if (described.operations.empty()) return true;
  const bool agrees = algorithm >= key_algorithm::ecdh_es && algorithm <= key_algorithm::ecdh_es_a256kw;
  const bool derives = algorithm >= key_algorithm::pbes2_hs256_a128kw;
  if (agrees || derives) {
    if (described.operations.contains(key_operation::derive_key)) return true;
    if (described.operations.contains(key_operation::derive_bits)) return true;
    if (agrees) return false;
  }
  if (algorithm == key_algorithm::dir)
    return described.operations.contains(opens(operation) ? key_operation::decrypt : key_operation::encrypt);
  if (described.operations.contains(opens(operation) ? key_operation::unwrap_key : key_operation::wrap_key))
    return true;
  // RSA and passwords encrypt the content key: both words are in use for it.
  return (takes_rsa(algorithm) || derives) && described.operations.contains(operation);
}

}  // namespace

std::expected<void, error> fits(const key_numbers& numbers, const key_description& described,
                                signature_algorithm algorithm, key_operation operation) noexcept {
  if (!kind_fits(numbers, algorithm)) return unfit("kind or curve of the key");
  if (numbers.kind == key_kind::oct && numbers.bits < least_mac_bits(algorithm))
    return std::unexpected(error{failure::key_weak, "a secret shorter than the digest"});
  if (!named_for(described, numbers, algorithm)) return unfit("alg of the key");
  if (described.use == key_use::encryption) return unfit("use of the key");
  if (!described.operations.empty() && !described.operations.contains(operation)) return unfit("key_ops of the key");
  if (operation == key_operation::sign && !numbers.is_private) return unfit("a public key cannot sign");
  return {};
}

std::expected<void, error> fits(const key_numbers& numbers, const key_description& described, key_algorithm algorithm,
                                content_algorithm content, key_operation operation) noexcept {
  if (!kind_fits(numbers, algorithm)) return unfit("kind or curve of the key");
  if (!size_fits(numbers, algorithm, content)) return unfit("size of the key");
  const bool direct = algorithm == key_algorithm::dir && described.algorithm == name_of(content);
  if (!described.algorithm.empty() && described.algorithm != name_of(algorithm) && !direct)
    return unfit("alg of the key");
  if (described.use == key_use::signature) return unfit("use of the key");
  if (!operation_allowed(described, algorithm, operation)) return unfit("key_ops of the key");
  if (opens(operation) && !numbers.is_private) return unfit("a public key cannot decrypt");
  return {};
}

std::expected<void, error> check_description(const key_numbers& numbers, const key_description& described) noexcept {
  const bool signs =
      described.operations.contains(key_operation::sign) || described.operations.contains(key_operation::verify);
  const bool encrypts = !described.operations.empty() && !signs;
  if ((described.use == key_use::signature && encrypts) || (described.use == key_use::encryption && signs))
    return unfit("use and key_ops contradict each other");
  if (described.algorithm.empty()) return {};
  if (const auto algorithm = signature_algorithm_of(described.algorithm)) {
    if (!kind_fits(numbers, *algorithm)) return unfit("alg is of another kind than the key");
    if (described.use == key_use::encryption || encrypts) return unfit("alg and use contradict each other");
  } else if (const auto way = key_algorithm_of(described.algorithm)) {
    if (!kind_fits(numbers, *way)) return unfit("alg is of another kind than the key");
    if (described.use == key_use::signature || signs) return unfit("alg and use contradict each other");
  }
  // Any other name is that of an algorithm that is not done here: the key fits none that is.
  return {};
}

}  // namespace candela::jose::detail
