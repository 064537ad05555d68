// candela chain mint|show|verify
#include <candela/command/detail/action.hpp>
#include <candela/command/detail/chain_actions.hpp>

namespace candela::command {

int run_chain(arguments given) {
  static constexpr action all[] = {
      {"mint", "--key FILE --iss ID --aud ID --op OPERATION", "makes a link, and a proof for a request", mint_chain},
      {"show", "[FILE]", "shows the calls of a chain, unverified", show_chain},
      {"verify", "--keys FILE --aud ID --root ID [FILE]", "shows the calls of a chain that is right", verify_chain},
  };
  return run_action("chain", all, given);
}

}  // namespace candela::command
