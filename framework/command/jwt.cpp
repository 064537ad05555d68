// candela jwt inspect|mint|verify
#include <candela/command/detail/action.hpp>
#include <candela/command/detail/token_actions.hpp>

namespace candela::command {

int run_jwt(arguments given) {
  static constexpr action all[] = {
      {"inspect", "[FILE]", "shows what a token says, unverified", inspect_token},
      {"mint", "--key FILE [--claim NAME=VALUE]...", "makes a signed token", mint_token},
      {"verify", "--key FILE [--iss ISSUER] [FILE]", "shows a token's claims, or what is wrong with it", verify_token},
  };
  return run_action("jwt", all, given);
}

}  // namespace candela::command
