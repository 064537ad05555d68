// candela keys generate|show|thumbprint|convert|check|hash|authority|record
#include <candela/command/detail/action.hpp>
#include <candela/command/detail/key_actions.hpp>

namespace candela::command {

int run_keys(arguments given) {
  static constexpr action all[] = {
      {"generate", "[--alg A] [--out FILE]", "makes a new key, for ES256 without further word", generate_key},
      {"show", "[--private] FILE", "shows keys, their public part only", show_keys},
      {"thumbprint", "[--uri] FILE", "says what keys are called by RFC 7638", show_thumbprints},
      {"convert", "--to FORMAT FILE", "writes keys as JWK, JWK set, PEM or DER", convert_keys},
      {"check", "FILE", "says whether keys are good, or why not", check_keys},
      {"hash", "[--for STAGE]", "makes of a password, or an API key, what a service keeps", hash_secret},
      {"authority", "[--out FILE]", "makes a key that signs records of keys", generate_authority},
      {"record", "--authority FILE --iss ID --key FILE", "signs the public keys of a service", sign_key_record},
  };
  return run_action("keys", all, given);
}

}  // namespace candela::command
