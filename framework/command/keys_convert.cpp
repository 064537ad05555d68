// candela keys convert: JWK, JWK set, PEM and DER, each from each.
#include <algorithm>
#include <candela/command/detail/action.hpp>
#include <candela/command/detail/algorithm_choice.hpp>
#include <candela/command/detail/arguments.hpp>
#include <candela/command/detail/key_actions.hpp>
#include <candela/command/detail/key_input.hpp>
#include <candela/command/detail/key_output.hpp>
#include <string>
#include <utility>
#include <vector>

namespace candela::command {

namespace {

struct convert_options {
  std::string file;
  std::string format;
  std::string key_id;
  bool public_only = false;
  std::string new_id;
  std::string new_algorithm;
  std::string new_use;
  std::string out;
  bool force = false;
};

void declare(argument_list& takes, convert_options& into) {
  takes.optional_word("FILE", into.file, "JWK, JWK set, PEM or DER; otherwise the standard input");
  takes.option("--to", into.format, "jwk, jwks, pem or der", "FORMAT");
  takes.option("--kid", into.key_id, "which of the keys", "ID");
  takes.flag("--public", into.public_only, "leaves the private part out");
  takes.option("--set-kid", into.new_id, "what the key is called from here on", "ID");
  takes.option("--set-alg", into.new_algorithm, "what it is for", "A");
  takes.option("--set-use", into.new_use, "sig or enc", "USE");
  takes.option("--out", into.out, "the new file; otherwise the standard output", "FILE");
  takes.flag("--force", into.force, "replaces a file that exists");
}

jose::key described(const jose::key& from, const convert_options& given) {
  jose::key_description said = from.described();
  if (!given.new_id.empty()) said.id = given.new_id;
  if (!given.new_algorithm.empty()) said.algorithm = given.new_algorithm;
  if (!given.new_use.empty()) said.use = key_use_of(given.new_use);
  return from.with(std::move(said)).value();
}

// Whatever there is, unless only the public part is asked for; never half of it for some of the keys.
jose::key_part part_of(const std::vector<jose::key>& keys, const convert_options& given) {
  if (given.public_only) return jose::key_part::public_part;
  const auto whole = static_cast<std::size_t>(std::ranges::count_if(keys, &jose::key::is_private));
  if (whole == 0) return jose::key_part::public_part;
  if (whole != keys.size()) throw misuse("some of the keys are private: --public leaves those parts out");
  return jose::key_part::private_part;
}

void convert(const convert_options& given) {
  if (given.format.empty()) throw misuse("--to is needed: jwk, jwks, pem or der");
  const key_format as = key_format_of(given.format);
  if (!given.new_algorithm.empty()) check_algorithm_name(given.new_algorithm);
  input_files from;
  std::vector<jose::key> keys = chosen(read_keys(given.file, from), given.key_id);
  for (jose::key& each : keys) each = described(each, given);
  const jose::key_part which = part_of(keys, given);
  put(written(keys, as, which), which, given.out, given.force);
}

}  // namespace

int convert_keys(arguments given) {
  argument_list takes("candela keys convert",
                      "Writes keys in another format. PEM and DER hold one key, and nothing that is said about it.");
  convert_options options;
  declare(takes, options);
  if (const auto ended = takes.read(given)) return *ended;
  convert(options);
  return success;
}

}  // namespace candela::command
