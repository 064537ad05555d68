// candela jose verify: the content of a JSON Web Signature, once its signature is right.
#include <candela/command/detail/algorithm_choice.hpp>
#include <candela/command/detail/arguments.hpp>
#include <candela/command/detail/jose_actions.hpp>
#include <candela/command/detail/key_input.hpp>
#include <candela/command/detail/refusal.hpp>
#include <candela/jose/jws_json.hpp>
#include <string>
#include <vector>

namespace candela::command {

namespace {

struct verify_options {
  std::vector<std::string> keys;
  std::vector<std::string> algorithms;
  std::vector<std::string> allowed;
  std::string type;
  std::string payload;
  bool any = false;
  std::uint32_t max_bytes = jose::signature_rules().max_bytes;
  std::string file;
};

void declare(argument_list& takes, verify_options& into) {
  takes.options("--key", into.keys, "public key or secret: JWK, JWK set or PEM; may be given again", "FILE");
  takes.options("--alg", into.algorithms, "accepted; otherwise the keys' own, or what is safe for their kinds", "A");
  takes.options(
      "--allow", into.allowed,
      "what is off otherwise: json (serializations), unprotected (algorithms in them), b64 (unencoded content)",
      "NAME");
  takes.option("--typ", into.type, "the type that must be in the header", "TYPE");
  takes.option("--payload", into.payload, "the content, where it was left out", "FILE");
  takes.flag("--any", into.any, "one right signature of several is enough");
  takes.option("--max-bytes", into.max_bytes, "the longest message that is accepted", "N");
  takes.optional_word("FILE", into.file, "the message; otherwise the standard input");
}

jose::json_signature_rules rules_of(const verify_options& given, const jose::key_set& keys, const allowances& allowed) {
  jose::json_signature_rules rules;
  rules.signature.algorithms = acceptable(given.algorithms, keys.keys());
  rules.signature.header.unencoded_payload = allowed.unencoded;
  rules.signature.max_bytes = given.max_bytes;
  rules.signature.type = given.type;
  rules.every = !given.any;
  rules.unprotected_algorithm = allowed.unprotected;
  return rules;
}

// A message in JSON begins with a brace, which no compact one has.
std::string_view checked(std::string_view message, const jose::key_set& keys, const jose::json_signature_rules& rules,
                         bool json, arena& memory) {
  if (json && message.starts_with('{')) return jose::verify_json(message, keys, rules, memory).value().payload;
  return jose::verify(message, keys, rules.signature, memory).value().payload;
}

std::string_view checked_detached(std::string_view message, std::string_view payload, const jose::key_set& keys,
                                  const jose::json_signature_rules& rules, bool json, arena& memory) {
  if (json && message.starts_with('{'))
    return jose::verify_json_detached(message, payload, keys, rules, memory).value().payload;
  return jose::verify_detached(message, payload, keys, rules.signature, memory).value().payload;
}

void check_and_show(const verify_options& given) {
  input_files from;
  const allowances allowed = allowances::read(given.allowed);
  const jose::key_set keys = as_set(read_keys(given.keys, from));
  const jose::json_signature_rules rules = about_keys(given.keys, [&] { return rules_of(given, keys, allowed); });
  const jose::secret_bytes message = from.read_line(given.file);
  arena memory;
  jose::secret_bytes payload;
  if (!given.payload.empty()) payload = from.read(given.payload);
  write_message(about(given.file, message, [&] {
    if (given.payload.empty()) return checked(message.text(), keys, rules, allowed.json, memory);
    return checked_detached(message.text(), payload.text(), keys, rules, allowed.json, memory);
  }));
}

}  // namespace

int verify_content(arguments given) {
  argument_list takes("candela jose verify",
                      "Shows the content of a JSON Web Signature (RFC 7515) if it is right; \"refused: CODE\" if not.");
  verify_options options;
  declare(takes, options);
  if (const auto ended = takes.read(given)) return *ended;
  check_and_show(options);
  return success;
}

}  // namespace candela::command
