// Outside bytes as chains and proofs, as the claims of links and proofs that are rightly signed, and as records of
// keys: whatever they are, they are answered, and nothing is accepted that nobody signed.
#include <candela/core/manual_clock.hpp>
#include <candela/custody/key_record.hpp>
#include <candela/custody/sender.hpp>
#include <candela/custody/verification.hpp>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

using namespace candela;
using namespace candela::custody;

namespace {

constexpr std::string_view sender_name = "urn:fuzz:sender";
constexpr std::string_view receiver_name = "urn:fuzz:receiver";
constexpr std::string_view operation = "rpc:fuzz";

void require(bool truth) {
  if (!truth) std::abort();
}

// That of RFC 7515, A.3: seeds that it signed stay valid.
const jose::key& signing_key() {
  static const jose::key made = jose::key::from_jwk(R"({"kty":"EC","crv":"P-256","kid":"fuzz",)"
                                                    R"("x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
                                                    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",)"
                                                    R"("d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"})")
                                    .value();
  return made;
}

class unused final : public replay_log {
 public:
  replay_answer spend(const spent_id&) override { return replay_answer::first; }
};

struct receiver {
  explicit receiver(std::optional<std::chrono::seconds> queue_lifetime) { rules.queue_lifetime = queue_lifetime; }

  chain_rules rules{
      .identities = {std::string(receiver_name)}, .roots = {{.issuer = std::string(sender_name)}}, .max_links = 16};
  static_keys keys{[] {
    service_keys one{.issuer = std::string(sender_name), .keys = {}};
    one.keys.push_back({signing_key().public_key().value(), jose::signature_algorithm::es256});
    std::vector<service_keys> services;
    services.push_back(std::move(one));
    return key_snapshot::of(std::move(services)).value();
  }()};
  verified_links kept{0};
  manual_clock time;
};

void answer_at(receiver& at, std::string_view chain, std::string_view proof, arena& memory) {
  unused log;
  const std::string_view chains[] = {chain};
  const std::string_view proofs[] = {proof};
  const presented_chain presented{{chains, chain.empty() ? 0U : 1U}, proofs};
  const auto stack = verify({at.rules, at.keys, at.kept}, presented, {.operation = operation}, std::nullopt, log,
                            nullptr, at.time, memory);
  if (!stack) return require(!name_of(stack.error().code).empty() && status_of(stack.error().code) >= 400);
  require((*stack)->root().iss == sender_name && (*stack)->newest().aud == receiver_name);
  require((*stack)->newest().op == operation && (*stack)->proof->iss == (*stack)->caller());
  require(!write_act(**stack, memory).empty());
}

void answer(std::string_view chain, std::string_view proof, arena& memory) {
  static receiver direct{std::nullopt};
  static receiver queue{std::chrono::hours(1)};
  answer_at(direct, chain, proof, memory);
  answer_at(queue, chain, proof, memory);
}

// As claims: what is read of them is written and read again as it was.
void check_claims(std::string_view text, arena& memory) {
  if (const auto said = read_link(text, memory)) {
    const std::string_view written = write_link(*said, memory);
    require(write_link(read_link(written, memory).value(), memory) == written);
  }
  if (const auto said = read_proof(text, memory)) {
    const std::string_view written = write_proof(*said, memory);
    require(write_proof(read_proof(written, memory).value(), memory) == written);
  }
}

std::string signed_as(std::string_view type, std::string_view claims) {
  return jose::sign(claims, signing_key(), jose::signature_algorithm::es256, {.type = type}).value();
}

// As claims that their service signed: in a chain with a right proof, and in a proof with a right chain.
void check_signed(std::string_view text, arena& memory) {
  static sender from =
      sender::of({.identity = std::string(sender_name), .key = signing_key(), .may_root = true}).value();
  const manual_clock time;
  const std::string chain = signed_as("chain-link+jwt", text);
  const outgoing_chain wild{.field = chain, .audience = receiver_name};
  answer(chain, from.prove(wild, {.operation = operation}, std::nullopt, time.wall(), memory), memory);
  const outgoing_call call{.audience = receiver_name, .operation = operation};
  const outgoing_chain right = from.begin({.transaction = "1"}, call, time.wall(), memory).value();
  answer(right.field, signed_as("chain-call+jwt", text), memory);
  answer(right.field, from.prove(right, {.operation = operation}, std::nullopt, time.wall(), memory), memory);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const jose::key_set authorities = jose::key_set::of({signing_key().public_key().value()}).value();
  arena memory;
  const std::size_t line = std::min(text.find('\n'), text.size());
  answer(text.substr(0, line), text.substr(std::min(line + 1, size)), memory);
  check_claims(text, memory);
  check_signed(text, memory);
  if (const auto record = read_record(text, authorities, 1'700'000'000, 5)) require(!record->keys.empty());
  if (const auto record = read_record(signed_as("key-record+jwt", text), authorities, 1'700'000'000, 5))
    require(is_identity(record->issuer));
  static_cast<void>(key_snapshot::from_json(text));
  return 0;
}
