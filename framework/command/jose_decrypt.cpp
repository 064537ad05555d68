// candela jose decrypt: the content of a JSON Web Encryption, if a key opens it.
#include <candela/command/detail/algorithm_choice.hpp>
#include <candela/command/detail/arguments.hpp>
#include <candela/command/detail/jose_actions.hpp>
#include <candela/command/detail/key_input.hpp>
#include <candela/command/detail/refusal.hpp>
#include <string>
#include <vector>

namespace candela::command {

namespace {

struct decrypt_options {
  std::vector<std::string> keys;
  std::string password;
  std::vector<std::string> algorithms;
  std::vector<std::string> encryption;
  std::vector<std::string> allowed;
  std::string type;
  std::uint32_t iterations = jose::decryption_rules().max_iterations;
  std::uint32_t max_bytes = jose::decryption_rules().max_bytes;
  std::string file;
};

void declare(argument_list& takes, decrypt_options& into) {
  takes.options("--key", into.keys, "private key or secret: JWK, JWK set or PEM; may be given again", "FILE");
  takes.option("--password", into.password, "a file with a password in place of a key; - asks for it", "FILE");
  takes.options("--alg", into.algorithms, "accepted; otherwise the keys' own, or what is safe for their kinds", "A");
  takes.options("--enc", into.encryption, "accepted for content; otherwise all", "E");
  takes.options("--allow", into.allowed,
                "what is off otherwise: RSA1_5, PBES2, zip, json (serializations), unprotected (enc in them)", "NAME");
  takes.option("--typ", into.type, "the type that must be in the header", "TYPE");
  takes.option("--iterations", into.iterations, "how often a password may be hashed", "N");
  takes.option("--max-bytes", into.max_bytes, "the longest message that is accepted", "N");
  takes.optional_word("FILE", into.file, "the message; otherwise the standard input");
}

jose::decryption_rules rules_of(const decrypt_options& given, const jose::key_set& keys) {
  const allowances allowed = allowances::read(given.allowed, !given.password.empty());
  jose::decryption_rules rules;
  rules.encryption = content_algorithms_of(given.encryption);
  rules.algorithms = acceptable(given.algorithms, keys.keys(), rules.encryption, allowed);
  rules.type = given.type;
  rules.json = allowed.json;
  rules.unprotected_encryption = allowed.unprotected;
  rules.compressed = allowed.zip;
  rules.max_iterations = given.iterations;
  rules.max_bytes = given.max_bytes;
  return rules;
}

}  // namespace

int decrypt_content(arguments given) {
  argument_list takes("candela jose decrypt",
                      "Shows the content of a JSON Web Encryption (RFC 7516) if a key opens it; \"refused: CODE\" if "
                      "none does.");
  decrypt_options options;
  declare(takes, options);
  if (const auto ended = takes.read(given)) return *ended;
  input_files from;
  const jose::key_set keys = as_set(read_keys_or_password(options.keys, options.password, from));
  const jose::decryption_rules rules = about_keys(options.keys, [&] { return rules_of(options, keys); });
  const jose::secret_bytes message = from.read_line(options.file);
  arena memory;
  const jose::secret_bytes content =
      about(options.file, message, [&] { return jose::decrypt(message.text(), keys, rules, memory).value().content; });
  write_message(content.text());
  return success;
}

}  // namespace candela::command
