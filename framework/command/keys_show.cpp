// candela keys show, candela keys thumbprint
#include <candela/command/detail/arguments.hpp>
#include <candela/command/detail/key_actions.hpp>
#include <candela/command/detail/key_input.hpp>
#include <candela/command/detail/key_output.hpp>
#include <string>

namespace candela::command {

int show_keys(arguments given) {
  argument_list takes("candela keys show", "Shows the keys of a file, their public part only, as JWK or JWK set.");
  std::string file;
  std::string format = "jwk";
  bool whole = false;
  takes.optional_word("FILE", file, "JWK, JWK set, PEM or DER; otherwise the standard input");
  takes.flag("--private", whole, "the private part as well");
  takes.option("--format", format, "jwk (as without it), jwks, pem or der", "FORMAT");
  if (const auto ended = takes.read(given)) return *ended;
  const jose::key_part which = whole ? jose::key_part::private_part : jose::key_part::public_part;
  const key_format as = key_format_of(format);
  input_files from;
  write_output(written(read_keys(file, from), as, which));
  return success;
}

int show_thumbprints(arguments given) {
  argument_list takes("candela keys thumbprint",
                      "Shows the SHA-256 thumbprint of each key (RFC 7638): the same for both halves of a pair.");
  std::string file;
  bool uri = false;
  takes.optional_word("FILE", file, "JWK, JWK set, PEM or DER; otherwise the standard input");
  takes.flag("--uri", uri, "as a URI (RFC 9278)");
  if (const auto ended = takes.read(given)) return *ended;
  input_files from;
  for (const jose::key& each : read_keys(file, from))
    write_output((uri ? each.thumbprint_uri() : each.thumbprint()) + '\n');
  return success;
}

}  // namespace candela::command
