// candela keys generate, candela keys authority
#include <candela/command/detail/action.hpp>
#include <candela/command/detail/arguments.hpp>
#include <candela/command/detail/key_actions.hpp>
#include <candela/command/detail/key_output.hpp>
#include <candela/custody/service_keys.hpp>
#include <string>
#include <utility>

namespace candela::command {

namespace {

constexpr std::string_view usual_algorithm = "ES256";
constexpr std::uint32_t usual_rsa_bits = 2048;

struct generate_options {
  std::string algorithm;
  std::string kind;
  std::uint32_t bits = 0;
  std::string use;
  std::string id;
  std::string format = "jwk";
  std::string out;
  std::string public_out;
  bool force = false;
};

void declare_files(argument_list& takes, generate_options& into) {
  takes.option("--kid", into.id, "what it is called; otherwise its thumbprint", "ID");
  takes.option("--format", into.format, "jwk (as without it), jwks, pem or der", "FORMAT");
  takes.option("--out", into.out, "the new file, for its owner alone; otherwise the standard output", "FILE");
  takes.option("--public", into.public_out, "a second new file, for the public part", "FILE");
  takes.flag("--force", into.force, "replaces files that exist");
}

void declare(argument_list& takes, generate_options& into) {
  takes.option("--alg", into.algorithm, "what the key is for, and nothing else: ES256 as without it, or any other",
               "A");
  takes.option("--kind", into.kind,
               "P-256, P-384, P-521, Ed25519, Ed448, X25519, X448, RSA or oct; otherwise the usual one of --alg",
               "KIND");
  takes.option("--bits", into.bits, "of RSA (otherwise 2048) and oct (otherwise what --alg needs)", "N");
  takes.option("--use", into.use, "sig or enc", "USE");
  declare_files(takes, into);
}

/// What to make: a curve, or a kind with its size.
struct key_plan {
  jose::key_kind kind;
  jose::curve curve = jose::curve::none;
  unsigned bits = 0;
};

key_plan on(jose::curve which) {
  return {which < jose::curve::ed25519 ? jose::key_kind::ec : jose::key_kind::okp, which};
}

key_plan plan_for(jose::signature_algorithm algorithm) {
  using enum jose::signature_algorithm;
  switch (algorithm) {
    case hs256: return {jose::key_kind::oct, {}, 256};
    case hs384: return {jose::key_kind::oct, {}, 384};
    case hs512: return {jose::key_kind::oct, {}, 512};
    case es256: return on(jose::curve::p256);
    case es384: return on(jose::curve::p384);
    case es512: return on(jose::curve::p521);
    case eddsa:
    case ed25519: return on(jose::curve::ed25519);
    case ed448: return on(jose::curve::ed448);
    default: return {jose::key_kind::rsa, {}, usual_rsa_bits};
  }
}

key_plan plan_for(jose::key_algorithm algorithm) {
  using enum jose::key_algorithm;
  switch (algorithm) {
    case dir: throw misuse("a key for dir is made by the name of what it encrypts: --alg A256GCM");
    case a128kw:
    case a128gcmkw: return {jose::key_kind::oct, {}, 128};
    case a192kw:
    case a192gcmkw: return {jose::key_kind::oct, {}, 192};
    case rsa_oaep:
    case rsa_oaep_256:
    case rsa1_5: return {jose::key_kind::rsa, {}, usual_rsa_bits};
    case ecdh_es:
    case ecdh_es_a128kw:
    case ecdh_es_a192kw:
    case ecdh_es_a256kw: return on(jose::curve::p256);
    default: return {jose::key_kind::oct, {}, 256};
  }
}

key_plan plan_for(const std::string& algorithm) {
  if (const auto signs = jose::signature_algorithm_of(algorithm)) return plan_for(*signs);
  if (const auto encrypts = jose::key_algorithm_of(algorithm)) return plan_for(*encrypts);
  if (const auto content = jose::content_algorithm_of(algorithm))
    return {jose::key_kind::oct, {}, static_cast<unsigned>(jose::content_key_size(*content) * 8)};
  throw misuse("there is no algorithm \"" + algorithm + "\"");
}

key_plan plan_of_kind(const std::string& kind) {
  if (const auto curve = jose::curve_of(kind)) return on(*curve);
  if (kind == "RSA") return {jose::key_kind::rsa, {}, usual_rsa_bits};
  if (kind == "oct") return {jose::key_kind::oct, {}, 256};
  throw misuse("there is no kind \"" + kind +
               "\"; there are: P-256, P-384, P-521, Ed25519, Ed448, X25519, X448, RSA, oct");
}

key_plan plan_of(const generate_options& given) {
  key_plan plan = given.kind.empty() ? plan_for(given.algorithm) : plan_of_kind(given.kind);
  // A wrong name is a mistake beside a kind as well, and a secret has the size that its algorithm needs.
  if (!given.kind.empty() && !given.algorithm.empty()) {
    if (const key_plan needed = plan_for(given.algorithm); needed.kind == plan.kind) plan.bits = needed.bits;
  }
  if (given.bits == 0) return plan;
  if (plan.curve != jose::curve::none) throw misuse("--bits is for RSA and oct");
  plan.bits = given.bits;
  return plan;
}

jose::key made_by(const key_plan& plan) {
  if (plan.curve != jose::curve::none) return jose::key::generate(plan.curve).value();
  if (plan.kind == jose::key_kind::rsa) return jose::key::generate_rsa(plan.bits).value();
  if (plan.bits % 8 != 0) throw misuse("a secret has whole bytes: --bits takes a multiple of 8");
  return jose::key::generate_secret(plan.bits / 8).value();
}

void generate(const generate_options& given) {
  const key_format as = key_format_of(given.format);
  jose::key_description said{.id = given.id, .algorithm = given.algorithm, .use = key_use_of(given.use)};
  const jose::key bare = made_by(plan_of(given));
  if (said.id.empty()) said.id = bare.thumbprint();
  const jose::key made = bare.with(std::move(said)).value();
  const jose::secret_bytes whole = written({&made, 1}, as, jose::key_part::private_part);
  jose::secret_bytes open;
  if (!given.public_out.empty()) open = written({&made, 1}, as, jose::key_part::public_part);
  put(whole, jose::key_part::private_part, given.out, given.force);
  if (!given.public_out.empty()) put(open, jose::key_part::public_part, given.public_out, given.force);
}

}  // namespace

int generate_key(arguments given) {
  argument_list takes("candela keys generate", "Makes a new key. Its file can be read by its owner alone.");
  generate_options options;
  declare(takes, options);
  if (const auto ended = takes.read(given)) return *ended;
  if (options.algorithm.empty() && options.kind.empty()) options.algorithm = usual_algorithm;
  generate(options);
  return success;
}

int generate_authority(arguments given) {
  argument_list takes(
      "candela keys authority",
      "Makes the key that an authority signs records of keys with, until something else does: see candela "
      "keys record. Its public part is what services are configured with.");
  generate_options options;
  options.algorithm = usual_algorithm;
  options.use = "sig";
  takes.option("--alg", options.algorithm, "ES256 as without it, ES384 or Ed25519", "A");
  declare_files(takes, options);
  if (const auto ended = takes.read(given)) return *ended;
  const auto algorithm = jose::signature_algorithm_of(options.algorithm);
  if (!algorithm || !custody::chain_algorithms.contains(*algorithm))
    throw misuse("records are signed by ES256, ES384 or Ed25519");
  generate(options);
  return success;
}

}  // namespace candela::command
