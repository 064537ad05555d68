#include <doctest/doctest.h>
#include <candela/custody/sender.hpp>

#include "tests/custody/cast.hpp"

using namespace candela;
using namespace candela::testing;
using custody::history;
using custody::refusal;

namespace {

custody::sender sender_of(std::size_t place, bool may_root = false, history form = history::by_hash) {
  return custody::sender::of(
             {.identity = cast()[place].identity, .key = cast()[place].key, .may_root = may_root, .form = form})
      .value();
}

custody::root_facts payment_of_user() {
  return {.subject = "user-1", .subject_issuer = "https://id.example", .scope = "pay read", .client_id = "shop"};
}

custody::request_facts request_to(std::string_view op = operation) {
  return {.method = "POST", .target = target, .query = "a=1", .operation = op};
}

std::expected<const custody::call_stack*, custody::error> received(receiver& at, const custody::outgoing_chain& chain,
                                                                   std::string_view proof,
                                                                   const custody::request_facts& request,
                                                                   const custody::content_digest& content,
                                                                   arena& memory) {
  const std::span<std::string_view> fields = memory.make_array<std::string_view>(2);
  fields[0] = chain.field;
  fields[1] = proof;
  return at.verify({fields.first(1), fields.last(1)}, request, content, memory);
}

// Sends over that many services, each of which verifies what it gets before it sends on; the last verdict.
const custody::call_stack* sent_through(std::size_t links, history form, arena& memory) {
  const custody::content_digest content = jose::sha256(body);
  const custody::call_stack* stack = nullptr;
  for (std::size_t place = 0; place != links; ++place) {
    receiver at(place + 1);
    custody::sender from = sender_of(place, place == 0, form);
    const custody::outgoing_call call{.audience = cast()[place + 1].identity, .operation = operation};
    const auto chain = stack == nullptr ? from.begin(payment_of_user(), call, at.time.wall(), memory)
                                        : from.extend(*stack, call, at.time.wall(), memory);
    REQUIRE(chain.has_value());
    const custody::request_facts request = request_to();
    const std::string_view proof = from.prove(*chain, request, content, at.time.wall(), memory);
    const auto answer = received(at, *chain, proof, request, content, memory);
    REQUIRE_MESSAGE(answer.has_value(), answer.error().detail);
    stack = *answer;
  }
  return stack;
}

}  // namespace

TEST_CASE("what services send on is accepted by the next one, by hash and by value") {
  arena memory;
  CHECK(sent_through(16, history::by_hash, memory)->links.size() == 16);
  const custody::call_stack* nested = sent_through(6, history::by_value, memory);
  CHECK(nested->links.size() == 6);
  CHECK(nested->form == history::by_value);
  CHECK(nested->subject() == "user-1");
}

TEST_CASE("fan-out in one context signs its link once, and each request has its own proof") {
  arena memory;
  const custody::call_stack* stack = sent_through(1, history::by_hash, memory);
  custody::sender from = sender_of(1);
  manual_clock time;
  const custody::outgoing_call call{.audience = cast()[2].identity, .operation = operation};
  const auto first = from.extend(*stack, call, time.wall(), memory);
  time.advance(std::chrono::seconds(50));
  const auto second = from.extend(*stack, call, time.wall(), memory);
  CHECK(first->field == second->field);
  CHECK(first->expires == second->expires);
  const auto proofs = [&] { return from.prove(*first, request_to(), std::nullopt, time.wall(), memory); };
  CHECK(proofs() != proofs());
  const auto narrower = from.extend(*stack, {.audience = cast()[2].identity, .operation = operation, .scope = "read"},
                                    time.wall(), memory);
  CHECK(narrower->field != first->field);
}

TEST_CASE("a link with little time left is made anew, as long as the chain has more") {
  arena memory;
  custody::sender from = sender_of(0, true);
  manual_clock time;
  custody::root_facts facts = payment_of_user();
  facts.transaction = "transaction-1";
  const custody::outgoing_call call{.audience = cast()[1].identity, .operation = operation};
  const auto first = from.begin(facts, call, time.wall(), memory);
  time.advance(std::chrono::seconds(55));
  CHECK(from.begin(facts, call, time.wall(), memory)->field == first->field);
  time.advance(std::chrono::seconds(1));
  CHECK(from.begin(facts, call, time.wall(), memory)->field != first->field);
}

TEST_CASE("a chain never outlives its root") {
  arena memory;
  const custody::call_stack* stack = sent_through(1, history::by_hash, memory);
  custody::sender from = sender_of(1);
  manual_clock time;
  time.advance(std::chrono::seconds(30));
  const custody::outgoing_call call{.audience = cast()[2].identity, .operation = operation};
  CHECK(from.extend(*stack, call, time.wall(), memory)->expires == stack->root().exp);
  time.advance(std::chrono::seconds(30));
  CHECK(from.extend(*stack, call, time.wall(), memory).error() == refusal::chain_expired);
}

TEST_CASE("a scope is narrowed, never widened") {
  arena memory;
  const custody::call_stack* stack = sent_through(1, history::by_hash, memory);
  custody::sender from = sender_of(1);
  manual_clock time;
  const auto extended = [&](std::string_view scope) {
    const custody::outgoing_call call{.audience = cast()[2].identity, .operation = operation, .scope = scope};
    return from.extend(*stack, call, time.wall(), memory);
  };
  CHECK(extended("read").has_value());
  CHECK(extended("").has_value());
  CHECK(extended("read write").error() == refusal::chain_scope_widened);
}

TEST_CASE("only who may begins a transaction") {
  arena memory;
  custody::sender from = sender_of(0);
  manual_clock time;
  const custody::outgoing_call call{.audience = cast()[1].identity, .operation = operation};
  CHECK(from.begin(payment_of_user(), call, time.wall(), memory).error() == refusal::chain_root_untrusted);
}

TEST_CASE("a sender without a right key or identity is refused") {
  const auto made = [](std::string identity, const jose::key& key) {
    return custody::sender::of({.identity = std::move(identity), .key = key});
  };
  CHECK(made("urn:a", rsa_key()).error() == jose::failure::key_unfit);
  CHECK(made("urn:a", cast()[0].key.public_key().value()).error() == jose::failure::key_unfit);
  CHECK(made("https://a.example", cast()[0].key).error() == jose::failure::claim_invalid);
}

TEST_CASE("other tokens, a nonce and what has no HTTP are bound by the proof") {
  arena memory;
  receiver at(1);
  custody::sender from = sender_of(0, true);
  const custody::outgoing_call call{.audience = cast()[1].identity, .operation = "rpc:pay.Charge"};
  const auto chain = from.begin(payment_of_user(), call, at.time.wall(), memory);
  const custody::named_value others[] = {{"X-Partner-Token", "partner"}};
  const custody::request_facts request{.operation = "rpc:pay.Charge",
                                       .access_token = "access",
                                       .transaction_token = "transaction",
                                       .workload_token = "workload",
                                       .other_tokens = others,
                                       .nonce = "nonce-1"};
  const std::string_view proof = from.prove(*chain, request, std::nullopt, at.time.wall(), memory);
  CHECK(received(at, *chain, proof, request, std::nullopt, memory).has_value());
  const auto with = [&](auto change) {
    custody::request_facts other = request;
    change(other);
    const auto answer = received(at, *chain, proof, other, std::nullopt, memory);
    return answer ? std::nullopt : std::optional(answer.error().code);
  };
  CHECK(with([](auto& facts) { facts.access_token = "other"; }) == refusal::proof_target_mismatch);
  CHECK(with([](auto& facts) { facts.access_token = {}; }) == refusal::proof_target_mismatch);
  CHECK(with([](auto& facts) { facts.transaction_token = {}; }) == refusal::proof_target_mismatch);
  CHECK(with([](auto& facts) { facts.workload_token = "other"; }) == refusal::proof_target_mismatch);
  CHECK(with([](auto& facts) { facts.other_tokens = {}; }) == refusal::proof_target_mismatch);
  static constexpr custody::named_value exchanged[] = {{"X-Partner-Token", "another"}};
  static constexpr custody::named_value renamed[] = {{"X-Other-Token", "partner"}};
  CHECK(with([](auto& facts) { facts.other_tokens = exchanged; }) == refusal::proof_target_mismatch);
  CHECK(with([](auto& facts) { facts.other_tokens = renamed; }) == refusal::proof_target_mismatch);
  CHECK(with([](auto& facts) { facts.nonce = "nonce-2"; }) == refusal::proof_expired);
  CHECK(with([](auto& facts) { facts.method = "POST"; }) == refusal::proof_target_mismatch);
}
