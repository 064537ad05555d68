// candela jose encrypt: content becomes a JSON Web Encryption.
#include <candela/command/detail/action.hpp>
#include <candela/command/detail/algorithm_choice.hpp>
#include <candela/command/detail/arguments.hpp>
#include <candela/command/detail/jose_actions.hpp>
#include <candela/command/detail/key_input.hpp>
#include <candela/command/detail/members.hpp>
#include <candela/command/detail/refusal.hpp>
#include <string>
#include <vector>

namespace candela::command {

namespace {

struct encrypt_options {
  std::vector<std::string> keys;
  std::string password;
  std::string key_id;
  std::vector<std::string> algorithms;
  std::string encryption;
  std::vector<std::string> allowed;
  std::string form = "compact";
  bool compress = false;
  bool anonymous = false;
  std::string type;
  std::string content_type;
  std::vector<std::string> members;
  std::string additional_data;
  std::uint32_t iterations = jose::encryption_header().iterations;
  std::string file;
};

void declare(argument_list& takes, encrypt_options& into) {
  takes.options("--key", into.keys, "public key or secret: JWK, JWK set or PEM; again for further recipients", "FILE");
  takes.option("--password", into.password, "a file with a password in place of a key; - asks for it", "FILE");
  takes.option("--kid", into.key_id, "which of the keys", "ID");
  takes.options("--alg", into.algorithms, "otherwise the key's own, or the usual one of its kind", "A");
  takes.option("--enc", into.encryption, "how content is encrypted; otherwise A256GCM, or what the key is for", "E");
  takes.options("--allow", into.allowed, "what is off otherwise: RSA1_5, PBES2", "NAME");
  takes.option("--form", into.form, "compact (as without it), flattened or general", "FORM");
  takes.flag("--zip", into.compress, "deflates the content first: its length then tells something of it");
  takes.flag("--no-kid", into.anonymous, "does not name the keys");
  takes.option("--typ", into.type, "the message's own media type", "TYPE");
  takes.option("--cty", into.content_type, "the content's media type", "TYPE");
  takes.options("--header", into.members, "a further protected member", "NAME=VALUE");
  takes.option("--aad", into.additional_data, "what is protected and readable beside the content, in JSON", "FILE");
  takes.option("--iterations", into.iterations, "how often a password is hashed", "N");
  takes.optional_word("FILE", into.file, "the content; otherwise the standard input");
}

std::vector<jose::recipient> recipients_of(const encrypt_options& given, const std::vector<jose::key>& keys) {
  const allowances allowed = allowances::read(given.allowed, !given.password.empty());
  std::vector<jose::recipient> all;
  for (const jose::key& each : keys) all.push_back({&each, encrypting_algorithm(given.algorithms, each, allowed)});
  return all;
}

std::string encrypted(std::string_view content, std::string_view additional_data, const encrypt_options& given,
                      const std::vector<jose::recipient>& to, const jose::encryption_header& said) {
  const message_form form = message_form_of(given.form);
  if (form != message_form::general && to.size() != 1)
    throw misuse("there are several keys: --kid says for whom, or --form general lets all of them open it");
  if (form == message_form::compact && !additional_data.empty())
    throw misuse("--aad needs --form flattened or general");
  const jose::content_algorithm encryption =
      content_algorithm_for(given.encryption, to.front().algorithm, *to.front().to);
  if (form == message_form::compact)
    return jose::encrypt(content, *to.front().to, to.front().algorithm, encryption, said).value();
  const auto as = form == message_form::general ? jose::json_form::general : jose::json_form::flattened;
  return jose::encrypt_json(content, to, encryption, said, additional_data, as).value();
}

std::string made(const encrypt_options& given) {
  input_files from;
  const std::vector<jose::key> keys = chosen(read_keys_or_password(given.keys, given.password, from), given.key_id);
  const std::vector<jose::recipient> to = about_keys(given.keys, [&] { return recipients_of(given, keys); });
  arena memory;
  const jose::encryption_header said{.type = given.type,
                                     .content_type = given.content_type,
                                     .key_id = !given.anonymous,
                                     .compress = given.compress,
                                     .iterations = given.iterations,
                                     .further = with_members({}, given.members, memory)};
  jose::secret_bytes additional_data;
  if (!given.additional_data.empty()) additional_data = from.read(given.additional_data);
  const jose::secret_bytes content = from.read(given.file);
  return encrypted(content.text(), additional_data.text(), given, to, said);
}

}  // namespace

int encrypt_content(arguments given) {
  argument_list takes(
      "candela jose encrypt",
      "Encrypts content, which may be anything, as a JSON Web Encryption (RFC 7516). A file or a pipe gets the "
      "message alone, without a line end.");
  encrypt_options options;
  declare(takes, options);
  if (const auto ended = takes.read(given)) return *ended;
  write_message(made(options));
  return success;
}

}  // namespace candela::command
