// candela jose sign|verify|encrypt|decrypt
#include <candela/command/detail/action.hpp>
#include <candela/command/detail/jose_actions.hpp>

namespace candela::command {

message_form message_form_of(const std::string& name) {
  if (name == "compact") return message_form::compact;
  if (name == "flattened") return message_form::flattened;
  if (name == "general") return message_form::general;
  throw misuse("there is no form \"" + name + "\"; there are: compact, flattened, general");
}

int run_jose(arguments given) {
  static constexpr action all[] = {
      {"sign", "--key FILE [--alg A] [FILE]", "signs content (JWS)", sign_content},
      {"verify", "--key FILE [--alg A]... [FILE]", "shows the content if its signature is right", verify_content},
      {"encrypt", "--key FILE [--alg A] [--enc E] [FILE]", "encrypts content (JWE)", encrypt_content},
      {"decrypt", "--key FILE [--alg A]... [FILE]", "shows the content that a key opens", decrypt_content},
  };
  return run_action("jose", all, given);
}

}  // namespace candela::command
