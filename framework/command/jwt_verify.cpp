// candela jwt verify: a token's claims, or what is wrong with it. On a developer's own machine it may say which check
// failed and why; a service tells its clients neither.
#include <algorithm>
#include <candela/command/detail/algorithm_choice.hpp>
#include <candela/command/detail/arguments.hpp>
#include <candela/command/detail/key_input.hpp>
#include <candela/command/detail/members.hpp>
#include <candela/command/detail/moments.hpp>
#include <candela/command/detail/refusal.hpp>
#include <candela/command/detail/token_actions.hpp>
#include <candela/command/detail/token_parts.hpp>
#include <candela/jose/jwt.hpp>
#include <candela/json/reader.hpp>
#include <candela/json/writer.hpp>
#include <cstdio>
#include <string>
#include <vector>

namespace candela::command {

namespace {

struct verify_options {
  std::vector<std::string> keys;
  std::vector<std::string> algorithms;
  std::string type;
  std::vector<std::string> issuers;
  std::vector<std::string> audiences;
  bool any_audience = false;
  std::string subject;
  std::vector<std::string> required;
  std::string leeway = "30s";
  std::string max_age;
  bool without_expiry = false;
  std::uint32_t nesting = 0;
  std::string file;
};

void declare(argument_list& takes, verify_options& into) {
  takes.options("--key", into.keys, "public key or secret: JWK, JWK set or PEM; may be given again", "FILE");
  takes.options("--alg", into.algorithms, "accepted; otherwise the keys' own, or what is safe for their kinds", "A");
  takes.option("--typ", into.type, "the type that must be in the header: JWT, at+jwt", "TYPE");
  takes.options("--iss", into.issuers, "an accepted issuer; otherwise any", "ISSUER");
  takes.options("--aud", into.audiences, "whom it must be for; otherwise it may be for nobody in particular",
                "AUDIENCE");
  takes.flag("--any-audience", into.any_audience, "whomever it is for");
  takes.option("--sub", into.subject, "whom it must be about", "SUBJECT");
  takes.options("--require", into.required, "a claim that must be there", "NAME");
  takes.option("--leeway", into.leeway, "how far clocks may be apart: 30s as without it, and at most", "TIME");
  takes.option("--max-age", into.max_age, "how long ago it may have been issued", "TIME");
  takes.flag("--no-expiry", into.without_expiry, "a token without exp is accepted");
  takes.option("--nesting", into.nesting, "how many signed tokens may stand around it: 0 to 4", "N");
  takes.optional_word("FILE", into.file, "the token; otherwise the standard input");
}

jose::token_rules rules_of(const verify_options& given, const jose::key_set& keys) {
  jose::token_rules rules;
  rules.signature.algorithms = acceptable(given.algorithms, keys.keys());
  rules.signature.type = given.type;
  rules.issuers = given.issuers;
  rules.audiences = given.audiences;
  rules.any_audience = given.any_audience;
  rules.subject = given.subject;
  rules.required = given.required;
  rules.leeway = duration_of(given.leeway);
  if (!given.max_age.empty()) rules.max_age = duration_of(given.max_age);
  rules.require_expiry = !given.without_expiry;
  rules.max_nesting = given.nesting;
  return rules;
}

// One part of a token as it stands there, for an explanation; null when it cannot be read.
json::value part_of(std::string_view token, std::size_t index, arena& memory) {
  const std::vector<std::string_view> parts = parts_of(token);
  const auto text = index < parts.size() ? decoded(parts[index], memory) : std::nullopt;
  return text ? json::parse<json::value>(*text, memory).value_or(json::value()) : json::value();
}

/// Which member of header (part 0) or claims (part 1) a refusal is about; an empty name for none.
struct place {
  std::size_t part = 0;
  std::string_view name;
};

place place_of(jose::failure code) {
  switch (code) {
    case jose::failure::algorithm_unknown:
    case jose::failure::algorithm_refused: return {0, "alg"};
    case jose::failure::key_unknown: return {0, "kid"};
    case jose::failure::type_mismatch: return {0, "typ"};
    case jose::failure::header_unsupported: return {0, "crit"};
    case jose::failure::issuer_mismatch: return {1, "iss"};
    case jose::failure::subject_mismatch: return {1, "sub"};
    case jose::failure::audience_mismatch: return {1, "aud"};
    case jose::failure::expired: return {1, "exp"};
    case jose::failure::not_yet_valid: return {1, "nbf"};
    case jose::failure::issued_in_future:
    case jose::failure::too_old: return {1, "iat"};
    default: return {};
  }
}

std::string shown(const json::value& found) {
  std::string text = json::to_string(found);
  if (const auto second = found.integer(); second && *second >= 0 && *second < 100'000'000'000)
    text += " (" + moment_text(jose::token_time(std::chrono::seconds(*second)), present()) + ')';
  return text;
}

// The first of the required claims that is not there, which the refusal does not name.
std::string_view missing_claim(const json::value& claims, const std::vector<std::string>& required) {
  const auto found = std::ranges::find_if(required, [&claims](const std::string& name) {
    const json::value* const there = claims.find(name);
    return there == nullptr || there->is_null() || there->string() == "";
  });
  return found == required.end() ? std::string_view() : *found;
}

// What the token says there, in its own words, which are no more than that.
void explain(const jose::error& why, std::string_view token, const std::vector<std::string>& required) {
  arena memory;
  place at = place_of(why.code);
  if (why == jose::failure::claim_missing) at = {1, missing_claim(part_of(token, 1, memory), required)};
  if (at.name.empty()) return;
  const json::value part = part_of(token, at.part, memory);
  const json::value* found = part.find(at.name);
  const std::string said = found != nullptr ? "says " + shown(*found) : "does not say it";
  std::fprintf(stderr, "  %.*s: the token %s\n", static_cast<int>(at.name.size()), at.name.data(), said.c_str());
}

int verify(const verify_options& given) {
  input_files from;
  const jose::key_set keys = as_set(read_keys(given.keys, from));
  const jose::token_rules rules = about_keys(given.keys, [&] { return rules_of(given, keys); });
  const jose::secret_bytes token = from.read_line(given.file);
  arena memory;
  const auto checked = jose::verify_token(token.text(), keys, rules, std::chrono::system_clock::now(), memory);
  if (checked) {
    write_output(indented(checked->said.all) + '\n');
    return success;
  }
  std::fputs(refusal_of(given.file, token, checked.error()).text().c_str(), stderr);
  explain(checked.error(), token.text(), given.required);
  return failure;
}

}  // namespace

int verify_token(arguments given) {
  argument_list takes("candela jwt verify",
                      "Shows the claims of a token (RFC 7519) if it is good, or says what is not.");
  verify_options options;
  declare(takes, options);
  if (const auto ended = takes.read(given)) return *ended;
  return verify(options);
}

}  // namespace candela::command
