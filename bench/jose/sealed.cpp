// What sealing and opening cost beyond the two steps that they are made of. Prints microseconds on one core, the
// fastest of several rounds: `sealed [ROUNDS]`.
#include <algorithm>
#include <array>
#include <candela/jose/detail/sealed_part.hpp>
#include <candela/jose/members.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

using namespace candela;
using namespace candela::jose;

namespace {

constexpr auto now = clock::wall_time(std::chrono::seconds(1'800'000'000));
constexpr int times = 200;

template <class Work>
double microseconds(Work work) {
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i != times; ++i) work();
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
  return took.count() / times;
}

void require(bool truth, const char* what) {
  if (truth) return;
  std::fprintf(stderr, "sealed: %s\n", what);
  std::exit(1);
}

// The steps by themselves and the whole in turn, so that whatever else the machine does meets both.
template <class First, class Second, class Whole>
void compare(const char* name, int rounds, First first, Second second, Whole whole) {
  std::array<double, 3> best{1e9, 1e9, 1e9};
  for (int round = 0; round != rounds; ++round) {
    best[0] = std::min(best[0], microseconds(first));
    best[1] = std::min(best[1], microseconds(second));
    best[2] = std::min(best[2], microseconds(whole));
  }
  std::printf("%-36s %9.1f %9.1f %9.1f %9.1f\n", name, best[0], best[1], best[2], best[2] - best[0] - best[1]);
}

/// Those who seal and open.
struct parties {
  key author = key::generate(curve::p256, {.id = "web-1"}).value();
  key first = key::generate(curve::p256, {.id = "payment-1"}).value();
  key second = key::generate(curve::p256, {.id = "fraud-1"}).value();
  key_set own = key_set::of({first}).value();
  key_set authors = key_set::of({author.public_key().value()}).value();
  std::array<seal_recipient, 2> to{{{"urn:shop:payment", &first}, {"urn:shop:fraud", &second}}};

  [[nodiscard]] sealing how(std::size_t recipients) const {
    return {.signer = "urn:shop:web",
            .with = &author,
            .to = std::span(to).first(recipients),
            .content_type = "application/json"};
  }
  [[nodiscard]] opening_rules rules() const {
    opening_rules made;
    made.signatures = {signature_algorithm::es256};
    made.algorithms = {key_algorithm::ecdh_es_a256kw};
    made.encryption = {content_algorithm::a256gcm};
    made.signers.push_back({"urn:shop:web", authors});
    made.recipient = "urn:shop:payment";
    made.several = true;
    return made;
  }
};

void measure_body(const parties& who, std::size_t recipients, const std::string& content, int rounds) {
  const sealing how = who.how(recipients);
  const opening_rules rules = who.rules();
  const secret_bytes inner = detail::signed_part(content, how).value();
  const std::string message = seal(content, how).value();
  std::vector<recipient> to;
  for (const seal_recipient& each : how.to) to.push_back({each.to, each.algorithm});
  const auto encrypt_inner = [&] {
    const encryption_header said{.type = sealed_type, .content_type = sealed_content_type};
    const auto made = recipients == 1 ? encrypt(inner.text(), *to[0].to, to[0].algorithm, how.encryption, said)
                                      : encrypt_json(inner.text(), to, how.encryption, said);
    require(made.has_value(), "not encrypted");
  };
  decryption_rules outer{.algorithms = rules.algorithms, .encryption = rules.encryption, .json = true};
  signature_rules signature{.algorithms = rules.signatures};
  const auto decrypt_outer = [&] {
    arena memory;
    require(decrypt(message, who.own, outer, memory).has_value(), "not decrypted");
  };
  const auto verify_inner = [&] {
    arena memory;
    require(verify(inner.text(), who.authors, signature, memory).has_value(), "not verified");
  };
  const std::string size = std::to_string(content.size()) + " bytes for " + std::to_string(recipients);
  compare(("seal " + size).c_str(), rounds,
          [&] { require(detail::signed_part(content, how).has_value(), "not signed"); }, encrypt_inner,
          [&] { require(seal(content, how).has_value(), "not sealed"); });
  compare(("open " + size).c_str(), rounds, decrypt_outer, verify_inner, [&] {
    arena memory;
    require(open(message, who.own, rules, {}, now, memory).has_value(), "not opened");
  });
}

// A card number in an order of a kilobyte, beside the same number by itself.
void measure_member(const parties& who, int rounds) {
  const std::string order = R"({"card":{"number":"4111111111111111"},"note":")" + std::string(1000, 'x') + "\"}";
  const std::vector<std::string> places{"/card/number"};
  sealing how = who.how(1);
  const opening_rules rules = who.rules();
  const secret_bytes passed = seal_members(order, {places}, how).value();
  how.place = places[0];
  const std::string alone = seal("\"4111111111111111\"", how).value();
  const auto nothing = [] {};
  compare(
      "seal a member of 1 kB", rounds, [&] { require(seal("\"4111111111111111\"", how).has_value(), "not sealed"); },
      nothing, [&] { require(seal_members(order, {places}, how).has_value(), "not sealed"); });
  compare(
      "open a member of 1 kB", rounds,
      [&] {
        arena memory;
        require(open(alone, who.own, rules, places[0], now, memory).has_value(), "not opened");
      },
      nothing, [&] { require(open_members(passed.text(), {places}, who.own, rules, now).has_value(), "not opened"); });
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 20;
  const parties who;
  std::printf("%-36s %9s %9s %9s %9s\n", "microseconds", "step 1", "step 2", "whole", "more");
  for (const std::size_t recipients : {std::size_t{1}, std::size_t{2}}) {
    for (const std::size_t bytes : {std::size_t{100}, std::size_t{10'000}})
      measure_body(who, recipients, std::string(bytes, 'x'), rounds);
  }
  measure_member(who, rounds);
}
