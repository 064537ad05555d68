// candela chain verify: the calls of a chain that is right for a request, or what is wrong with it.
#include <candela/command/detail/action.hpp>
#include <candela/command/detail/arguments.hpp>
#include <candela/command/detail/chain_actions.hpp>
#include <candela/command/detail/chain_input.hpp>
#include <candela/command/detail/moments.hpp>
#include <candela/command/detail/refusal.hpp>
#include <string>
#include <utility>
#include <vector>

namespace candela::command {

namespace {

struct verify_options {
  known_services services;
  std::vector<std::string> identities;
  std::vector<std::string> roots;
  std::string operation;
  bool bare = false;
  bool loops = false;
  std::string skew = "5s";
  std::uint32_t max_links = custody::chain_rules().max_links;
  request_words request;
  std::string file;
};

void declare(argument_list& takes, verify_options& into) {
  into.services.declare(takes);
  takes.options("--aud", into.identities, "who was called", "IDENTITY");
  takes.options("--root", into.roots, "who may begin a chain", "IDENTITY");
  takes.option("--op", into.operation, "the operation that was asked for; otherwise what the newest link says",
               "OPERATION");
  takes.flag("--no-proof", into.bare, "the chain alone, as if TLS had said who sends it");
  takes.flag("--loops", into.loops, "a service may stand in it twice");
  takes.option("--skew", into.skew, "how far clocks may be apart: 5s as without it, 30s at most", "TIME");
  takes.option("--max-links", into.max_links, "the longest chain that is accepted", "N");
  into.request.declare(takes);
  takes.optional_word("FILE", into.file, "lines of Call-Chain and Call-Proof; otherwise the standard input");
}

custody::chain_rules rules_of(const verify_options& given) {
  if (given.identities.empty()) throw misuse("--aud is needed: who was called");
  if (given.roots.empty()) throw misuse("--root is needed: who may begin a chain");
  custody::chain_rules rules;
  rules.identities = given.identities;
  for (const std::string& each : given.roots) rules.roots.push_back({.issuer = each});
  for (const std::string& each : given.request.headers) rules.covered_headers.push_back(each.substr(0, each.find(':')));
  rules.max_links = given.max_links;
  rules.skew = duration_of(given.skew);
  rules.loops = given.loops;
  rules.mtls = given.bare;
  return rules;
}

std::string verified(const verify_options& given, const custody::chain_rules& rules, custody::key_snapshot keys,
                     std::string_view text, input_files& from) {
  chain_fields fields = read_fields(text);
  if (given.bare) fields.proof.clear();
  arena memory;
  custody::link_claims newest;
  if (fields.chain.size() == 1 && (given.bare || given.operation.empty()))
    newest = claimed_links(fields.chain.front(), memory).back();
  const request_input request(given.request, given.operation.empty() ? newest.op : given.operation, from);
  custody::request_facts facts = request.facts();
  if (given.bare) facts.peer = newest.iss;
  const custody::call_stack& stack = verified_chain(fields, rules, std::move(keys), facts, request.content(), memory);
  std::vector<custody::link_claims> calls;
  for (const auto& each : stack.links) calls.push_back(each.said);
  return drawn(calls);
}

std::string verified(const verify_options& given) {
  const custody::chain_rules rules = rules_of(given);
  input_files from;
  custody::key_snapshot keys = given.services.read(from);
  const jose::secret_bytes text = from.read(given.file);
  return about(given.file, text, [&] { return verified(given, rules, std::move(keys), text.text(), from); });
}

}  // namespace

int verify_chain(arguments given) {
  argument_list takes(
      "candela chain verify",
      "Shows the calls of a chain if all of it is right for the request; \"refused: CODE\" if not. That "
      "a proof is used once only, services see to.");
  verify_options options;
  declare(takes, options);
  if (const auto ended = takes.read(given)) return *ended;
  write_output(verified(options));
  return success;
}

}  // namespace candela::command
