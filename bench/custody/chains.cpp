// What verifying a whole chain costs beyond the bare checks of its signatures. Prints microseconds on one core, the
// fastest of several rounds, for chains none of whose links was seen before, for chains whose older links were, and
// for chains that were seen whole: `chains [ROUNDS]`.
#include <algorithm>
#include <candela/core/manual_clock.hpp>
#include <candela/custody/sender.hpp>
#include <candela/custody/verification.hpp>
#include <candela/jose/base64url.hpp>
#include <candela/jose/detail/key_material.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <limits>
#include <string>
#include <vector>

using namespace candela;
using namespace candela::custody;

namespace {

constexpr std::string_view operation = "POST /v1/payments/{id}";
constexpr int times = 10;

void require(bool truth, const char* what) {
  if (truth) return;
  std::fprintf(stderr, "chains: %s\n", what);
  std::exit(1);
}

std::string identity(std::size_t place) { return "spiffe://shop.example/service-" + std::to_string(place); }

class first_use final : public replay_log {
 public:
  replay_answer spend(const spent_id&) override { return replay_answer::first; }
};

// The services of one chain, which make it once.
class chain {
 public:
  chain(std::size_t links, history form) : links_(links), form_(form) {
    std::vector<service_keys> services;
    for (std::size_t place = 0; place != links; ++place) {
      const jose::key plain = jose::key::generate(jose::curve::p256).value();
      keys_.push_back(plain.with({.id = plain.thumbprint()}).value());
      service_keys one{.issuer = identity(place), .keys = {}};
      one.keys.push_back({keys_.back().public_key().value(), jose::signature_algorithm::es256});
      services.push_back(std::move(one));
    }
    directory_ = std::make_unique<static_keys>(key_snapshot::of(std::move(services)).value());
    rules_.identities = {identity(links)};
    rules_.roots = {{.issuer = identity(0)}};
    rules_.max_links = 16;
    make();
  }

  void verify(verified_links& kept) {
    arena memory;
    const std::string_view chains[] = {field_};
    const std::string_view proofs[] = {proof_};
    first_use log;
    const auto answer =
        custody::verify({rules_, *directory_, kept}, {chains, proofs}, request_, content_, log, nullptr, time_, memory);
    require(answer.has_value(), "a chain was refused");
  }

  // As `verify`, with all links but the newest known.
  void know_older(verified_links& kept) const {
    for (std::size_t i = 0; i + 1 < digests_.size(); ++i)
      kept.remember(digests_[i], directory_->keys()->epoch(), std::numeric_limits<seconds_since_epoch>::max());
  }

  // The newest link's signature, by the primitive alone.
  void check_newest() const {
    const std::string_view link = std::string_view(field_).substr(field_.rfind('~') + 1);
    const std::string_view text = link.substr(0, link.rfind('.'));
    const bool right = jose::detail::verify(keys_.back().material().numbers(), jose::signature_algorithm::es256,
                                            {&text, 1}, signature_);
    require(right, "a signature was refused");
  }

  [[nodiscard]] std::size_t characters() const noexcept { return field_.size(); }

 private:
  void make() {
    arena memory;
    const call_stack* stack = nullptr;
    verified_links kept(0);
    for (std::size_t place = 0; place != links_; ++place) {
      sender from =
          sender::of({.identity = identity(place), .key = keys_[place], .may_root = true, .form = form_}).value();
      const std::string audience = identity(place + 1);
      const outgoing_call call{.audience = audience, .operation = operation};
      const root_facts facts{.subject = "248289761001", .subject_issuer = "https://id.example", .scope = "pay:write"};
      const auto made = stack == nullptr ? from.begin(facts, call, time_.wall(), memory)
                                         : from.extend(*stack, call, time_.wall(), memory);
      field_ = made->field;
      proof_ = from.prove(*made, request_, content_, time_.wall(), memory);
      stack = received(place + 1, kept, memory);
    }
    for (const chain_link& each : stack->links) digests_.push_back(each.digest);
    const std::string_view last = stack->links.back().compact;
    signature_.resize(64);
    require(jose::decode_base64url(last.substr(last.rfind('.') + 1), signature_.data()) == 64, "no signature");
  }

  const call_stack* received(std::size_t place, verified_links& kept, arena& memory) {
    chain_rules rules = rules_;
    rules.identities = {identity(place)};
    const std::span<std::string_view> fields = memory.make_array<std::string_view>(2);
    fields[0] = memory.copy(field_);
    fields[1] = memory.copy(proof_);
    first_use log;
    const auto answer = custody::verify({rules, *directory_, kept}, {fields.first(1), fields.last(1)}, request_,
                                        content_, log, nullptr, time_, memory);
    require(answer.has_value(), "a chain was refused on its way");
    return *answer;
  }

  std::size_t links_;
  history form_;
  std::vector<jose::key> keys_;
  std::unique_ptr<static_keys> directory_;
  chain_rules rules_;
  manual_clock time_;
  named_value type_{"Content-Type", "application/json"};
  request_facts request_{
      .method = "POST", .target = "https://pay.example/v1/payments/7", .operation = operation, .headers = {&type_, 1}};
  content_digest content_ = jose::sha256(R"({"amount":7})");
  std::string field_;
  std::string proof_;
  std::vector<jose::sha256_digest> digests_;
  std::vector<std::byte> signature_;
};

double microseconds(int repeats, const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i != repeats; ++i) work();
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
  return took.count() / repeats;
}

void measure(std::size_t links, history form, int rounds) {
  chain one(links, form);
  verified_links nothing(0);
  verified_links all(1024);
  one.verify(all);
  double bare = 1e9;
  double cold = 1e9;
  double older = 1e9;
  double warm = 1e9;
  // In turn, so that whatever else the machine does meets all of them; the fastest turn of each.
  for (int round = 0; round != rounds; ++round) {
    bare = std::min(bare, microseconds(times, [&] { one.check_newest(); }));
    cold = std::min(cold, microseconds(times, [&] { one.verify(nothing); }));
    older = std::min(older, microseconds(times, [&] {
                       verified_links kept(8 * 16);
                       one.know_older(kept);
                       one.verify(kept);
                     }));
    warm = std::min(warm, microseconds(times, [&] { one.verify(all); }));
  }
  const double checks = bare * static_cast<double>(links + 1);
  std::printf(
      "%-8s %2zu links %6zu chars   none cached %8.1f (%5.3f of %8.1f bare)   older %7.1f (%5.3f)   all %6.1f "
      "(%5.3f)\n",
      form == history::by_hash ? "by hash" : "by value", links, one.characters(), cold, cold / checks, checks, older,
      older / (2 * bare), warm, warm / bare);
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 100;
  require(rounds > 0, "usage: chains [ROUNDS]");
  for (const std::size_t links : {1, 2, 4, 6, 8, 16}) measure(links, history::by_hash, rounds);
  for (const std::size_t links : {1, 2, 4, 6}) measure(links, history::by_value, rounds);
}
