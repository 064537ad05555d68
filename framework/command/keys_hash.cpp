// candela keys hash: what a service keeps of a secret that others bring, in place of the secret.
#include <candela/command/detail/action.hpp>
#include <candela/command/detail/arguments.hpp>
#include <candela/command/detail/files.hpp>
#include <candela/command/detail/key_actions.hpp>
#include <candela/jose/digest.hpp>
#include <candela/jose/password_hash.hpp>
#include <string>

namespace candela::command {

namespace {

struct hash_options {
  std::string stage = "basic_auth";
  std::uint32_t cost = jose::password_hash::usual_ln;
};

std::string hexadecimal(const jose::sha256_digest& digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::byte each : digest) {
    text += digits[std::to_integer<unsigned>(each >> 4)];
    text += digits[std::to_integer<unsigned>(each & std::byte{15})];
  }
  return text;
}

std::string hashed_password(std::uint32_t cost) {
  // Before it is asked for.
  if (cost < 10 || cost > 18) throw misuse("--cost takes 10 to 18");
  const jose::secret_bytes password = input_files().read_new_secret("password");
  const auto made = jose::password_hash::make(password.text(), cost);
  if (!made) throw std::runtime_error(made.error());
  return made->text();
}

std::string hashed(const hash_options& given) {
  if (given.stage == "basic_auth") return hashed_password(given.cost);
  if (given.stage == "api_key") return hexadecimal(jose::sha256(input_files().read_new_secret("API key")));
  throw misuse("no secrets are hashed for \"" + given.stage + "\", but for basic_auth and api_key");
}

}  // namespace

int hash_secret(arguments given) {
  argument_list takes(
      "candela keys hash",
      "Makes of a secret what a service keeps in its place: the password of a user of basic_auth, or the "
      "sha256 of a key of api_key. The secret is the one line of the standard input; at a terminal it is "
      "asked for, unseen. It is no argument, which others could see.");
  hash_options options;
  takes.option("--for", options.stage, "basic_auth, as without it (scrypt), or api_key (SHA-256, for long random keys)",
               "STAGE");
  takes.option("--cost", options.cost,
               "of scrypt, 10 to 18: 15 as without it, 32 MiB and some 50 ms; each step doubles both", "LN");
  if (const auto ended = takes.read(given)) return *ended;
  write_output(hashed(options) + '\n');
  return success;
}

}  // namespace candela::command
