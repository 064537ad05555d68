// candela jwt mint: a signed token, for tests and tools.
#include <algorithm>
#include <array>
#include <candela/command/detail/action.hpp>
#include <candela/command/detail/algorithm_choice.hpp>
#include <candela/command/detail/arguments.hpp>
#include <candela/command/detail/key_input.hpp>
#include <candela/command/detail/members.hpp>
#include <candela/command/detail/moments.hpp>
#include <candela/command/detail/refusal.hpp>
#include <candela/command/detail/token_actions.hpp>
#include <candela/core/random.hpp>
#include <candela/jose/base64url.hpp>
#include <candela/jose/jwt.hpp>
#include <candela/json/reader.hpp>
#include <candela/json/writer.hpp>
#include <string>
#include <vector>

namespace candela::command {

namespace {

struct mint_options {
  std::vector<std::string> keys;
  std::string key_id;
  std::vector<std::string> algorithms;
  std::string type = "JWT";
  std::vector<std::string> members;
  std::string file;
  std::vector<std::string> claims;
  std::string issuer;
  std::string subject;
  std::vector<std::string> audiences;
  std::vector<std::string> scopes;
  std::string client;
  std::string id;
  std::string life = "5m";
  bool forever = false;
  std::string not_before;
};

void declare(argument_list& takes, mint_options& into) {
  takes.options("--key", into.keys, "private key or secret: JWK, JWK set or PEM", "FILE");
  takes.option("--kid", into.key_id, "which of the keys", "ID");
  takes.options("--alg", into.algorithms, "otherwise the key's own, or the usual one of its kind", "A");
  takes.option("--typ", into.type, "JWT as without it; at+jwt for access tokens", "TYPE");
  takes.options("--header", into.members, "a further member of the header", "NAME=VALUE");
  takes.option("--claims", into.file, "claims as a JSON object; - for the standard input", "FILE");
  takes.options("--claim", into.claims, "a further claim: JSON, or otherwise a text", "NAME=VALUE");
  takes.option("--iss", into.issuer, "who issues it", "ISSUER");
  takes.option("--sub", into.subject, "whom it is about", "SUBJECT");
  takes.options("--aud", into.audiences, "whom it is for", "AUDIENCE");
  takes.options("--scope", into.scopes, "what it allows", "SCOPE");
  takes.option("--client-id", into.client, "the client that it was issued to", "ID");
  takes.option("--jti", into.id, "its own id; otherwise a random one", "ID");
  takes.option("--expires-in", into.life, "how long it is good: 5m as without it", "TIME");
  takes.flag("--no-expiry", into.forever, "it is good until its key goes");
  takes.option("--not-before", into.not_before, "how long from now it is not good yet", "TIME");
}

json::value claims_of_file(const std::string& file, input_files& from, arena& memory) {
  if (file.empty()) return {};
  const jose::secret_bytes content = from.read(file);
  const auto read = json::parse<json::value>(content.text(), memory);
  if (!read) throw misuse(file + ": " + read.error().message());
  if (read->type() != json::value::kind::object) throw misuse(file + ": claims are one JSON object");
  return *read;
}

std::string_view random_id(arena& memory) {
  std::array<std::byte, 16> bytes;
  fill_random(bytes);
  return jose::encode_base64url(bytes, memory);
}

std::span<const std::string_view> views(const std::vector<std::string>& texts, arena& memory) {
  const std::span<std::string_view> all = memory.make_array<std::string_view>(texts.size());
  std::ranges::copy(texts, all.begin());
  return all;
}

// Options count before what is in the file, and times and an id are there unless something says otherwise.
jose::claims claims_of(const mint_options& given, input_files& from, arena& memory) {
  const json::value named = with_members(claims_of_file(given.file, from, memory), given.claims, memory);
  jose::claims said;
  if (!named.is_null()) said = jose::read_claims(json::to_text(named, memory), memory).value();
  if (!given.issuer.empty()) said.issuer = given.issuer;
  if (!given.subject.empty()) said.subject = given.subject;
  if (!given.audiences.empty()) said.audiences = views(given.audiences, memory);
  if (!given.scopes.empty()) said.scopes = views(given.scopes, memory);
  if (!given.client.empty()) said.client_id = given.client;
  if (!given.id.empty()) said.id = given.id;
  if (said.id.empty()) said.id = random_id(memory);
  const auto now = std::chrono::floor<std::chrono::seconds>(present());
  if (!said.issued) said.issued = now;
  if (!said.expires && !given.forever) said.expires = now + duration_of(given.life);
  if (!given.not_before.empty()) said.not_before = now + duration_of(given.not_before);
  return said;
}

std::string minted(const mint_options& given) {
  input_files from;
  const std::vector<jose::key> keys = chosen(read_keys(given.keys, from), given.key_id);
  if (keys.size() != 1) throw misuse("there are several keys: --kid says which one signs");
  arena memory;
  const jose::signature_header said{.type = given.type, .further = with_members({}, given.members, memory)};
  const jose::claims claims = claims_of(given, from, memory);
  const jose::signature_algorithm algorithm =
      about_keys(given.keys, [&] { return signing_algorithm(given.algorithms, keys.front()); });
  return jose::sign_token(claims, keys.front(), algorithm, said).value();
}

}  // namespace

int mint_token(arguments given) {
  argument_list takes("candela jwt mint", "Makes a token (RFC 7519), signed with a key that you have.");
  mint_options options;
  declare(takes, options);
  if (const auto ended = takes.read(given)) return *ended;
  write_output(minted(options) + '\n');
  return success;
}

}  // namespace candela::command
