// candela chain mint: the link of one call, behind those that led to it, and the proof for one request.
#include <candela/command/detail/action.hpp>
#include <candela/command/detail/arguments.hpp>
#include <candela/command/detail/chain_actions.hpp>
#include <candela/command/detail/chain_input.hpp>
#include <candela/command/detail/key_input.hpp>
#include <candela/command/detail/members.hpp>
#include <candela/command/detail/moments.hpp>
#include <candela/command/detail/refusal.hpp>
#include <candela/custody/sender.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace candela::command {

namespace {

struct mint_options {
  std::string key;
  std::string identity;
  std::string audience;
  std::string operation;
  std::string behind;
  known_services services;
  bool by_value = false;
  std::string transaction;
  std::string subject;
  std::string subject_issuer;
  std::string scope;
  std::string client;
  std::vector<std::string> claims;
  std::vector<std::string> context;
  std::string evidence;
  std::string lifetime = "60s";
  request_words request;
};

void declare(argument_list& takes, mint_options& into) {
  takes.option("--key", into.key, "the caller's private key, of P-256, P-384 or Ed25519", "FILE");
  takes.option("--iss", into.identity, "who calls: a spiffe: or urn: URI", "IDENTITY");
  takes.option("--aud", into.audience, "who is called", "IDENTITY");
  takes.option("--op", into.operation, "for what: POST /v1/payments/{id}", "OPERATION");
  takes.option("--behind", into.behind, "the chain that the caller was called with; otherwise a new one begins",
               "FILE");
  into.services.declare(takes);
  takes.flag("--by-value", into.by_value, "each link holds the one before it; the second link decides that");
  takes.option("--txn", into.transaction, "the transaction; otherwise a new one", "ID");
  takes.option("--sub", into.subject, "on whose behalf", "SUBJECT");
  takes.option("--sub-iss", into.subject_issuer, "who knows that user", "ISSUER");
  takes.option("--scope", into.scope, "what is allowed, by words with spaces between them", "SCOPE");
  takes.option("--client-id", into.client, "the client on whose request it began", "ID");
  takes.options("--claim", into.claims, "a claim of the user that travels", "NAME=VALUE");
  takes.options("--context", into.context, "what the transaction is about", "NAME=VALUE");
  takes.option("--evidence", into.evidence, "a token that shows the user to everybody", "FILE");
  takes.option("--expires-in", into.lifetime, "how long the link is good: 60s as without it", "TIME");
  into.request.declare(takes);
}

custody::sender sender_of(const mint_options& given, input_files& from) {
  if (given.key.empty()) throw misuse("--key is needed: the caller's private key");
  std::vector<jose::key> keys = read_keys(given.key, from);
  if (keys.size() != 1) throw misuse("a caller signs with one key: " + given.key + " has several");
  return custody::sender::of({.identity = given.identity,
                              .key = std::move(keys.front()),
                              .may_root = true,
                              .form = given.by_value ? custody::history::by_value : custody::history::by_hash,
                              .link_lifetime = duration_of(given.lifetime),
                              .reuse = false})
      .value();
}

std::optional<std::string_view> scope_of(const mint_options& given) {
  return given.scope.empty() ? std::optional<std::string_view>() : given.scope;
}

custody::outgoing_chain begun(custody::sender& by, const mint_options& given, const custody::outgoing_call& call,
                              input_files& from, arena& memory) {
  std::string_view evidence;
  if (!given.evidence.empty()) evidence = memory.copy(from.read_line(given.evidence).text());
  const custody::root_facts facts{.transaction = given.transaction,
                                  .subject = given.subject,
                                  .subject_issuer = given.subject_issuer,
                                  .scope = scope_of(given),
                                  .context = with_members({}, given.context, memory),
                                  .client_id = given.client,
                                  .claims = with_members({}, given.claims, memory),
                                  .evidence = evidence};
  return by.begin(facts, call, std::chrono::system_clock::now(), memory).value();
}

// What is extended is verified first, as every service does it; who may begin a chain, the receiver decides.
const custody::call_stack& stack_behind(const chain_fields& fields, const mint_options& given, input_files& from,
                                        arena& memory) {
  const std::vector<custody::link_claims> claimed = claimed_links(fields.chain.front(), memory);
  custody::chain_rules rules{.identities = {given.identity}, .mtls = true};
  rules.roots.push_back({.issuer = std::string(claimed.front().iss)});
  const custody::request_facts request{.operation = claimed.back().op, .peer = claimed.back().iss};
  return verified_chain(fields, rules, given.services.read(from), request, {}, memory);
}

custody::outgoing_chain extended(custody::sender& by, const mint_options& given, const custody::outgoing_call& call,
                                 input_files& from, arena& memory) {
  const jose::secret_bytes content = from.read(given.behind);
  chain_fields fields = read_fields(memory.copy(content.text()));
  if (fields.chain.size() != 1) throw misuse(given.behind + " holds no chain, or more than one");
  // Its proof was for the request that came.
  fields.proof.clear();
  const custody::call_stack& stack =
      about(given.behind, content, [&]() -> auto& { return stack_behind(fields, given, from, memory); });
  return by.extend(stack, call, std::chrono::system_clock::now(), memory).value();
}

std::string minted(const mint_options& given) {
  for (const auto& [name, value] :
       {std::pair("--iss", &given.identity), {"--aud", &given.audience}, {"--op", &given.operation}}) {
    if (value->empty()) throw misuse(std::string(name) + " is needed");
  }
  input_files from;
  arena memory;
  custody::sender by = sender_of(given, from);
  const custody::outgoing_call call{.audience = given.audience,
                                    .operation = given.operation,
                                    .scope = given.behind.empty() ? std::nullopt : scope_of(given)};
  const custody::outgoing_chain chain =
      given.behind.empty() ? begun(by, given, call, from, memory) : extended(by, given, call, from, memory);
  const request_input request(given.request, given.operation, from);
  const std::string_view proof =
      by.prove(chain, request.facts(), request.content(), std::chrono::system_clock::now(), memory);
  return "Call-Chain: " + std::string(chain.field) + "\nCall-Proof: " + std::string(proof) + '\n';
}

}  // namespace

int mint_chain(arguments given) {
  argument_list takes("candela chain mint",
                      "Makes the fields Call-Chain and Call-Proof for one request, as curl -H @FILE sends them.");
  mint_options options;
  declare(takes, options);
  if (const auto ended = takes.read(given)) return *ended;
  write_output(minted(options));
  return success;
}

}  // namespace candela::command
