// candela chain show: the calls of a chain by its own word.
#include <candela/command/detail/action.hpp>
#include <candela/command/detail/arguments.hpp>
#include <candela/command/detail/chain_actions.hpp>
#include <candela/command/detail/chain_input.hpp>
#include <candela/command/detail/refusal.hpp>
#include <string>

namespace candela::command {

int show_chain(arguments given) {
  argument_list takes("candela chain show",
                      "Shows the calls of a chain by its own word. Nothing is checked: see candela chain verify.");
  std::string file;
  takes.optional_word("FILE", file, "the field Call-Chain, with its name or without; otherwise the standard input");
  if (const auto ended = takes.read(given)) return *ended;
  input_files from;
  const jose::secret_bytes text = from.read(file);
  const chain_fields fields = read_fields(text.text());
  if (fields.chain.size() != 1) throw misuse(shown_file(file) + ": there is no chain in it, or more than one");
  arena memory;
  write_output("UNVERIFIED: anybody can have written this; no signature was checked.\n" +
               drawn(about(file, text, [&] { return claimed_links(fields.chain.front(), memory); })));
  return success;
}

}  // namespace candela::command
