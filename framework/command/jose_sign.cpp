// candela jose sign: content becomes a JSON Web Signature.
#include <candela/command/detail/action.hpp>
#include <candela/command/detail/algorithm_choice.hpp>
#include <candela/command/detail/arguments.hpp>
#include <candela/command/detail/jose_actions.hpp>
#include <candela/command/detail/key_input.hpp>
#include <candela/command/detail/members.hpp>
#include <candela/command/detail/refusal.hpp>
#include <candela/jose/jws_json.hpp>
#include <string>
#include <vector>

namespace candela::command {

namespace {

struct sign_options {
  std::vector<std::string> keys;
  std::string key_id;
  std::vector<std::string> algorithms;
  std::string form = "compact";
  bool detached = false;
  bool unencoded = false;
  bool anonymous = false;
  std::string type;
  std::string content_type;
  std::vector<std::string> members;
  std::string file;
};

void declare(argument_list& takes, sign_options& into) {
  takes.options("--key", into.keys, "private key or secret: JWK, JWK set or PEM; again for further signers", "FILE");
  takes.option("--kid", into.key_id, "which of the keys", "ID");
  takes.options("--alg", into.algorithms, "otherwise the key's own, or the usual one of its kind", "A");
  takes.option("--form", into.form, "compact (as without it), flattened or general", "FORM");
  takes.flag("--detached", into.detached, "leaves the content out");
  takes.flag("--unencoded", into.unencoded, "the content stands as it is, not in base64url (RFC 7797)");
  takes.flag("--no-kid", into.anonymous, "does not name the key");
  takes.option("--typ", into.type, "the message's own media type", "TYPE");
  takes.option("--cty", into.content_type, "the content's media type", "TYPE");
  takes.options("--header", into.members, "a further protected member", "NAME=VALUE");
  takes.optional_word("FILE", into.file, "the content; otherwise the standard input");
}

std::string signed_alone(std::string_view content, const jose::signer& by, bool detached) {
  if (detached) return jose::sign_detached(content, by.with, by.algorithm, by.said).value();
  return jose::sign(content, by.with, by.algorithm, by.said).value();
}

std::string signed_by_all(std::string_view content, const std::vector<jose::signer>& signers,
                          const sign_options& given) {
  const message_form form = message_form_of(given.form);
  if (form != message_form::general && signers.size() != 1)
    throw misuse("there are several keys: --kid says which one signs, or --form general lets all of them");
  if (form == message_form::compact) return signed_alone(content, signers.front(), given.detached);
  const auto as = form == message_form::general ? jose::json_form::general : jose::json_form::flattened;
  return jose::sign_json(content, signers, as, given.detached).value();
}

std::string made(const sign_options& given) {
  input_files from;
  const std::vector<jose::key> keys = chosen(read_keys(given.keys, from), given.key_id);
  arena memory;
  const jose::signature_header said{.type = given.type,
                                    .content_type = given.content_type,
                                    .key_id = !given.anonymous,
                                    .encoded_payload = !given.unencoded,
                                    .further = with_members({}, given.members, memory)};
  std::vector<jose::signer> signers;
  about_keys(given.keys, [&] {
    for (const jose::key& each : keys)
      signers.push_back({.with = each, .algorithm = signing_algorithm(given.algorithms, each), .said = said});
  });
  const jose::secret_bytes content = from.read(given.file);
  return signed_by_all(content.text(), signers, given);
}

}  // namespace

int sign_content(arguments given) {
  argument_list takes(
      "candela jose sign",
      "Signs content, which may be anything, as a JSON Web Signature (RFC 7515). A file or a pipe gets the "
      "message alone, without a line end.");
  sign_options options;
  declare(takes, options);
  if (const auto ended = takes.read(given)) return *ended;
  write_message(made(options));
  return success;
}

}  // namespace candela::command
